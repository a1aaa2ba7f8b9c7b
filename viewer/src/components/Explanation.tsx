/** One explanation: its words, who wrote them, how well they predicted, and on demand how it was made and scored. */
import type { NeuronRecord, ScoredExplanation } from "../nouns";
import { factsOf } from "../provenance";
import { scoresOf } from "../scores";
import { type Change, opening, type UnitView } from "../view";
import { plural } from "../words";
import { Disclosure } from "./Disclosure";
import { late } from "./Late";
import { Rows } from "./Rows";
import { ScoreLines } from "./ScoreLines";

const SimulatedTexts = late(async () => (await import("./SimulatedTexts")).SimulatedTexts, 8);

type Props = {
  explanation: ScoredExplanation;
  unit: NeuronRecord | undefined;
  view: UnitView;
  onView: Change;
  place: number;
};

export function Explanation({ explanation, unit, view, onView, place }: Props) {
  const its = (name: string) => opening({ view, onView }, `e${place}.${name}`);
  const { author, provenance, scored_simulation: simulation } = explanation;
  const { first, more } = scoresOf(explanation);
  return (
    <li>
      <p className="explanation">{explanation.explanation.trim()}</p>
      {author && <p className="writer">by {author}</p>}
      {first[0] ? (
        <ScoreLines {...{ explanation, scores: first }} />
      ) : (
        <p className="note">not scored: it was never simulated</p>
      )}
      <div className="disclosures">
        {simulation?.scored_sequence_simulations[0] && (
          <Disclosure title="Real and simulated texts" {...its("texts")}>
            <SimulatedTexts
              {...{ simulation, unit, beside: view.beside, breaks: view.breaks }}
              onBeside={(beside) => onView((before) => ({ ...before, beside }))}
            />
          </Disclosure>
        )}
        {more[0] && (
          <Disclosure title={plural(more.length, "more score")} {...its("scores")}>
            <ScoreLines {...{ explanation, scores: more }} />
          </Disclosure>
        )}
        {provenance && (
          <Disclosure title="How it was made" {...its("made")}>
            <Rows className="facts" rows={factsOf(provenance)} />
          </Disclosure>
        )}
      </div>
    </li>
  );
}
