/** A text is scored: one button that begins, cancels and tries again, how far it is, and what came out or went wrong. */
import type { Job } from "../nouns";
import { jobSaid, quoted, resultOf } from "../people";
import { scoresOf } from "../scores";
import { plural } from "../words";
import { Fold } from "./Disclosure";
import { Refusal } from "./Refusal";
import { ScoreLines } from "./ScoreLines";

type Props = {
  text: string;
  action?: string; // what the button says that begins
  model: string;
  job: Job | null;
  busy: boolean; // it waits or runs, as far as is known
  problem: Error | null;
  idle: string; // what is said before it begins
  drawn: boolean; // whether the result is drawn here, and not elsewhere
  onStart: () => void;
  onCancel: () => void;
};

export function ScoreJob(props: Props) {
  const { text, action, model, job, busy, problem, idle, drawn, onStart, onCancel } = props;
  const failed = problem ?? (job?.state === "failed" ? new Error(jobSaid(job, model)) : null);
  const asked = action ?? (failed ? "Try again" : job?.state === "done" ? "Score again" : "Score this text");
  const result = job && drawn && !busy ? resultOf(job) : null;
  return (
    <div className={job || failed || busy ? "scoring wide" : "scoring"}>
      {/* one button, so that the focus stays where it is; the second of two quick clicks is meant for the first */}
      <button type="button" onClick={({ detail }) => detail < 2 && (busy ? onCancel : onStart)()}>
        {busy ? "Cancel" : asked} <span className="hidden">{quoted(text)}</span>
      </button>
      {busy && job && <Progress {...job.progress} />}
      <span className="note" role="status">
        {job && !failed ? jobSaid(job, model) : busy ? "Asking for it …" : !failed && idle}
      </span>
      <Refusal problem={failed} />
      {result && (
        <div className="result">
          {result.explanation !== text.trim() && (
            <p className="note">
              These scores are of {quoted(result.explanation)}, not of what stands here now.
            </p>
          )}
          <Scores {...{ result }} />
        </div>
      )}
    </div>
  );
}

function Progress({ done, total }: Job["progress"]) {
  return total ? (
    <progress value={done} max={total} aria-label="Questions answered" />
  ) : (
    <progress aria-label="Questions answered" />
  );
}

function Scores({ result }: { result: NonNullable<ReturnType<typeof resultOf>> }) {
  const { first, more } = scoresOf(result);
  return (
    <>
      <ScoreLines explanation={result} scores={first} />
      {more[0] && (
        <Fold title={plural(more.length, "more score")}>
          <ScoreLines explanation={result} scores={more} />
        </Fold>
      )}
    </>
  );
}
