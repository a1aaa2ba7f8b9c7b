/** The explanations to choose from. Which one is right is not on the page before one has answered. */
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { Puzzle } from "../puzzles";
import { percent } from "../tokens";

type Props = {
  puzzle: Puzzle;
  choices: readonly string[];
  chosen: string | null;
  onChoose: (choice: string) => void;
};

export function PuzzleChoices({ puzzle, choices, chosen, onChoose }: Props) {
  const name = useId();
  const [marked, setMarked] = useState<string | null>(null);
  const answer = (event: FormEvent) => {
    event.preventDefault();
    if (marked !== null) onChoose(marked);
  };
  const shut = chosen !== null;
  return (
    <form className="puzzle" onSubmit={answer}>
      <fieldset>
        <legend className="hidden">Explanations</legend>
        {choices.map((choice) => (
          <label key={choice} className={shut ? outcome(choice, chosen, puzzle) : undefined}>
            <input
              type="radio"
              name={name}
              checked={choice === (chosen ?? marked)}
              disabled={shut}
              onChange={() => setMarked(choice)}
            />
            <span>{choice}</span>
            {shut && <Mark {...{ choice, chosen, puzzle }} />}
          </label>
        ))}
      </fieldset>
      {chosen === null ? (
        <button type="submit" className="main" disabled={marked === null}>
          Answer
        </button>
      ) : (
        <Verdict {...{ puzzle, chosen }} of={choices.length} />
      )}
    </form>
  );
}

const outcome = (choice: string, chosen: string, { explanation }: Puzzle): string | undefined =>
  choice === explanation ? "right" : choice === chosen ? "wrong" : undefined;

/** In words, since a colour alone says nothing. */
function Mark({ choice, chosen, puzzle }: { choice: string; chosen: string; puzzle: Puzzle }) {
  const said = [choice === puzzle.explanation && "made these", choice === chosen && "you"].filter(Boolean);
  return said.length > 0 && <b className="mark">{said.join(" · ")}</b>;
}

/** Takes the focus from the button that is gone. */
function Verdict({ puzzle, chosen, of }: { puzzle: Puzzle; chosen: string; of: number }) {
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => said.current?.focus(), []);
  const right = chosen === puzzle.explanation;
  return (
    <p ref={said} tabIndex={-1} className="verdict">
      {right ? "Right" : "Wrong"}: what made these activations is “<bdi>{puzzle.explanation}</bdi>”.{" "}
      <span className="note">Who picks blindly is right in {percent(1 / of)} of the cases.</span>
    </p>
  );
}
