/** A unit's explanations in words, best first; where there are many, the best of them and the others behind a line. */
import type { ReactNode } from "react";
import type { NeuronRecord, ScoredExplanation } from "../nouns";
import { bestFirst } from "../scores";
import { type Change, opening, type UnitView } from "../view";
import { plural } from "../words";
import { Disclosure } from "./Disclosure";
import { Explanation } from "./Explanation";

const SHOWN = 3;

type Props = {
  explanations: readonly ScoredExplanation[];
  unit?: NeuronRecord | undefined;
  view: UnitView;
  onView: Change;
  votesOn?: ((explanation: ScoredExplanation) => ReactNode) | undefined;
};

export function Explanations({ explanations, unit, view, onView, votesOn }: Props) {
  const ordered = bestFirst(explanations);
  const others = ordered.slice(SHOWN);
  const list = (some: ScoredExplanation[], first: number) => (
    <ol className="explanations">
      {some.map((explanation, index) => {
        const place = first + index;
        // two explanations may read the same
        const its = { explanation, unit, view, onView, name: `e${place}` };
        return <Explanation key={place} {...its} votes={votesOn?.(explanation)} />;
      })}
    </ol>
  );
  return (
    <>
      {list(ordered.slice(0, SHOWN), 0)}
      {others[0] && (
        <Disclosure
          title={plural(others.length, "more explanation")}
          {...opening({ view, onView }, "others")}
        >
          {list(others, SHOWN)}
        </Disclosure>
      )}
    </>
  );
}
