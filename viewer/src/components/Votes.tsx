/** The votes on one explanation, as two buttons that stay pressed; where nobody may vote, as words alone. */
import type { Votes as Counts, Vote } from "../nouns";
import { nextVote, quoted, sideSaid } from "../people";
import { useSending } from "../sending";
import { Refusal } from "./Refusal";

type Props = {
  text: string; // what is voted on
  votes: Pick<Counts, "up" | "down" | "vote">;
  onVote: ((value: Vote) => Promise<unknown>) | null;
};

const SIDES = [
  [1, "▲", "△"],
  [-1, "▼", "▽"],
] as const;

export function Votes({ text, votes, onVote }: Props) {
  const { problem, run } = useSending();
  if (!onVote)
    return (
      <p className="writer">
        {sideSaid(1, votes)}, {sideSaid(-1, votes)}
      </p>
    );
  return (
    <>
      <fieldset className="votes">
        <legend className="hidden">Votes on {quoted(text)}</legend>
        {SIDES.map(([side, chosen, other]) => (
          <button
            key={side}
            type="button"
            aria-pressed={votes.vote === side}
            title={sideSaid(side, votes)}
            onClick={() => run(() => onVote(nextVote(votes.vote, side)))}
          >
            <span aria-hidden="true">
              {votes.vote === side ? chosen : other} {side === 1 ? votes.up : votes.down}
            </span>
            <span className="hidden">{sideSaid(side, votes)}</span>
          </button>
        ))}
      </fieldset>
      <Refusal problem={problem} />
    </>
  );
}
