/**
 * The explanations that a unit's workbench puts side by side: the dataset's own, people's, and the tries of this visit.
 * Each has a key for the link: e0 the dataset's best, p. and the beginning of a person's id, t1 the first try. Pure.
 */
import type { Job, ScoredExplanation, ScoredSimulation, Written } from "./nouns";
import { asScored, quoted } from "./people";
import { bestFirst } from "./scores";
import { twoDecimals, visible } from "./tokens";

export type Candidate = { key: string; by: string; scored: ScoredExplanation };

/** A text that was scored in this visit, by the job of this id; `number` counts the unit's tries from 1. */
export type Try = { id: string; number: number; seed: number; scored: ScoredExplanation };

/** The try that a job made; null where nothing came of it. */
export function tryOf({ id, asked, result }: Job): Omit<Try, "number"> | null {
  if (!result) return null;
  const { scores, baselines, provenance, sequences } = result;
  const simulation: ScoredSimulation | null = sequences?.[0]
    ? { scored_sequence_simulations: sequences, ev_correlation_score: scores["correlation"]?.value ?? null }
    : null;
  const scored = { explanation: asked.text, scored_simulation: simulation, scores, baselines, provenance };
  return { id, seed: asked.seed, scored };
}

/** The dataset's own, best first; people's, newest first; tries, newest first. */
export function candidatesOf(
  own: readonly ScoredExplanation[],
  people: readonly Written[],
  tries: readonly Try[],
): Candidate[] {
  return [
    ...bestFirst(own).map((scored, place) => ({
      key: `e${place}`,
      by: scored.author ?? "the dataset",
      scored,
    })),
    ...people.toReversed().map((written) => ({
      key: `p.${written.id.slice(0, 8)}`,
      by: written.author ?? "somebody",
      scored: asScored(written),
    })),
    ...tries.toReversed().map(({ number, scored }) => ({
      key: keyOf(number),
      by: `try ${number} of this visit`,
      scored,
    })),
  ];
}

export const keyOf = (number: number): string => `t${number}`;

/** The two that are compared: what the link names, else the first other one, and nothing. */
export function chosen(
  candidates: readonly Candidate[],
  keys: { before: string | null; after: string | null },
) {
  const of = (key: string | null) => candidates.find((one) => one.key === key) ?? null;
  const after = of(keys.after);
  const first = candidates.find(({ key }) => key !== after?.key) ?? candidates[0] ?? null;
  const before = of(keys.before) ?? first;
  return { before, after: after?.key === before?.key ? null : after };
}

/** The texts of a candidate that can be looked at; null where none were kept. */
export const simulationOf = (one: Candidate | null): ScoredSimulation | null =>
  one?.scored.scored_simulation?.scored_sequence_simulations[0] ? one.scored.scored_simulation : null;

/** One line that tells a candidate from the others. */
export function lineOf({ by, scored }: Candidate): string {
  const value = correlationOf(scored);
  return `${quoted(scored.explanation)} · ${value === null ? "no score" : twoDecimals(value)} · ${visible(by)}`;
}

/** The correlation, which a published file has beside its texts alone. */
export const correlationOf = ({ scores, scored_simulation }: ScoredExplanation): number | null =>
  scores?.["correlation"] ? scores["correlation"].value : (scored_simulation?.ev_correlation_score ?? null);

export const isTry = ({ key }: Candidate): boolean => key.startsWith("t");

/** One explanation, or the one before and the one after, as lines of text. */
export const asText = (all: readonly Candidate[]): string =>
  all.map((one, place) => `${all[1] ? ORDER[place] : ""}${wordsOf(one)}\n${saidOf(one)}\n`).join("\n");

const ORDER = ["Before: ", "After: "];
const wordsOf = ({ scored }: Candidate): string => scored.explanation.trim();

function saidOf({ by, scored }: Candidate): string {
  const score = scored.scores?.["correlation"];
  const value = correlationOf(scored);
  const interval = score?.interval ? `, 95% interval ${score.interval.map(twoDecimals).join(" to ")}` : "";
  const over = score ? ` over ${score.tokens} tokens of ${score.sequences} texts` : "";
  return `${by} · correlation ${value === null ? "undefined" : twoDecimals(value)}${over}${interval}`;
}

/** The same as an explanations file holds them. */
export const asJson = (all: readonly Candidate[]): string =>
  JSON.stringify({ scored_explanations: all.map(({ scored }) => scored) }, null, 1);

/** Whether the words are among the explanations that stay after this visit. */
export const stands = (candidates: readonly Candidate[], one: Candidate): boolean =>
  candidates.some((other) => !isTry(other) && wordsOf(other) === wordsOf(one));
