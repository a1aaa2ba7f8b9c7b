/** Scores in words: value, what it was computed over, interval, and the baselines beside it. */
import type { Score, ScoredExplanation } from "../nouns";
import { besideOf, leftOutOf, noteOf, sentenceOf } from "../scores";
import { twoDecimals } from "../tokens";

type Props = { explanation: ScoredExplanation; scores: readonly [string, Score][] };

export function ScoreLines({ explanation, scores }: Props) {
  return (
    <ul className="scores">
      {scores.map(([name, score]) => (
        <li key={name} className={score.reliable ? undefined : "doubtful"}>
          <p>
            {score.value !== null && (
              <>
                <span className="meter" aria-hidden="true">
                  <i style={{ width: `${100 * score.value}%` }} />
                </span>
                <b>{twoDecimals(score.value)}</b>{" "}
              </>
            )}
            {sentenceOf(name, score)}
          </p>
          <p className="beside">
            <span>{besideOf(name, explanation)}</span>
            <small>{leftOutOf(score)}</small>
          </p>
          <p className="doubt">{noteOf(score)}</p>
        </li>
      ))}
    </ul>
  );
}
