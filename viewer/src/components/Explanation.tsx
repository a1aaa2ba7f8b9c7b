/**
 * One explanation: its words, who wrote them, how well they predicted, and on demand how it was made and scored.
 * Where people vote and write, that is handed in: `votes`, another line about the writer, what can be done with it.
 */
import type { ReactNode } from "react";
import type { NeuronRecord, ScoredExplanation } from "../nouns";
import { factsOf } from "../provenance";
import { scoresOf } from "../scores";
import { type Change, opening, type UnitView } from "../view";
import { plural } from "../words";
import { Disclosure } from "./Disclosure";
import { late } from "./Late";
import { Rows } from "./Rows";
import { ScoreLines } from "./ScoreLines";
import { Words } from "./Words";

const SimulatedTexts = late(async () => (await import("./SimulatedTexts")).SimulatedTexts, 8);

const NEVER = "not scored: it was never simulated";

type Props = {
  explanation: ScoredExplanation;
  unit: NeuronRecord | undefined;
  view: UnitView;
  onView: Change;
  name: string; // in the link
  votes?: ReactNode;
  writer?: ReactNode;
  unscored?: string; // what is said in place of scores
  children?: ReactNode;
};

export function Explanation(props: Props) {
  const { explanation, unit, view, onView, name, votes, writer, unscored = NEVER, children } = props;
  const its = (part: string) => opening({ view, onView }, `${name}.${part}`);
  const { author, provenance, scored_simulation: simulation } = explanation;
  const { first, more } = scoresOf(explanation);
  const by = writer ?? (author && <p className="writer">by {author}</p>);
  return (
    <li>
      <Words text={explanation.explanation} />
      {votes ? (
        <div className="who">
          {votes}
          {by}
        </div>
      ) : (
        by
      )}
      {first[0] ? (
        <ScoreLines {...{ explanation, scores: first }} />
      ) : (
        unscored && <p className="note">{unscored}</p>
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
      {children}
    </li>
  );
}
