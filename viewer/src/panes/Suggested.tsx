/** What people wrote about a unit, newest first; the writer of one edits and deletes it, and writes it again. */
import { useEffect, useRef, useState } from "react";
import { Disclosure } from "../components/Disclosure";
import { Refusal } from "../components/Refusal";
import { Votes } from "../components/Votes";
import { WrittenOne } from "../components/WrittenOne";
import { unfinished } from "../keeping";
import type { Written } from "../nouns";
import { quoted } from "../people";
import { useSending } from "../sending";
import { type Change, opening, type UnitView } from "../view";
import { plural } from "../words";
import { ScoreText } from "./ScoreText";
import type { About } from "./Suggest";
import { useActs } from "./useActs";

const SHOWN = 5;

type View = { view: UnitView; onView: Change };
type Props = About & View & { explanations: readonly Written[] };

export function Suggested({ explanations, view, onView, ...about }: Props) {
  const acts = useActs(about);
  const [gone, setGone] = useState<Written | null>(null);
  const newest = explanations.toReversed();
  const others = newest.slice(SHOWN);
  const list = (some: Written[]) => (
    <ol className="explanations">
      {some.map((written) => (
        <One
          key={written.id}
          {...{ ...about, written, view, onView }}
          onDelete={async () => {
            await acts.remove(written.id);
            setGone(written);
          }}
        />
      ))}
    </ol>
  );
  return (
    <>
      {gone && (
        <Gone
          key={gone.id}
          {...{ gone }}
          onAgain={async () => {
            await acts.suggest({ text: gone.explanation, author: gone.author });
            setGone(null);
          }}
        />
      )}
      {newest[0] && list(newest.slice(0, SHOWN))}
      {others[0] && (
        <Disclosure
          title={plural(others.length, "older explanation")}
          {...opening({ view, onView }, "older")}
        >
          {list(others)}
        </Disclosure>
      )}
    </>
  );
}

type OneProps = About & View & { written: Written; onDelete: () => Promise<unknown> };

function One({ written, onDelete, view, onView, ...about }: OneProps) {
  const { dataset, at, name, site, armed } = about;
  const acts = useActs({ dataset, at });
  const { id, explanation: text, own, scores } = written;
  const job = `scores of ${id} ${text}`;
  const scorable = site.scoring && armed && (!scores || unfinished.has(job)); // one that was just scored says so
  return (
    <WrittenOne
      {...{ name, written, view, onView }}
      votes={<Votes text={text} votes={written} onVote={armed ? (value) => acts.vote(id, value) : null} />}
      armed={armed}
      own={own ? { onEdit: (given) => acts.edit(id, given), onDelete } : null}
      scoring={
        scorable ? (
          <ScoreText
            key={text}
            {...{ dataset, at, site, text, about: job }}
            idle="not scored yet"
            drawn={!scores}
          />
        ) : null
      }
    />
  );
}

/** What was deleted a moment ago: the server forgets it, but this page can send its words once more. */
function Gone({ gone, onAgain }: { gone: Written; onAgain: () => Promise<unknown> }) {
  const button = useRef<HTMLButtonElement>(null);
  const { problem, run } = useSending();
  useEffect(() => button.current?.focus(), []); // the button that deleted is gone
  return (
    <div className="who">
      <p className="note" role="status">
        Deleted{gone.up + gone.down > 0 && ", with its votes"}: {quoted(gone.explanation)}
      </p>
      <button type="button" ref={button} onClick={() => run(onAgain)}>
        Write it again
      </button>
      <Refusal problem={problem} />
    </div>
  );
}
