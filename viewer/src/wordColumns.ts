/** What is searched of one kind of entry: the columns of a file in, words, entries and texts by number out. Pure. */
import type { Kind } from "./wanted";
import { Texts } from "./wordTexts";

/** As the server's publish/wordfiles.py writes and describes it. */
export type Head = {
  version: number;
  snapshot: string;
  entries: number; // of both kinds
  authors: string[];
  files: ColumnFile[];
};
export type ColumnFile = {
  name: string;
  bytes: number; // as it is sent
  columns: { name: string; type: "f8" | "u4" | "u1"; length: number }[];
};

const SIZE = { f8: 8, u4: 4, u1: 1 };

/** How many bytes a file unfolds to. */
export const sizeOf = ({ columns }: ColumnFile): number =>
  columns.reduce((sum, { type, length }) => sum + SIZE[type] * length, 0);

/** The columns of an unfolded file by name; one that is not there is empty. Wider ones come first, so each may begin where it does. */
class Columns {
  constructor(
    private readonly file: ColumnFile,
    private readonly unfolded: Uint8Array<ArrayBuffer>,
  ) {}

  numbers(name: string): Float64Array {
    return new Float64Array(this.unfolded.buffer, ...this.place(name));
  }

  wholes(name: string): Uint32Array {
    return new Uint32Array(this.unfolded.buffer, ...this.place(name));
  }

  bytes(name: string): Uint8Array {
    return new Uint8Array(this.unfolded.buffer, ...this.place(name));
  }

  private place(name: string): [start: number, length: number] {
    let start = 0;
    for (const column of this.file.columns) {
      if (column.name === name) return [start, column.length];
      start += SIZE[column.type] * column.length;
    }
    return [0, 0];
  }
}

/** Blocks of texts are wanted that have not been given yet. */
export class TextsWanted extends Error {
  constructor(readonly blocks: readonly { of: Entries; blocks: readonly number[] }[]) {
    super("texts are wanted");
  }
}

/** The first `found` entries, ascending, and how often each has what was looked for. */
export type List = { entries: Uint32Array; times: Uint32Array; found: number };

const LONG = 10_000; // entries of a list that is kept: the next letter mostly wants it again
const MOST_LONG = 8;

const decoder = new TextDecoder();

/** The entries of one kind; an entry and a word are known by their place. */
export class Entries {
  readonly count: number;
  readonly score: Float64Array;
  readonly max: Float64Array;
  readonly row: Uint32Array; // among the entries of both kinds
  readonly layer: Uint32Array;
  readonly unit: Uint32Array;
  readonly number: Uint32Array;
  readonly author: Uint32Array; // 1 is the first of the head's authors, 0 nobody
  readonly length: Uint32Array; // words
  readonly lengths: number; // of all entries together
  readonly having: Uint32Array; // by word: entries that have it
  private readonly words: string; // a line break after each; in order
  private readonly wordStarts: Uint32Array;
  private readonly lists: Uint8Array;
  private readonly listEnds: Uint32Array;
  /** They come later, since only those of hits that are shown are wanted, and of phrases. */
  readonly texts: Texts;
  private readonly listed: Uint32Array;
  private readonly times: Uint32Array;
  private readonly long = new Map<number, List>();

  constructor(
    readonly kind: Kind,
    file: ColumnFile,
    unfolded: Uint8Array<ArrayBuffer>,
  ) {
    const columns = new Columns(file, unfolded);
    this.score = columns.numbers("score");
    this.max = columns.numbers("max");
    this.row = columns.wholes("row");
    this.layer = columns.wholes("layer");
    this.unit = columns.wholes("unit");
    this.number = columns.wholes("number");
    this.author = columns.wholes("author");
    this.length = columns.wholes("length");
    this.lengths = this.length.reduce((sum, words) => sum + words, 0);
    this.having = columns.wholes("having");
    this.listEnds = summed(columns.wholes("size"));
    this.lists = columns.bytes("lists");
    this.words = decoder.decode(columns.bytes("words"));
    this.wordStarts = lineStarts(this.words, this.having.length);
    this.count = this.row.length;
    this.listed = new Uint32Array(this.count);
    this.times = new Uint32Array(this.count);
    this.texts = new Texts(this.count, columns.wholes("packed"), columns.wholes("unfolded"));
  }

  /** The explanation, or the tokens with line breaks between them. */
  text(entry: number): string {
    return this.texts.text(entry, false);
  }

  /** Of tokens: the explanation of their unit. */
  about(entry: number): string | null {
    return this.texts.text(entry, true) || null;
  }

  /** The word that is written so; -1 where no entry has it. */
  wordOf(text: string): number {
    const word = this.firstFrom(text);
    return word < this.having.length && this.word(word) === text ? word : -1;
  }

  /** Words that begin so; ascending. */
  wordsFrom(start: string): number[] {
    const found: number[] = [];
    for (let word = this.firstFrom(start); this.words.startsWith(start, this.wordStarts[word]); word++) {
      if (word >= this.having.length) break;
      found.push(word);
    }
    return found;
  }

  /** Words that have this in them; ascending. */
  wordsWith(part: string): number[] {
    const found: number[] = [];
    let at = this.words.indexOf(part);
    while (at >= 0) {
      const word = lastUpTo(this.wordStarts, at);
      found.push(word);
      const next = this.wordStarts[word + 1]; // the same word counts once
      at = next === undefined ? -1 : this.words.indexOf(part, next);
    }
    return found;
  }

  /** The word as it is written. */
  word(word: number): string {
    const start = this.wordStarts[word] ?? 0;
    return this.words.slice(start, (this.wordStarts[word + 1] ?? this.words.length) - 1);
  }

  /** The entries that have the word; good until the next call. */
  list(word: number): List {
    const known = this.long.get(word);
    if (known) return known;
    const found = this.read(word);
    const list = { entries: this.listed, times: this.times, found };
    if (found < LONG) return list;
    const kept = { entries: this.listed.slice(0, found), times: this.times.slice(0, found), found };
    if (this.long.size >= MOST_LONG) this.long.delete(this.long.keys().next().value as number);
    this.long.set(word, kept);
    return kept;
  }

  /** Puts the entries that have the word in `listed` and `times`, ascending; how many they are. */
  private read(word: number): number {
    const { lists, listed, times } = this;
    const end = this.listEnds[word] ?? 0;
    let at = word > 0 ? (this.listEnds[word - 1] ?? 0) : 0;
    let [count, entry] = [0, 0];
    while (at < end) {
      let byte = lists[at++] as number;
      let value = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = lists[at++] as number;
        value |= (byte & 127) << shift;
      }
      entry += value >>> 1;
      listed[count] = entry;
      let often = 1;
      if (value & 1) {
        byte = lists[at++] as number;
        often = byte & 127;
        for (let shift = 7; byte > 127; shift += 7) {
          byte = lists[at++] as number;
          often |= (byte & 127) << shift;
        }
      }
      times[count++] = often;
    }
    return count;
  }

  /** The first word that is not before this text. */
  private firstFrom(text: string): number {
    let [low, high] = [0, this.having.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.word(middle) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function summed(sizes: Uint32Array): Uint32Array {
  let sum = 0;
  return sizes.map((size) => {
    sum += size;
    return sum;
  });
}

/** Where each of so many lines begins. */
function lineStarts(lines: string, count: number): Uint32Array {
  const starts = new Uint32Array(count);
  let at = 0;
  for (let line = 0; line < count; line++) {
    starts[line] = at;
    at = lines.indexOf("\n", at) + 1;
  }
  return starts;
}

/** The place of the last of these ascending numbers that is not above `most`. */
function lastUpTo(numbers: Uint32Array, most: number): number {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= most) low = middle;
    else high = middle;
  }
  return low;
}
