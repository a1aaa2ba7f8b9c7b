/** What is searched of one kind of entry: the columns of two files in, words, entries and texts by number out. Pure. */
import type { Kind } from "./wanted";

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

/** One after the other, and where each ends. */
type Texts = { ends: Uint32Array; bytes: Uint8Array };

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

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
  readonly having: Uint32Array; // by word: entries that have it
  readonly words: string; // a line break before and after each
  private readonly wordStarts: Uint32Array; // in `words`
  private readonly lists: Uint8Array;
  private readonly listEnds: Uint32Array;
  private readonly texts: Texts;
  private readonly abouts: Texts;

  constructor(
    readonly kind: Kind,
    files: readonly [ColumnFile, ColumnFile],
    unfolded: readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>],
  ) {
    const columns = new Columns(files[0], unfolded[0]);
    this.score = columns.numbers("score");
    this.max = columns.numbers("max");
    this.row = columns.wholes("row");
    this.layer = columns.wholes("layer");
    this.unit = columns.wholes("unit");
    this.number = columns.wholes("number");
    this.author = columns.wholes("author");
    this.length = columns.wholes("length");
    this.having = columns.wholes("having");
    this.listEnds = summed(columns.wholes("size"));
    this.lists = columns.bytes("lists");
    this.words = `\n${text(columns.bytes("words"))}`;
    this.wordStarts = lineStarts(this.words, this.having.length);
    this.count = this.row.length;
    const texts = new Columns(files[1], unfolded[1]);
    this.texts = { ends: texts.wholes("end"), bytes: texts.bytes("text") };
    this.abouts = { ends: texts.wholes("about_end"), bytes: texts.bytes("about") };
  }

  /** The explanation, or the tokens with line breaks between them. */
  text(entry: number): string {
    return textAt(this.texts, entry);
  }

  /** Of tokens: the explanation of their unit. */
  about(entry: number): string | null {
    return textAt(this.abouts, entry) || null;
  }

  /** The word that is written so; -1 where no entry has it. */
  wordOf(word: string): number {
    const at = this.words.indexOf(`\n${word}\n`);
    return at < 0 ? -1 : this.wordAt(at + 1);
  }

  /** Words with this in them or, with a line break before it, that begin so; ascending. */
  wordsWith(part: string): number[] {
    const found: number[] = [];
    let at = this.words.indexOf(part);
    while (at >= 0) {
      const word = this.wordAt(part.startsWith("\n") ? at + 1 : at);
      found.push(word);
      const next = this.wordStarts[word + 1]; // the same word counts once
      at = next === undefined ? -1 : this.words.indexOf(part, next - 1);
    }
    return found;
  }

  /** The word as it is written. */
  word(word: number): string {
    const start = this.wordStarts[word] ?? 0;
    return this.words.slice(start, this.words.indexOf("\n", start));
  }

  /** Calls `each` with every entry that has the word, ascending, and how often it has it. */
  listed(word: number, each: (entry: number, times: number) => void): void {
    const { lists } = this;
    const end = this.listEnds[word] ?? 0;
    let at = word > 0 ? (this.listEnds[word - 1] ?? 0) : 0;
    let entry = 0;
    const next = () => {
      let [value, shift] = [0, 0];
      for (;;) {
        const byte = lists[at++] as number;
        value |= (byte & 127) << shift;
        if (byte < 128) return value >>> 0;
        shift += 7;
      }
    };
    while (at < end) {
      const value = next();
      entry += value >>> 1;
      each(entry, value & 1 ? next() : 1);
    }
  }

  /** The word that a place in `words` belongs to. */
  private wordAt(at: number): number {
    let [low, high] = [0, this.wordStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.wordStarts[middle] as number) <= at) low = middle;
      else high = middle;
    }
    return low;
  }
}

function textAt({ ends, bytes }: Texts, entry: number): string {
  return text(bytes.subarray(entry > 0 ? ends[entry - 1] : 0, ends[entry]));
}

function summed(sizes: Uint32Array): Uint32Array {
  let sum = 0;
  return sizes.map((size) => {
    sum += size;
    return sum;
  });
}

/** Where each of so many lines begins, of a text that begins and ends with a line break. */
function lineStarts(lines: string, count: number): Uint32Array {
  const starts = new Uint32Array(count);
  let at = 0;
  for (let line = 0; line < count; line++) {
    starts[line] = at + 1;
    at = lines.indexOf("\n", at + 1);
  }
  return starts;
}
