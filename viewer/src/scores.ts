/** Explanations in; their order, and the words that say how well each one scored, out. Pure. */
import type { Score, ScoredExplanation, ScoredSimulation } from "./nouns";
import { countsOf, scoredTexts } from "./simulated";
import { count, twoDecimals } from "./tokens";
import { plural } from "./words";

// The scores that stand under an explanation at once; the others wait in a disclosure.
const FIRST = /^(correlation|imported|.*_balanced_accuracy)$/;

/** Highest correlation first, those without one last, else as in the file; a table's best one is the first of these. */
export function bestFirst(explanations: readonly ScoredExplanation[]): ScoredExplanation[] {
  const rank = (one: ScoredExplanation) => one.scored_simulation?.ev_correlation_score ?? -2;
  return explanations.toSorted((one, other) => rank(other) - rank(one));
}

/** The scores by name: those that stand under an explanation, the correlation first, and the others. */
export function scoresOf({ scores, scored_simulation: simulation }: ScoredExplanation) {
  const all = Object.entries({ ...(simulation && { correlation: countedOf(simulation) }), ...scores });
  return { first: all.filter(([name]) => FIRST.test(name)), more: all.filter(([name]) => !FIRST.test(name)) };
}

/** The correlation of a file that holds the number alone: what it was computed over is counted from its texts. */
function countedOf(simulation: ScoredSimulation): Score {
  const value = simulation.ev_correlation_score ?? null;
  const counted = countsOf(scoredTexts(simulation));
  return { ...counted, value, interval: null, reason: null, reliable: true }; // the file does not doubt it
}

/** What a score's value is of, what it was computed over, and its interval, or why there is no value. */
export function sentenceOf(name: string, score: Score): string {
  const { tokens, answers, sequences, interval } = score;
  if (isBare(score)) return `${labelOf(name)}, over an unknown number of texts`;
  const amount = tokens === null ? plural(answers ?? sequences, "answer") : plural(tokens, "token");
  const over = `${labelOf(name)} over ${amount}`;
  if (score.value === null) return `${over} ${saidValue(score)}`;
  return interval ? `${over}, 95% interval ${interval.map(twoDecimals).join(" to ")}` : over;
}

/** A number that came from elsewhere, without what it was computed over. */
const isBare = ({ value, sequences }: Score): boolean => value !== null && sequences === 0;

export const labelOf = (name: string): string =>
  name === "correlation"
    ? "correlation of simulated with real activations"
    : name
        .replace(/^imported$/, "score as it was imported")
        .replace(/^correlation_(.*)/, "correlation in the $1 texts alone")
        .replaceAll("_", " ")
        .replace(/auc|f1|^r /, (name) => name.toUpperCase());

export const saidValue = ({ value, reason }: Score): string =>
  value === null ? `undefined${reason ? `: ${reason}` : ""}` : twoDecimals(value);

/** The same score of the two baselines; empty without them. */
export function besideOf(name: string, { baselines }: ScoredExplanation): string {
  return Object.entries(baselines ?? {})
    .flatMap(([baseline, { [name]: score }]) =>
      score ? `${baseline === "lookup" ? "token lookup" : baseline} ${saidValue(score)}` : [],
    )
    .join(" · ");
}

/** How many texts; how many of their positions, or of the answers about them, have no number; how many do not count. */
export const leftOutOf = (score: Score): string => (isBare(score) ? "" : countedIn(score));

const countedIn = ({ sequences, unparsed, ignored }: Score): string =>
  `${plural(sequences, "text")} · ${count(unparsed)} unparsed${ignored ? ` · ${count(ignored)} left out` : ""}`;

/** Why there is no interval, or why the value is not reliable, which is said even where the file gives no reason. */
export const noteOf = ({ note, reliable, value }: Score): string | null =>
  note ?? (reliable || value === null ? null : "not reliable");
