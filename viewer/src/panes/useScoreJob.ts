/** A text that is scored: begins its job, follows it, cancels it. It goes on while other pages are looked at. */
import { useContext, useEffect, useRef, useState } from "react";
import { Problem } from "../api";
import { unfinished } from "../keeping";
import type { GivenText, Job } from "../nouns";
import { QueriesContext, useQuery } from "../queries";
import { useSending } from "../sending";
import { annotationsQuery, cancelJob, jobQuery, running, startScore, type Unit } from "../writing";

export type Scoring = {
  job: Job | null;
  busy: boolean; // it waits or runs, as far as is known
  problem: Error | null;
  onStart: (given: GivenText) => Promise<boolean>;
  onCancel: () => Promise<boolean>;
};

/** `about` names what is scored, so that its job is found again. */
export function useScoreJob(unit: Unit, about: string): Scoring {
  const queries = useContext(QueriesContext);
  const [id, setId] = useState(unfinished.get(about) ?? null);
  const query = useQuery(jobQuery(id ?? ""), id !== null);
  const { sending, problem, run } = useSending();
  const unwanted = useRef(false);
  const job = id === null ? null : (query.data ?? null);
  const lost = id === null || (job && !running(job)) ? null : lostFor(query.error);
  const ended = job?.state === "done";
  const { key } = annotationsQuery(unit);
  useEffect(() => {
    if (ended) queries.changed(key); // the server keeps the scores of a text beside it
  }, [ended, queries, key]);
  const follow = (now: string | null) => {
    if (now) unfinished.set(about, now);
    else unfinished.delete(about);
    setId(now);
  };
  return {
    job: lost ? null : job,
    busy: (id === null ? sending : !job || running(job)) && !lost,
    problem: problem ?? lost,
    onStart: (given) =>
      run(async () => {
        follow(null);
        unwanted.current = false;
        const { job: begun } = await startScore(unit, given);
        if (unwanted.current) await cancelJob(begun);
        follow(begun);
      }),
    onCancel: async () => {
      unwanted.current = true; // for a job that is still being asked for
      if (!id) return true;
      return run(async () => {
        await cancelJob(id);
        queries.changed(jobQuery(id).key);
      });
    },
  };
}

/** A server that does not know the job was started anew; of another that does not answer the next may be heard. */
function lostFor(error: Error | null): Error | null {
  if (!(error instanceof Problem)) return error;
  return error.missing
    ? new Error("The server no longer knows about this score; it may have been restarted.")
    : error;
}
