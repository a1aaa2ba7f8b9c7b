/**
 * What a person typed, read into a tree: words, prefixes, near words, phrases, AND, OR, NOT. Pure. The same language as
 * the server's (its search/syntax.py), where nothing that is typed is wrong; only length, words and depth have limits.
 */

export type Leaf =
  | { is: "word" | "prefix" | "phrase"; text: string }
  | { is: "near"; text: string; edits: number };
export type Tree =
  | Leaf
  | { is: "both"; parts: Tree[] }
  | { is: "either"; parts: Tree[] }
  | { is: "without"; part: Tree };

/** A query that is not searched for; the message is a sentence for who wrote it. */
export class BadQuery extends Error {}

const LONGEST = 1000; // characters
const MOST_WORDS = 32;
const DEEPEST = 16; // brackets in brackets

// What Python takes for space: some signs more than \s has, and one less.
export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const PIECES = new RegExp(`"([^"]*)(?:"|$)|([()])|([^${SPACE}"()]+)`, "gu");
const NEAR = /^(.+)~([12]?)$/su;

type Piece = Leaf | "(" | ")";

/** The query as a tree, or null where nothing was typed. NOT binds closest, then AND, which a space means too. */
export function readQuery(text: string): Tree | null {
  const length = Array.from(text).length;
  if (length > LONGEST)
    throw new BadQuery(
      `The query is ${length.toLocaleString("en-US")} characters long; at most 1,000 are read. Shorten it.`,
    );
  const pieces = Array.from(text.matchAll(PIECES), ([, phrase, bracket, bare]) =>
    pieceOf(phrase, bracket, bare),
  );
  if (pieces.filter((piece) => typeof piece !== "string").length > MOST_WORDS)
    throw new BadQuery(`The query has more than ${MOST_WORDS} words. Leave some out.`);
  return new Reader(pieces).read();
}

function pieceOf(phrase: string | undefined, bracket: string | undefined, bare = ""): Piece {
  if (bracket === "(" || bracket === ")") return bracket;
  if (phrase !== undefined) return { is: "phrase", text: phrase };
  if (bare.endsWith("*") && bare.length > 1) return { is: "prefix", text: bare.slice(0, -1) };
  const [, near, edits] = bare.match(NEAR) ?? [];
  return near === undefined
    ? { is: "word", text: bare }
    : { is: "near", text: near, edits: Number(edits || 1) };
}

/** Recursive descent over pieces; `at` is the next one. */
class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly pieces: readonly Piece[]) {}

  read(): Tree | null {
    const trees: Tree[] = [];
    while (this.at < this.pieces.length) {
      if (this.next() === ")") this.at++; // nobody opened it
      add(trees, this.either());
    }
    return joined("both", trees);
  }

  private either(): Tree | null {
    const trees: Tree[] = [];
    add(trees, this.both());
    while (this.joins("OR")) {
      this.at++;
      add(trees, this.both());
    }
    return joined("either", trees);
  }

  /** Parts joined by AND, or by nothing at all. */
  private both(): Tree | null {
    const trees: Tree[] = [];
    while (this.at < this.pieces.length && this.next() !== ")" && !(trees.length > 0 && this.joins("OR"))) {
      if (trees.length > 0 && this.joins("AND")) this.at++;
      add(trees, this.single());
    }
    return joined("both", trees);
  }

  private single(): Tree | null {
    const [piece, negates] = [this.next(), this.joins("NOT")];
    this.at++;
    if (piece === "(") return this.bracketed();
    if (negates) {
      const part = this.single();
      return part && { is: "without", part };
    }
    return piece === ")" || piece === undefined ? null : piece;
  }

  private bracketed(): Tree | null {
    this.depth++;
    if (this.depth > DEEPEST)
      throw new BadQuery(`The query has brackets more than ${DEEPEST} deep. Use fewer.`);
    const tree = this.either();
    this.at++; // past the closing one, if there is one
    this.depth--;
    return tree;
  }

  private next(): Piece | undefined {
    return this.pieces[this.at];
  }

  /** Whether `word` stands here with something to join after it. */
  private joins(word: string): boolean {
    const [here, after] = [this.pieces[this.at], this.pieces[this.at + 1]];
    const stands = typeof here === "object" && here.is === "word" && here.text === word;
    return stands && after !== undefined && after !== ")";
  }
}

const add = (trees: Tree[], tree: Tree | null) => tree && trees.push(tree);

const joined = (is: "both" | "either", parts: Tree[]): Tree | null =>
  parts.length < 2 ? (parts[0] ?? null) : { is, parts };
