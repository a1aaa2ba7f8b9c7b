/** A live trace is kept in the dataset, where it is for everybody; and taken out again while it is that one. */
import { useContext } from "react";
import { siteQuery } from "../api";
import { Refusal } from "../components/Refusal";
import { tracesQuery } from "../datasetFiles";
import type { DatasetEntry, StoredTrace } from "../nouns";
import { QueriesContext, useQuery } from "../queries";
import { useSending } from "../sending";
import { keepTrace, removeKept } from "../traceAsking";

type Props = {
  dataset: DatasetEntry;
  model: string;
  trace: StoredTrace;
  hrefOf: (id: string) => string;
};

export function KeepTrace({ dataset, model, trace, hrefOf }: Props) {
  const queries = useContext(QueriesContext);
  const { sending, problem, run } = useSending();
  const list = useQuery(tracesQuery(dataset), dataset.parts.includes("traces"));
  const kept = list.data?.traces.find(
    ({ created, prompt, metric }) =>
      created === trace.created && prompt === trace.prompt && metric === trace.report.metric,
  );
  const does = (work: typeof keepTrace) => () =>
    run(async () => {
      await work(model, trace.id, dataset.name);
      queries.changed(tracesQuery(dataset).key);
      queries.changed(siteQuery().key); // which says whether the dataset has traces
    });
  return (
    <div className="who trace-keep">
      {kept ? (
        <>
          <span className="note" role="status">
            Kept in the dataset as <a href={hrefOf(kept.id)}>{kept.id}</a>.
          </span>
          <button type="button" aria-disabled={sending} onClick={does(removeKept)}>
            Undo
          </button>
        </>
      ) : (
        <>
          <button type="button" aria-disabled={sending} onClick={does(keepTrace)}>
            Keep in the dataset
          </button>
          <span className="note">
            It is then among the dataset's traces, for whoever opens it, and in sites that are made of it.
          </span>
        </>
      )}
      <Refusal problem={problem} />
    </div>
  );
}
