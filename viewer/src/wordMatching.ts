/** Which entries a tree is true of, and how well its words fit them: a byte or a number for every entry out. Pure. */
import { isClose, type Leaf, leaves, type Wanted, wordsOf } from "./wanted";
import type { Entries } from "./wordColumns";

/** For each entry 1 where something is true of it, or 0. */
export type Mask = Uint8Array;

// bm25 as the server's index counts it, with lengths from 24 words on rounded to what it keeps of them in one byte.
const [K1, B] = [1.2, 0.75];
const EXACT_BELOW = 24;
const DIGITS = 4;

/** One kind's entries, and how many there are of both kinds, on which ranks depend. */
export class Matcher {
  private readonly phrases = new Map<string, Map<number, number>>();

  constructor(
    private readonly entries: Entries,
    private readonly total: number,
  ) {}

  /** The entries that `tree` is true of. */
  matching(tree: Wanted): Mask {
    if (tree.is === "without") return contrary(this.matching(tree.part));
    if (tree.is !== "both" && tree.is !== "either") return this.having(tree);
    const [first, ...more] = tree.parts.map((part) => this.matching(part));
    const mask = first ?? new Uint8Array(this.entries.count);
    for (const other of more)
      if (tree.is === "both")
        for (let at = 0; at < mask.length; at++) mask[at] = (mask[at] ?? 0) & (other[at] ?? 0);
      else for (let at = 0; at < mask.length; at++) mask[at] = (mask[at] ?? 0) | (other[at] ?? 0);
    return mask;
  }

  /** The sum over the words and phrases of `tree` that stand in an entry as they are. */
  ranks(tree: Wanted): Float32Array {
    const { count, length } = this.entries;
    const ranks = new Float32Array(count);
    const mean = length.reduce((sum, words) => sum + words, 0) / this.total;
    for (const leaf of leaves(tree)) {
      if (leaf.is !== "run") continue;
      const weight = (1 + K1) * leaf.words.reduce((sum, word) => sum + this.rarity(word), 0);
      this.run(leaf.words, (entry, times) => {
        const long = K1 * (1 - B + (B * rounded(length[entry] ?? 0)) / mean);
        ranks[entry] = (ranks[entry] ?? 0) + (weight * times) / (times + long);
      });
    }
    return ranks;
  }

  private having(leaf: Leaf): Mask {
    const mask = new Uint8Array(this.entries.count);
    const mark = (entry: number) => {
      mask[entry] = 1;
    };
    if (leaf.is === "run") this.run(leaf.words, mark);
    else for (const word of this.wordsOf(leaf)) this.entries.listed(word, mark);
    return mask;
  }

  private wordsOf(leaf: Exclude<Leaf, { is: "run" }>): number[] {
    if (leaf.is === "part") return this.entries.wordsWith(leaf.text);
    if (leaf.is === "start") return this.entries.wordsWith(`\n${leaf.text}`);
    const [letters, { edits }] = [Array.from(leaf.text), leaf];
    return Array.from(this.entries.having.keys()).filter((word) =>
      isClose(letters, Array.from(this.entries.word(word)), edits),
    );
  }

  /** Calls `each` with every entry that has the words in a row, and how often it has them. */
  private run(words: readonly string[], each: (entry: number, times: number) => void): void {
    if (words.length > 1) for (const [entry, times] of this.phrase(words)) each(entry, times);
    else {
      const word = this.entries.wordOf(words[0] ?? "");
      if (word >= 0) this.entries.listed(word, each);
    }
  }

  /** Entries that have all the words are read for whether they have them in a row. */
  private phrase(words: readonly string[]): Map<number, number> {
    const { entries } = this;
    const key = words.join(" ");
    const known = this.phrases.get(key);
    if (known) return known;
    const found = new Map<number, number>();
    const all = this.matching({ is: "both", parts: words.map((word) => ({ is: "run", words: [word] })) });
    for (let entry = all.indexOf(1); entry >= 0; entry = all.indexOf(1, entry + 1)) {
      const times = runs(words, wordsOf(entries.kind, entries.text(entry))).length;
      if (times > 0) found.set(entry, times);
    }
    this.phrases.set(key, found);
    return found;
  }

  private rarity(text: string): number {
    const word = this.entries.wordOf(text);
    const having = word < 0 ? 0 : (this.entries.having[word] ?? 0);
    return Math.log(1 + (this.total - having + 0.5) / (having + 0.5));
  }
}

function contrary(mask: Mask): Mask {
  return mask.map((one) => 1 - one);
}

/** Where in `words` those of the run begin. */
export function runs(run: readonly string[], words: readonly string[]): number[] {
  const places = Array.from({ length: Math.max(0, words.length - run.length + 1) }, (_, at) => at);
  return places.filter((at) => run.every((word, more) => words[at + more] === word));
}

function rounded(length: number): number {
  if (length < EXACT_BELOW) return length;
  const above = length - EXACT_BELOW;
  const dropped = Math.max(0, 32 - Math.clz32(above) - DIGITS);
  return EXACT_BELOW + ((above >> dropped) << dropped);
}

/** The first `most` entries of a mask from its beginning, or from its end. */
export function firstOf(mask: Mask, most: number, fromEnd: boolean): number[] {
  const found: number[] = [];
  if (fromEnd)
    for (let at = mask.length - 1; at >= 0 && found.length < most; at--) mask[at] && found.push(at);
  else for (let at = 0; at < mask.length && found.length < most; at++) mask[at] && found.push(at);
  return found;
}

/**
 * The `most` entries of a mask with the largest values, or the smallest, in that order; those without one come last, of
 * equal ones the first.
 */
export function bestOf(
  mask: Mask,
  values: Float64Array | Float32Array,
  most: number,
  ascending: boolean,
): number[] {
  const sign = ascending ? 1 : -1;
  const place = (entry: number) => sign * ordered(values[entry], sign);
  const better = (one: number, other: number) => place(one) - place(other) || one - other;
  let [found, worst]: [number[], number] = [[], Number.POSITIVE_INFINITY];
  for (let entry = 0; entry < mask.length; entry++) {
    if (!mask[entry] || place(entry) >= worst) continue;
    found.push(entry);
    if (found.length < 2 * most + 1000) continue;
    found = found.sort(better).slice(0, most);
    worst = place(found.at(-1) ?? 0);
  }
  return found.sort(better).slice(0, most);
}

/** A number that is not known as the last in either order; finite, since differences are taken. */
const ordered = (value: number | undefined, sign: number): number =>
  value === undefined || Number.isNaN(value) ? sign * Number.MAX_VALUE : value;
