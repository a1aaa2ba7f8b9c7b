/** How often one was right at puzzles: the text that a browser keeps in, the first answer to each puzzle out. Pure. */

/** By dataset, then by puzzle: whether the first answer was right. */
export type Tally = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

const MOST_DATASETS = 50;
const MOST_PUZZLES = 2000;

/** What is kept; what cannot be read is nothing. */
export function readTally(text: string | null): Tally {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return isObject(found) && Object.values(found).every(areAnswers) ? (found as Tally) : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const areAnswers = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((one) => typeof one === "boolean");

export const answersOf = (tally: Tally, dataset: string): Readonly<Record<string, boolean>> =>
  Object.hasOwn(tally, dataset) ? (tally[dataset] ?? {}) : {};

/** With an answer; only the first one to a puzzle counts. */
export function answered(tally: Tally, dataset: string, puzzle: string, right: boolean): Tally {
  const known = answersOf(tally, dataset);
  if (Object.hasOwn(known, puzzle) || Object.keys(known).length >= MOST_PUZZLES) return tally;
  const others = Object.entries(tally).filter(([name]) => name !== dataset);
  return Object.fromEntries([...others.slice(1 - MOST_DATASETS), [dataset, { ...known, [puzzle]: right }]]);
}

export const forgotten = (tally: Tally, dataset: string): Tally =>
  Object.fromEntries(Object.entries(tally).filter(([name]) => name !== dataset));

/** "3 of 5 right at first"; empty before the first answer. */
export function tallySentence(answers: Readonly<Record<string, boolean>>): string {
  const all = Object.values(answers);
  return all.length === 0 ? "" : `${all.filter(Boolean).length} of ${all.length} right at the first try`;
}
