/** Which entries a tree is true of, and how well its words fit them: a byte or a number for every entry out. Pure. */
import { isClose, type Leaf, leaves, type Wanted, wordsOf } from "./wanted";
import { type Entries, type List, TextsWanted } from "./wordColumns";

/** For each entry 1 where something is true of it, or 0. */
export type Mask = Uint8Array;

// bm25 as the server's index counts it, with lengths from 24 words on rounded to what it keeps of them in one byte.
const [K1, B] = [1.2, 0.75];
const EXACT_BELOW = 24;
const DIGITS = 4;

const NOTHING: List = { entries: new Uint32Array(), times: new Uint32Array(), found: 0 };

/** One kind's entries, and how many there are of both kinds, on which ranks depend. */
export class Matcher {
  private readonly phrases = new Map<string, List>();
  private readonly masks = new Map<string, Mask>();
  private readonly slow: number[] = []; // by length

  constructor(
    private readonly entries: Entries,
    private readonly total: number,
  ) {}

  /** The entries that `tree` is true of; it is the caller's. */
  matching(tree: Wanted): Mask {
    if (tree.is === "without") return contrary(this.matching(tree.part));
    if (tree.is === "run") return copied(this.standing(tree.words));
    if (tree.is !== "both" && tree.is !== "either") {
      const mask = blank(this.entries.count);
      for (const word of this.wordsOf(tree)) mark(mask, this.entries.list(word));
      return mask;
    }
    const [first, ...more] = tree.parts;
    const mask = first ? this.matching(first) : blank(this.entries.count);
    for (const part of more) (tree.is === "both" ? keep : join)(mask, this.matching(part));
    return mask;
  }

  /** The sum over the words and phrases of `tree` that stand in an entry as they are. */
  ranks(tree: Wanted): Float32Array {
    const { length } = this.entries;
    const ranks = new Float32Array(this.entries.count);
    for (const leaf of leaves(tree)) {
      if (leaf.is !== "run") continue;
      const weight = (1 + K1) * leaf.words.reduce((sum, word) => sum + this.rarity(word), 0);
      const { entries, times, found } = this.run(leaf.words);
      for (let at = 0; at < found; at++) {
        const entry = entries[at] as number;
        const often = times[at] as number;
        ranks[entry] =
          (ranks[entry] as number) + (weight * often) / (often + this.slowness(length[entry] as number));
      }
    }
    return ranks;
  }

  /** How much more often a word has to stand in an entry of this length for the same rank. */
  private slowness(length: number): number {
    const known = this.slow[length];
    if (known !== undefined) return known;
    const found = K1 * (1 - B + (B * rounded(length) * this.total) / this.entries.lengths);
    this.slow[length] = found;
    return found;
  }

  /** Entries that have the words in a row; kept, since ranks want them too. */
  private standing(words: readonly string[]): Mask {
    const key = words.join(" ");
    const known = this.masks.get(key);
    if (known) return known;
    const mask = blank(this.entries.count);
    mark(mask, this.run(words));
    this.masks.set(key, mask);
    return mask;
  }

  private wordsOf(leaf: Exclude<Leaf, { is: "run" }>): number[] {
    if (leaf.is === "part") return this.entries.wordsWith(leaf.text);
    if (leaf.is === "start") return this.entries.wordsFrom(leaf.text);
    const [letters, { edits }] = [Array.from(leaf.text), leaf];
    return Array.from(this.entries.having.keys()).filter((word) =>
      isClose(letters, Array.from(this.entries.word(word)), edits),
    );
  }

  /** The entries that have the words in a row. */
  private run(words: readonly string[]): List {
    if (words.length > 1) return this.phrase(words);
    const word = this.entries.wordOf(words[0] ?? "");
    return word < 0 ? NOTHING : this.entries.list(word);
  }

  /** Entries that have all the words are read for whether they have them in a row. Throws TextsWanted. */
  private phrase(words: readonly string[]): List {
    const { entries } = this;
    const key = words.join(" ");
    const known = this.phrases.get(key);
    if (known) return known;
    const [having, times]: [number[], number[]] = [[], []];
    const all = this.matching({ is: "both", parts: words.map((word) => ({ is: "run", words: [word] })) });
    const candidates = entriesIn(all);
    const blocks = entries.texts.missing(candidates);
    if (blocks.length > 0) throw new TextsWanted([{ of: entries, blocks }]);
    for (const entry of candidates) {
      const often = runs(words, wordsOf(entries.kind, entries.text(entry))).length;
      if (often === 0) continue;
      having.push(entry);
      times.push(often);
    }
    const found = { entries: Uint32Array.from(having), times: Uint32Array.from(times), found: having.length };
    this.phrases.set(key, found);
    return found;
  }

  private rarity(text: string): number {
    const word = this.entries.wordOf(text);
    const having = word < 0 ? 0 : (this.entries.having[word] ?? 0);
    return Math.log(1 + (this.total - having + 0.5) / (having + 0.5));
  }
}

function mark(mask: Mask, { entries, found }: List): void {
  for (let at = 0; at < found; at++) mask[entries[at] as number] = 1;
}

/** Nothing; with room for four entries at a time. */
export const blank = (count: number): Mask =>
  new Uint8Array(new ArrayBuffer(4 * Math.ceil(count / 4)), 0, count);

const fours = ({ buffer, length }: Mask): Uint32Array => new Uint32Array(buffer, 0, Math.ceil(length / 4));

function copied(mask: Mask): Mask {
  const copy = blank(mask.length);
  copy.set(mask);
  return copy;
}

/** Leaves of a mask what is in the other too. */
export function keep(mask: Mask, other: Mask): void {
  const [some, more] = [fours(mask), fours(other)];
  for (let at = 0; at < some.length; at++) some[at] = (some[at] as number) & (more[at] as number);
}

function join(mask: Mask, other: Mask): void {
  const [some, more] = [fours(mask), fours(other)];
  for (let at = 0; at < some.length; at++) some[at] = (some[at] as number) | (more[at] as number);
}

function contrary(mask: Mask): Mask {
  const some = fours(mask);
  for (let at = 0; at < some.length; at++) some[at] = (some[at] as number) ^ 0x01010101;
  new Uint8Array(mask.buffer).fill(0, mask.length); // the room beyond it holds nothing
  return mask;
}

/** The entries of a mask, ascending. Nothing is asked within the loop, since no processor guesses what a mask holds. */
export function entriesIn(mask: Mask): Uint32Array {
  const some = fours(mask);
  let count = 0;
  for (let four = 0; four < some.length; four++) count += Math.imul(some[four] as number, 0x01010101) >>> 24;
  const found = new Uint32Array(count);
  let at = 0;
  for (let four = 0; four < some.length; four++) {
    const bytes = some[four] as number;
    if (bytes === 0) continue;
    const first = 4 * four;
    found[at] = first;
    at += bytes & 1;
    found[at] = first + 1;
    at += (bytes >>> 8) & 1;
    found[at] = first + 2;
    at += (bytes >>> 16) & 1;
    found[at] = first + 3;
    at += bytes >>> 24;
  }
  return found;
}

/** Where in `words` those of the run begin. */
export function runs(run: readonly string[], words: readonly string[]): number[] {
  const found: number[] = [];
  for (let at = words.indexOf(run[0] ?? ""); at >= 0; at = words.indexOf(run[0] ?? "", at + 1))
    if (run.every((word, more) => words[at + more] === word)) found.push(at);
  return found;
}

function rounded(length: number): number {
  if (length < EXACT_BELOW) return length;
  const above = length - EXACT_BELOW;
  const dropped = Math.max(0, 32 - Math.clz32(above) - DIGITS);
  return EXACT_BELOW + ((above >> dropped) << dropped);
}

/** The first `most` of ascending entries, but for those of a mask, from their beginning or from their end. */
export function firstOf(entries: Uint32Array, most: number, fromEnd: boolean, but?: Mask): number[] {
  const found: number[] = [];
  for (let at = 0; at < entries.length && found.length < most; at++) {
    const entry = entries[fromEnd ? entries.length - 1 - at : at] as number;
    if (!but?.[entry]) found.push(entry);
  }
  return found;
}

/**
 * The `most` of ascending entries with the largest values, or the smallest, in that order; those without one come last,
 * of equal ones the first.
 */
export function bestOf(
  entries: Uint32Array,
  values: Float64Array | Float32Array,
  most: number,
  ascending: boolean,
): number[] {
  const sign = ascending ? 1 : -1;
  const place = (entry: number) => {
    const value = values[entry] as number;
    return Number.isNaN(value) ? Number.MAX_VALUE : sign * value;
  };
  const better = (one: number, other: number) => place(one) - place(other) || one - other;
  let found: number[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as number;
    if (place(entry) >= worst) continue;
    found.push(entry);
    if (found.length < 2 * most + 200) continue; // sorted now and then, so that most entries cost one comparison
    found = found.sort(better).slice(0, most);
    worst = place(found.at(-1) ?? 0);
  }
  return found.sort(better).slice(0, most);
}
