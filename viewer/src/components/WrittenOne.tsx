/** One person's explanation among the others: votes, who wrote it and when, and, where it is one's own, edit and delete. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { GivenExplanation, Written } from "../nouns";
import { asScored, dayOf, quoted } from "../people";
import { useSending } from "../sending";
import type { Change, UnitView } from "../view";
import { DeleteButton } from "./DeleteButton";
import { Explanation } from "./Explanation";
import { Refusal } from "./Refusal";
import { WriteForm } from "./WriteForm";

/** What its writer can do with it. */
export type Own = {
  onEdit: (given: GivenExplanation) => Promise<unknown>;
  onDelete: () => Promise<unknown>;
};

type Props = {
  name: string;
  written: Written;
  view: UnitView;
  onView: Change;
  votes: ReactNode;
  own: Own | null; // a form that is open stays, also where nothing can be sent just now
  armed: boolean; // whether anything can be
  scoring: ReactNode; // null where it cannot be scored here
};

export function WrittenOne({ name, written, view, onView, votes, own, armed, scoring }: Props) {
  const [editing, setEditing] = useState(false);
  const edited = useRef(false);
  const button = useRef<HTMLButtonElement>(null);
  const { problem, run } = useSending();
  useEffect(() => {
    if (!editing && edited.current) button.current?.focus(); // where one was before the form
    edited.current = editing;
  }, [editing]);
  const { explanation: text, author, up, down } = written;
  if (editing && own)
    return (
      <li>
        <WriteForm
          {...{ name, first: { text, author } }}
          action="Keep the change"
          leave="Cancel"
          note={up + down > 0 ? "Votes are for the words as they are: changed words begin without any." : ""}
          onSend={async (given) => {
            await own.onEdit(given);
            setEditing(false);
          }}
          onClose={() => setEditing(false)}
        />
      </li>
    );
  const of = quoted(text);
  return (
    <Explanation
      explanation={asScored(written)}
      unit={undefined}
      {...{ view, onView, name: `p.${written.id.slice(0, 8)}` }}
      votes={votes}
      writer={
        <>
          <Writer {...written} />
          {own && armed && (
            <>
              <button type="button" ref={button} onClick={() => setEditing(true)}>
                Edit <span className="hidden">{of}</span>
              </button>
              <DeleteButton of={of} onDelete={() => run(own.onDelete)} />
            </>
          )}
          <Refusal problem={problem} />
        </>
      }
      unscored={scoring ? "" : "not scored"}
    >
      {scoring}
    </Explanation>
  );
}

function Writer({ author, created, edited, own }: Written) {
  return (
    <p className="writer">
      by {author ? <bdi>{author}</bdi> : "somebody"} · <Day time={created} />
      {edited && (
        <>
          {" · edited "}
          <Day time={edited} />
        </>
      )}
      {own && " · yours"}
    </p>
  );
}

const Day = ({ time }: { time: string }) => (
  <time dateTime={time} title={time}>
    {dayOf(time)}
  </time>
);
