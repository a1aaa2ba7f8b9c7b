/** Scores a text with the site's model: begins a job, follows it, cancels it. It goes on while other pages are looked at. */
import { useContext, useEffect, useState } from "react";
import { Problem } from "../api";
import { ScoreJob } from "../components/ScoreJob";
import { Empty } from "../components/States";
import { unfinished } from "../keeping";
import type { Site } from "../nouns";
import { scoringModel } from "../people";
import { QueriesContext, useQuery } from "../queries";
import { useSending } from "../sending";
import { annotationsQuery, cancelJob, jobQuery, running, startScore, type Unit } from "../writing";

type Props = Unit & { site: Site; text: string; about: string; idle: string; drawn: boolean };

/** `about` names what is scored, so that its job is found again. */
export function ScoreText({ dataset, at, site, text, about, idle, drawn }: Props) {
  const model = scoringModel(site);
  const queries = useContext(QueriesContext);
  const [id, setId] = useState(unfinished.get(about) ?? null);
  const query = useQuery(jobQuery(id ?? ""), id !== null);
  const { sending, problem, run } = useSending();
  const job = id === null ? null : (query.data ?? null);
  const lost = id === null || (job && !running(job)) ? null : lostFor(query.error);
  const ended = job?.state === "done";
  const { key } = annotationsQuery({ dataset, at });
  useEffect(() => {
    if (ended) queries.changed(key); // the server keeps the scores of a text beside it
  }, [ended, queries, key]);
  if (!model) return null;
  if (model.status === "failed") return <Empty>Texts cannot be scored now: {model.detail}</Empty>;
  const follow = (now: string | null) => {
    if (now) unfinished.set(about, now);
    else unfinished.delete(about);
    setId(now);
  };
  const start = () =>
    run(async () => {
      follow(null);
      follow((await startScore({ dataset, at }, text)).job);
    });
  const cancel = () =>
    run(async () => {
      if (!id) return;
      await cancelJob(id);
      queries.changed(jobQuery(id).key);
    });
  const busy = (id === null ? sending : !job || running(job)) && !lost;
  return (
    <ScoreJob
      {...{ text, model: model.name, job: lost ? null : job, busy, idle, drawn }}
      problem={problem ?? lost}
      onStart={start}
      onCancel={cancel}
    />
  );
}

/** A server that does not know the job was started anew; of another that does not answer the next may be heard. */
function lostFor(error: Error | null): Error | null {
  if (!(error instanceof Problem)) return error;
  return error.missing
    ? new Error("The server no longer knows about this score; it may have been restarted.")
    : error;
}
