/** Which trace is looked at: those that the dataset has, and, where a model runs, a form for another prompt. */
import { Fold } from "../components/Disclosure";
import { Pane } from "../components/Pane";
import { TraceForm } from "../components/TraceForm";
import { cardQuery } from "../liveAsking";
import type { DatasetEntry, GivenTrace, Site, TraceEntries, TraceEntry } from "../nouns";
import { type Asked, useQuery } from "../queries";
import { useSending } from "../sending";
import { liveModel } from "../tools";
import { startTrace } from "../traceAsking";
import { type Ask, FIRST_ASK } from "../traceForm";
import { LiveGate } from "./LiveGate";
import { QueryView } from "./QueryView";

type Props = {
  site: Site;
  dataset: DatasetEntry;
  list: Asked<TraceEntries>;
  offered: boolean; // whether the dataset has any
  id: string | null; // that is looked at
  model: string | null; // whose live trace it is
  hrefOf: (id: string) => string;
  onTraced: (id: string, model: string) => void;
};

export function TracesPane({ site, dataset, list, offered, id, model, hrefOf, onTraced }: Props) {
  const live = liveModel(site, dataset) !== undefined;
  if (!offered && !live) return null;
  return (
    <Pane id="traces" title="Traces" ask={offered && { kind: "traces" }}>
      {offered && (
        <QueryView query={list} lines={2} missing="This dataset holds no traces.">
          {({ traces }) => <Stored {...{ traces, hrefOf }} chosen={model === null ? id : null} />}
        </QueryView>
      )}
      {live && (
        <Fold title="Trace a prompt of your own" first={model !== null || (!offered && id === null)}>
          <LiveGate {...{ site, dataset }}>
            {(name) => <Begin model={name} dataset={dataset} onTraced={(begun) => onTraced(begun, name)} />}
          </LiveGate>
        </Fold>
      )}
    </Pane>
  );
}

type StoredProps = {
  traces: readonly TraceEntry[];
  chosen: string | null;
  hrefOf: (id: string) => string;
};

const Stored = ({ traces, chosen, hrefOf }: StoredProps) => (
  <ol className="traces">
    {traces.map(({ id, prompt, metric, model, created }) => (
      <li key={id}>
        <a href={hrefOf(id)} aria-current={id === chosen ? "true" : undefined} dir="auto">
          {prompt}
        </a>
        <span className="note">
          {metric} · {model} · <time dateTime={created}>{created.slice(0, 10)}</time>
        </span>
      </li>
    ))}
  </ol>
);

/** What was typed last, by dataset: whoever looks at a trace can ask for the next one. */
const asks = new Map<string, Ask>();

type BeginProps = { model: string; dataset: DatasetEntry; onTraced: (id: string) => void };

function Begin({ model, dataset, onTraced }: BeginProps) {
  const { sending, problem, run } = useSending();
  const card = useQuery(cardQuery(model, dataset.name)).data;
  const begin = (given: GivenTrace) =>
    void run(async () => onTraced(await startTrace(model, { ...given, dataset: dataset.name })));
  return (
    <TraceForm
      {...{ model, problem }}
      chat={card?.chat ?? false}
      first={asks.get(dataset.name) ?? FIRST_ASK}
      busy={sending}
      onAsk={(ask) => asks.set(dataset.name, ask)}
      onTrace={begin}
    />
  );
}
