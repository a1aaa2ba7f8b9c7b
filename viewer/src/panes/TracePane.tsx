/** Everything about one trace: which one, how the prompt was read, its graph, its nodes, and how far they can be trusted. */
import { useMemo } from "react";
import { Boundary } from "../components/Pane";
import { traceQuery, tracesQuery } from "../datasetFiles";
import type { DatasetEntry, Site, StoredTrace, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { Question } from "../questions";
import { liveModel } from "../tools";
import type { Tracing } from "../trace";
import { askedAgain } from "../traceForm";
import { AddUpPane } from "./AddUpPane";
import { EffectsPane } from "./EffectsPane";
import { GraphPane } from "./GraphPane";
import { KeepTrace } from "./KeepTrace";
import { NodesPane } from "./NodesPane";
import { QueryView } from "./QueryView";
import { StrengthPane } from "./StrengthPane";
import { TracedPane } from "./TracedPane";
import { TraceJobPane } from "./TraceJobPane";
import { TracesPane } from "./TracesPane";
import { type NodeWords, useNodeWords } from "./useNodeWords";
import { VerifyPane } from "./VerifyPane";

export type TracePaneProps = {
  site: Site;
  dataset: DatasetEntry;
  id: string | null; // that the link names
  state: Tracing;
  onState: (id: string, change: Partial<Tracing>) => void;
  hrefOf: (id: string) => string;
  onTraced: (id: string, model: string) => void;
  unitHref: (to: UnitAddress) => string;
  onOpen: (to: UnitAddress) => void;
  onList: (units: readonly UnitAddress[]) => void;
};

export function TracePane(props: TracePaneProps) {
  const { site, dataset, state, hrefOf, onTraced } = props;
  const offered = dataset.parts.includes("traces");
  const list = useQuery(tracesQuery(dataset), offered);
  const id = props.id ?? (state.model === null ? (list.data?.traces[0]?.id ?? null) : null);
  return (
    <>
      <TracesPane {...{ site, dataset, list, offered, id, hrefOf, onTraced }} model={state.model} />
      {id !== null && state.model === null && <Stored key={id} {...props} {...{ id }} />}
      {id !== null && state.model !== null && (
        <TraceJobPane key={id} {...{ id, site, dataset }} unitHref={props.unitHref} model={state.model}>
          {(trace) => <Traced {...props} {...{ id, trace }} />}
        </TraceJobPane>
      )}
      {id === null && !offered && !liveModel(site, dataset) && (
        <p className="note">
          This dataset holds no traces, and no model runs here that could make one. neuronscope trace MODEL
          "text" --dataset DATASET --save puts one into the dataset; neuronscope serve DATASET --model MODEL
          lets this page trace any prompt.
        </p>
      )}
    </>
  );
}

type OneProps = TracePaneProps & { id: string };

function Stored({ id, ...props }: OneProps) {
  const query = useQuery(traceQuery(props.dataset, id));
  const missing = `This dataset has no trace with the name ${id}: choose another.`;
  return (
    <QueryView {...{ query, missing }} lines={12}>
      {(trace) => <Traced {...props} {...{ id, trace }} />}
    </QueryView>
  );
}

/** What the panes of a trace share. */
export type TraceShared = Pick<
  TracePaneProps,
  "site" | "dataset" | "state" | "unitHref" | "onOpen" | "onList"
> & {
  trace: StoredTrace;
  words: NodeWords;
  ask: (checked?: boolean) => Question; // what answers with it, or with what was measured of it
  onState: (change: Partial<Tracing>) => void;
};

function Traced({ id, trace, ...props }: OneProps & { trace: StoredTrace }) {
  const { dataset, onState: write } = props;
  const words = useNodeWords(dataset, trace.report.nodes);
  const onState = useMemo(() => (change: Partial<Tracing>) => write(id, change), [write, id]);
  const { model } = props.state;
  const ask = (checked = false): Question =>
    model === null
      ? { kind: "trace", id }
      : {
          kind: "live-trace",
          model,
          source: trace.report.nodes[0]?.source ?? "mlp",
          body: { ...askedAgain(trace, checked), dataset: dataset.name },
          token: props.site.token === true,
        };
  const shared: TraceShared = { ...props, trace, words, ask, onState };
  return (
    <Boundary>
      {model !== null && dataset.keeps_traces && (
        <KeepTrace {...{ dataset, model, trace }} hrefOf={props.hrefOf} />
      )}
      <TracedPane {...shared} />
      <GraphPane {...shared} />
      <NodesPane {...shared} />
      <div className="trace-columns">
        <div className="trace-rail">
          <AddUpPane {...shared} />
          <VerifyPane {...shared} />
        </div>
        <div className="trace-rail">
          <StrengthPane {...shared} />
          <EffectsPane {...shared} />
        </div>
      </div>
    </Boundary>
  );
}
