/**
 * A query as one kind of entry reads it: a tree of querySyntax.ts in, the same shape over words as the files hold them
 * out. Pure; as the server's search/leaves.py and the analysis of its index do it.
 */
import { type Leaf as Asked, SPACE, type Tree } from "./querySyntax";

export type Kind = "explanations" | "tokens";

/**
 * run: these words one after the other, mostly one; part: words that hold this; start: words that begin so; close:
 * words within this many edits.
 */
export type Leaf =
  | { is: "run"; words: string[] }
  | { is: "part"; text: string }
  | { is: "start"; text: string }
  | { is: "close"; text: string; edits: number };
export type Wanted =
  | Leaf
  | { is: "both"; parts: Wanted[] }
  | { is: "either"; parts: Wanted[] }
  | { is: "without"; part: Wanted };

const FRAGMENT = 3; // letters from which on a bare word is also looked for inside words
const LONGEST_NEAR = 40; // letters

const SPACES = new RegExp(`[${SPACE}]+`, "gu");
const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
export const WORD = /[\p{Alphabetic}\p{N}]+/gu;

export const isBlank = (text: string): boolean => text.replace(EDGES, "") === "";

/** Letter by letter, as the server does it: a sigma at a word's end is as any other. */
export function lower(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: most texts are plain, and their letters need no look of their own
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (letter) => letter.toLowerCase()).join("");
}

/** The words of a text, as entries of this kind hold them: of tokens all of it is one. */
export function wordsOf(kind: Kind, text: string): string[] {
  if (kind === "explanations") return (text.match(WORD) ?? []).map(lower);
  const line = text.replace(EDGES, "").replace(SPACES, " ");
  return line ? [lower(line)] : [];
}

/** What `tree` asks of entries of a kind; null where no word is left: `cat --` is `cat`. */
export function wanted(tree: Tree, kind: Kind): Wanted | null {
  if (tree.is === "both" || tree.is === "either") {
    const parts = tree.parts.map((part) => wanted(part, kind)).filter((part) => part !== null);
    return joined(tree.is, parts);
  }
  if (tree.is === "without") {
    const part = wanted(tree.part, kind);
    return part && { is: "without", part };
  }
  return leafOf(tree, wordsOf(kind, tree.text));
}

/** Where the text is several words, the sign after it (* or ~) is about the last one. */
function leafOf(asked: Asked, words: string[]): Wanted | null {
  const last = words.at(-1);
  if (last === undefined) return null;
  const before = words.slice(0, -1).map((word): Wanted => ({ is: "run", words: [word] }));
  const length = Array.from(last).length;
  if (asked.is === "prefix") return joined("both", [...before, { is: "start", text: last }]);
  if (asked.is === "near" && length >= FRAGMENT && length <= LONGEST_NEAR)
    return joined("both", [...before, { is: "close", text: last, edits: asked.edits }]);
  if (asked.is === "word" && words.length === 1 && length >= FRAGMENT) return { is: "part", text: last };
  return { is: "run", words };
}

/** The stricter tree in which fragments are whole words; what is not wanted stays as it is. */
export function asItStands(tree: Wanted): Wanted {
  if (tree.is === "part") return { is: "run", words: [tree.text] };
  if (tree.is === "both" || tree.is === "either") return { is: tree.is, parts: tree.parts.map(asItStands) };
  return tree;
}

/** The leaves that are wanted, from left to right; not those of which the contrary is. */
export function leaves(tree: Wanted): Leaf[] {
  if (tree.is === "both" || tree.is === "either") return tree.parts.flatMap(leaves);
  return tree.is === "without" ? [] : [tree];
}

function joined(is: "both" | "either", parts: Wanted[]): Wanted | null {
  return parts.length < 2 ? (parts[0] ?? null) : { is, parts };
}

/**
 * Whether `b` comes from `a` by at most that many letters put in, left out, changed, or swapped with the next; no letter
 * is touched twice (optimal string alignment).
 */
export function isClose(a: readonly string[], b: readonly string[], edits: number): boolean {
  if (Math.abs(a.length - b.length) > edits) return false;
  let earlier: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  const of = (numbers: readonly number[], at: number) => numbers[at] as number;
  for (const [i, letter] of a.entries()) {
    const current = [i + 1];
    for (const [j, other] of b.entries()) {
      let cost = Math.min(of(row, j) + Number(letter !== other), of(row, j + 1) + 1, of(current, j) + 1);
      if (i && j && letter === b[j - 1] && a[i - 1] === other) cost = Math.min(cost, of(earlier, j - 1) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > edits) return false; // it only grows
    [earlier, row] = [row, current];
  }
  return of(row, b.length) <= edits;
}
