/**
 * What matched in a text, and the piece of it to show: a text with its words and a tree in, a snippet out. Pure; as the
 * server's search/highlight.py does it. Places count whole characters, not halves of them.
 */
import type { SearchHit } from "./nouns";
import { isClose, type Kind, type Leaf, leaves, lower, type Wanted, WORD } from "./wanted";
import { runs } from "./wordMatching";

type Range = [number, number];
type Placed = { word: string; start: number; end: number };

const SHOWN = 240; // characters of a text that are shown; a longer one is cut
const BEFORE = 60; // of those, how many stand before the first match
const LEFT_OUT = "…";
const BETWEEN = " · "; // tokens

const length = (text: string): number => Array.from(text).length;

/** `stored` is an explanation, or tokens with line breaks between them. */
export function snippetOf(kind: Kind, stored: string, tree: Wanted | null): SearchHit["snippet"] {
  const text = kind === "tokens" ? stored.replaceAll("\n", BETWEEN) : stored;
  const words = kind === "tokens" ? placedTokens(stored) : placedWords(stored);
  const ranges = merged((tree ? leaves(tree) : []).flatMap((leaf) => matched(leaf, words)));
  const letters = Array.from(text);
  if (letters.length <= SHOWN) return { text, ranges };
  const first = Math.max(0, (ranges[0]?.[0] ?? 0) - BEFORE);
  const last = Math.min(letters.length, first + SHOWN);
  const [head, tail] = [first > 0 ? LEFT_OUT : "", last < letters.length ? LEFT_OUT : ""];
  const moved = head.length - first;
  const inside = ranges
    .filter(([start]) => start < last)
    .map(([start, end]): Range => [Math.max(start, first) + moved, Math.min(end, last) + moved]);
  return { text: head + letters.slice(first, last).join("") + tail, ranges: inside };
}

function placedWords(text: string): Placed[] {
  let [passed, start] = [0, 0];
  return Array.from(text.matchAll(WORD), ({ 0: word, index }) => {
    start += length(text.slice(passed, index));
    passed = index;
    return { word: lower(word), start, end: start + length(word) };
  });
}

function placedTokens(stored: string): Placed[] {
  let start = 0;
  return (stored ? stored.split("\n") : []).map((token) => {
    const placed = { word: lower(token), start, end: start + length(token) };
    start = placed.end + BETWEEN.length;
    return placed;
  });
}

/** Where `leaf` is true. */
function matched(leaf: Leaf, words: readonly Placed[]): Range[] {
  if (leaf.is === "run") {
    const places = runs(
      leaf.words,
      words.map(({ word }) => word),
    );
    return places.map((at) => [words[at]?.start ?? 0, words[at + leaf.words.length - 1]?.end ?? 0]);
  }
  return words.flatMap((word) => inWord(leaf, word));
}

/** Of a fragment its letters; all of a word whose lower case has another length, or that is near. */
function inWord(leaf: Exclude<Leaf, { is: "run" }>, { word, start, end }: Placed): Range[] {
  if (leaf.is === "close")
    return isClose(Array.from(leaf.text), Array.from(word), leaf.edits) ? [[start, end]] : [];
  const found: Range[] = [];
  const alike = length(word) === end - start;
  let at = leaf.is === "part" || word.startsWith(leaf.text) ? word.indexOf(leaf.text) : -1;
  while (at >= 0) {
    const from = start + length(word.slice(0, at));
    found.push(alike ? [from, from + length(leaf.text)] : [start, end]);
    at = leaf.is === "part" ? word.indexOf(leaf.text, at + 1) : -1;
  }
  return found;
}

/** The ranges in order, those that touch or overlap as one. */
function merged(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const [start, end] of ranges.toSorted(([a, b], [c, d]) => a - c || b - d)) {
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}
