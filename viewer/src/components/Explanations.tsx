/** A unit's explanations in words, best first; where there are many, the best of them and the others behind a line. */
import type { NeuronRecord, ScoredExplanation } from "../nouns";
import { bestFirst } from "../scores";
import { plural } from "../words";
import { Disclosure } from "./Disclosure";
import { Explanation } from "./Explanation";

const SHOWN = 3;

type Props = { explanations: readonly ScoredExplanation[]; unit?: NeuronRecord | undefined };

export function Explanations({ explanations, unit }: Props) {
  const ordered = bestFirst(explanations);
  const others = ordered.slice(SHOWN);
  const list = (some: ScoredExplanation[]) => (
    <ol className="explanations">
      {some.map((explanation, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two explanations may read the same
        <Explanation key={place} {...{ explanation, unit }} />
      ))}
    </ol>
  );
  return (
    <>
      {list(ordered.slice(0, SHOWN))}
      {others[0] && <Disclosure title={plural(others.length, "more explanation")}>{list(others)}</Disclosure>}
    </>
  );
}
