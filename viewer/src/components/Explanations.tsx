/** A unit's explanations in words, each with how well it predicted the real activations. */
import type { ScoredExplanation } from "../nouns";
import { count } from "../tokens";

export function Explanations({ explanations }: { explanations: readonly ScoredExplanation[] }) {
  return (
    <ol className="explanations">
      {explanations.map((one, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two explanations may read the same
        <li key={place}>
          <p className="explanation">{one.explanation.trim()}</p>
          <Score of={one} />
        </li>
      ))}
    </ol>
  );
}

function Score({ of }: { of: ScoredExplanation }) {
  const simulation = of.scored_simulation;
  if (!simulation) return <p className="score">not scored: it was never simulated</p>;
  const texts = simulation.scored_sequence_simulations;
  const tokens = texts.reduce((sum, { true_activations }) => sum + true_activations.length, 0);
  const score = simulation.ev_correlation_score;
  const over = `over ${count(tokens)} tokens of ${count(texts.length)} texts`;
  if (score === null || score === undefined) return <p className="score">correlation undefined {over}</p>;
  return (
    <p className="score">
      <span className="meter" aria-hidden="true">
        <i style={{ width: `${100 * Math.max(0, Math.min(1, score))}%` }} />
      </span>
      <b>{score.toFixed(2).replace("-", "−")}</b> correlation of simulated with real activations {over}
    </p>
  );
}
