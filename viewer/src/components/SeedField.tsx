/** The number that draws what chance decides in a score. */
import { useId, useState } from "react";
import { seedOf } from "../bench";
import { Refusal } from "./Refusal";

const WRONG = new Error("A seed is a whole number from 0 to 2,147,483,647.");

export function SeedField({ seed, onSeed }: { seed: number; onSeed: (seed: number) => void }) {
  const id = useId();
  const [text, setText] = useState(String(seed));
  const wrong = seedOf(text) === null;
  return (
    <>
      <label htmlFor={id}>
        Draws the other unit whose words are the shuffled baseline, and the resamples of the intervals
      </label>
      <input
        id={id}
        inputMode="numeric"
        value={text}
        aria-invalid={wrong}
        aria-describedby={`${id}-refused`}
        onChange={({ target }) => {
          setText(target.value);
          const now = seedOf(target.value);
          if (now !== null) onSeed(now);
        }}
      />
      <Refusal problem={wrong ? WRONG : null} id={`${id}-refused`} />
    </>
  );
}
