/** Two scored explanations of one unit in; the rows that set their scores side by side, and what follows, out. Pure. */
import { type Candidate, isTry } from "./candidates";
import type { Score } from "./nouns";
import { labelOf, saidValue, scoresOf } from "./scores";
import { scoredTexts } from "./simulated";
import { count, twoDecimals } from "./tokens";
import { plural } from "./words";

/** One score of both: in `difference` after minus before; null where one of them has none. */
export type Pair = { name: string; before: Score | null; after: Score | null; difference: number | null };

/** The scores that either has, the correlation first. */
export function pairsOf(before: Candidate | null, after: Candidate | null): Pair[] {
  const [one, other] = [scoresBy(before), scoresBy(after)];
  return [...new Set([...one.keys(), ...other.keys()])].map((name) => {
    const [first, second] = [one.get(name) ?? null, other.get(name) ?? null];
    const both = typeof first?.value === "number" && typeof second?.value === "number";
    return {
      name,
      before: first,
      after: second,
      difference: both ? (second.value ?? 0) - (first.value ?? 0) : null,
    };
  });
}

function scoresBy(one: Candidate | null): Map<string, Score> {
  if (!one) return new Map();
  const { first, more } = scoresOf(one.scored);
  return new Map([...first, ...more]);
}

/** What the score's name stands for, as the beginning of a line. */
export const titleOf = (name: string): string => {
  const label = labelOf(name);
  return `${label[0]?.toUpperCase()}${label.slice(1)}`;
};

export const intervalSaid = ({ interval }: Score): string =>
  interval ? `${interval.map(twoDecimals).join(" to ")}` : "no interval";

/** What a score is over, and what had no number. */
export function overSaid({ tokens, answers, sequences, unparsed }: Score): string {
  const amount = tokens === null ? plural(answers ?? 0, "answer") : plural(tokens, "token");
  return `${amount} of ${plural(sequences, "text")}, ${count(unparsed)} unparsed`;
}

/** A baseline of a score, with its interval; null where the explanation has no such baseline. */
export function baselineSaid(
  one: Candidate | null,
  baseline: "shuffled" | "lookup",
  name: string,
): string | null {
  const score = one?.scored.baselines?.[baseline]?.[name];
  if (!score) return null;
  return score.interval ? `${saidValue(score)} (${intervalSaid(score)})` : saidValue(score);
}

/** +0.10, with a true minus sign. */
export const signed = (value: number): string => `${value > 0 ? "+" : ""}${twoDecimals(value)}`;

/** Whether the two intervals have a point in common; null where one is not there. */
export function overlap(before: Score | null, after: Score | null): boolean | null {
  if (!before?.interval || !after?.interval) return null;
  return before.interval[0] <= after.interval[1] && after.interval[0] <= before.interval[1];
}

/** What the two correlations say of which explanation is better. */
export function verdictOf({ before, after, difference }: Pair): string {
  const common = overlap(before, after);
  if (difference === null) return "One of the two has no value, so there is no difference.";
  if (common === null)
    return "One of the two has no interval, so it is not known whether the difference is chance.";
  if (common) return "The 95% intervals overlap: the difference may be chance.";
  return `The 95% intervals do not overlap: ${difference > 0 ? "after is better than before" : "before is better than after"} beyond what the choice of texts explains.`;
}

/** Why the two are not alike in all but the words; empty where they are, as far as is known. */
export function unlike(before: Candidate, after: Candidate): string[] {
  const [one, other] = [before.scored.provenance, after.scored.provenance];
  const found: string[] = [];
  if (one && other && simulatorOf(before) !== simulatorOf(after)) {
    const advice = isTry(after) ? " Simulate the words before too, to compare words alone." : "";
    found.push(
      `Before was simulated by ${simulatorOf(before)}, after by ${simulatorOf(after)}: part of the difference may be the simulator’s.${advice}`,
    );
  }
  if (one && other && calibrationOf(before) !== calibrationOf(after))
    found.push(`Calibration is ${calibrationOf(before)} before and ${calibrationOf(after)} after.`);
  const [texts, others] = [textsOf(before), textsOf(after)];
  if (texts && others && texts !== others) found.push("The two were scored on different texts.");
  return found;
}

function simulatorOf({ scored: { provenance } }: Candidate): string {
  const { simulator, simulator_model: model } = provenance ?? {};
  if (!simulator) return "nobody";
  return model ? `${model} (${simulator})` : simulator === "lookup" ? "the token lookup" : simulator;
}

const calibrationOf = ({ scored: { provenance } }: Candidate): string => provenance?.calibration ?? "none";

/** The texts it was scored on, whatever their order; empty where they were not kept. */
function textsOf({ scored: { scored_simulation } }: Candidate): string {
  if (!scored_simulation) return "";
  return scoredTexts(scored_simulation)
    .map(({ real }) => real.tokens.join("\u0000"))
    .sort()
    .join("\u0001");
}
