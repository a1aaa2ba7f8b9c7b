/** A trace that a live model makes: how far it is, with a way to call it off, and then what came out or went wrong. */
import { type ReactNode, useContext } from "react";
import { Problem } from "../api";
import { Pane } from "../components/Pane";
import { Refusal } from "../components/Refusal";
import { Empty, Failed, Loading } from "../components/States";
import type { DatasetEntry, Site, StoredTrace, TraceJob, UnitAddress } from "../nouns";
import { QueriesContext, useQuery } from "../queries";
import { useSending } from "../sending";
import { cancelTrace, running, traceJobQuery } from "../traceAsking";
import { TogetherPane } from "./TogetherPane";

type Props = {
  site: Site;
  dataset: DatasetEntry;
  id: string;
  model: string;
  unitHref: (to: UnitAddress) => string;
  children: (trace: StoredTrace) => ReactNode;
};

export function TraceJobPane({ dataset, id, model, unitHref, children }: Props) {
  const { data: job, error, refetch } = useQuery(traceJobQuery(model, id));
  if (job?.result) return children(job.result);
  if (job?.together) return <TogetherPane {...{ dataset, unitHref }} together={job.together} />;
  if (error instanceof Problem && error.missing)
    return (
      <Empty>
        The server knows no trace with the name {id}: it may have been restarted since. Trace the prompt
        again.
      </Empty>
    );
  if (error) return <Failed message={error.message} onRetry={refetch} />;
  if (!job) return <Loading lines={4} />;
  return (
    <Pane id="trace-job" title="A trace is made">
      {running(job) ? <Progress {...{ job, model }} /> : <Ended {...{ job }} />}
    </Pane>
  );
}

function Progress({ job, model }: { job: TraceJob; model: string }) {
  const queries = useContext(QueriesContext);
  const { problem, run } = useSending();
  const { done, total, doing } = job.progress;
  const cancel = () =>
    run(async () => {
      await cancelTrace(model, job.id);
      queries.changed(traceJobQuery(model, job.id).key);
    });
  return (
    <div className="trace-progress">
      <progress {...(total && { value: done, max: total })} aria-label="How far the trace is" />
      <span className="note" role="status">
        {job.state === "queued" ? "It waits for others." : doing || "Running …"}
      </span>
      <button type="button" onClick={cancel}>
        Cancel
      </button>
      <Refusal problem={problem} />
    </div>
  );
}

const Ended = ({ job: { state, detail } }: { job: TraceJob }) =>
  state === "cancelled" ? (
    <Empty>It was cancelled. Trace the prompt again where you want it.</Empty>
  ) : (
    <p role="alert" className="doubt">
      {detail ?? "It failed, and the server does not say why. Trace the prompt again."}
    </p>
  );
