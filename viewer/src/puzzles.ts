/** Puzzles: the file and the link in; texts, choices in a drawn order, and what answers come to in words, out. Pure. */
import type { Picked, PuzzleAnswer, PuzzleRun, StoredPuzzle, TokenValues } from "./nouns";
import { percent, twoDecimals } from "./tokens";
import { plural } from "./words";

export type Puzzle = { name: string; explanation: string; wrong: readonly string[]; texts: TokenValues[] };

/** What a link names: a puzzle by its name or number, and the seed that draws the order of its choices. */
export type PuzzleLink = { which: string | null; seed: number };

const MOST_SEED = 999_999;

export function parsePuzzleLink(rest: readonly string[], query: string): PuzzleLink {
  const given = new URLSearchParams(query).get("seed") ?? "";
  return { which: rest[0] ?? null, seed: /^\d{1,6}$/.test(given) ? Number(given) : 0 };
}

export const formatSeed = (seed: number): string => (seed === 0 ? "" : `seed=${seed}`);

export const nextSeed = (seed: number): number => (seed >= MOST_SEED ? 1 : seed + 1);

/** The place of the puzzle that a link names; a number counts from 1, since names may give the answer away. */
export function placeOfPuzzle(puzzles: readonly Puzzle[], which: string): number | null {
  const named = puzzles.findIndex(({ name }) => name === which);
  if (named >= 0) return named;
  const number = /^[1-9]\d{0,5}$/.test(which) ? Number(which) : 0;
  return number >= 1 && number <= puzzles.length ? number - 1 : null;
}

/** The puzzles of a file in its order; null where one has another shape than the public form. */
export function readPuzzles(stored: Record<string, StoredPuzzle>): Puzzle[] | null {
  const found: Puzzle[] = [];
  for (const [key, puzzle] of Object.entries(stored)) {
    const read = puzzle && readPuzzle(key, puzzle);
    if (!read) return null;
    found.push(read);
  }
  return found;
}

function readPuzzle(key: string, { name, explanation, sentences, false_explanations: wrong }: StoredPuzzle) {
  const said = typeof explanation === "string" && areTexts(wrong);
  if (!said || !Array.isArray(sentences)) return null;
  const texts = sentences.map(readSentence);
  if (texts.length === 0 || !texts.every((text) => text !== null)) return null;
  const others = [...new Set(wrong)].filter((one) => one !== explanation);
  return { name: name ?? key, explanation, wrong: others, texts };
}

const areTexts = (list: unknown): list is string[] =>
  Array.isArray(list) && list.every((one) => typeof one === "string");

/** A token alone has the activation 0. */
function readSentence(items: unknown): TokenValues | null {
  if (!Array.isArray(items) || items.length === 0) return null;
  const text: { tokens: string[]; activations: number[] } = { tokens: [], activations: [] };
  for (const item of items) {
    const [token, value] = Array.isArray(item) && item.length === 2 ? item : [item, 0];
    if (typeof token !== "string" || typeof value !== "number") return null;
    text.tokens.push(token);
    text.activations.push(value);
  }
  return text;
}

/** The true explanation among the wrong ones, in an order that the seed draws; the same for everybody who has the link. */
export function choicesOf({ name, explanation, wrong }: Puzzle, seed: number): string[] {
  const all = [explanation, ...wrong];
  const draw = drawing(`${name} ${seed}`);
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1));
    [all[last], all[other]] = [all[other] as string, all[last] as string];
  }
  return all;
}

/** Numbers from 0 to 1 that a text repeats: FNV-1a of the text, then mulberry32. */
function drawing(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The strongest activation: one scale for all texts of a puzzle. */
export const limitOf = ({ texts }: Puzzle): number =>
  texts.reduce((most, { activations }) => Math.max(most, ...activations.map((value) => value ?? 0)), 0);

export const modelsOf = ({ models, simulator }: PuzzleRun): string =>
  `${models.join(" and ") || "a model without a name"}, ${simulator}`;

/** The explanations with the highest score: several where they are equal, none where none has a score. */
export function pickedOf({ scored, candidates }: PuzzleAnswer): string[] {
  const given = scored.slice(0, candidates).filter(({ correlation }) => correlation.value !== null);
  const best = Math.max(...given.map(({ correlation }) => correlation.value ?? 0));
  return given.filter(({ correlation }) => correlation.value === best).map(({ explanation }) => explanation);
}

/** What a model made of a puzzle, in a sentence. */
export function answerSentence(answer: PuzzleAnswer): string {
  const { rank, candidates, reason } = answer;
  if (rank === null) return `No answer: ${reason ?? "the file does not say why"}.`;
  const picked = pickedOf(answer);
  const [first = ""] = picked;
  const what = picked.length > 1 ? `${picked.length} explanations alike` : `“${first}”`;
  return `Picked ${what}: ${rank === 1 ? "right" : "wrong"}. The true one ranks ${rank} of ${candidates}.`;
}

/** "7 of 20 first, 35%, 95% interval 18% to 57%; by chance 17%". */
export function pickedSentence({ first, ranked, value, interval, chance }: Picked): string {
  if (value === null) return "no puzzle has a rank";
  const ends = interval ? `, 95% interval ${interval.map(percent).join(" to ")}` : "";
  const blind = chance === null ? "" : `; by chance ${percent(chance)}`;
  return `${first} of ${plural(ranked, "puzzle")} right, ${percent(value)}${ends}${blind}`;
}

/** The score of one choice in one run; null where the run has none of it. */
export function scoreOf(answer: PuzzleAnswer, choice: string): string | null {
  const found = answer.scored.find(({ explanation }) => explanation === choice);
  if (!found) return null;
  const { value, interval } = found.correlation;
  if (value === null) return "undefined";
  return interval ? `${twoDecimals(value)} (${interval.map(twoDecimals).join(" to ")})` : twoDecimals(value);
}
