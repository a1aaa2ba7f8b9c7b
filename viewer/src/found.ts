/** What a search answered in; the words that say how much was found, and texts in marked pieces, out. Pure. */
import type { SearchAnswer, SearchHit } from "./nouns";
import type { Search } from "./search";
import { count, drawn, visible } from "./tokens";
import { plural } from "./words";

export const PAGE = 20; // hits
const LOOKED_AT = 200; // hits of each kind that a search by meaning ranks, which is the largest page as well

export type Piece = { text: string; marked: boolean };

/** The text in pieces, marked where it matched; the ranges count whole characters, as Python does, not halves of them. */
export function piecesOf({ text, ranges }: SearchHit["snippet"]): Piece[] {
  const characters = Array.from(text);
  const marked = new Set(ranges.flatMap(([start, end]) => between(start, Math.min(end, characters.length))));
  const found: Piece[] = [];
  for (const [place, character] of characters.entries()) {
    const last = found.at(-1);
    if (last?.marked === marked.has(place)) last.text += character;
    else found.push({ text: character, marked: marked.has(place) });
  }
  return found.map((piece) => ({ ...piece, text: drawn(piece.text) }));
}

const between = (start: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - start) }, (_, place) => start + place);

/** How many were found, of how many there are to be found without the query and the filters (where that is known). */
export function foundSentence(
  { total, explanations, tokens }: SearchAnswer,
  all: SearchAnswer | undefined,
  { where, mode }: Search,
  name: string,
): string {
  const written = all
    ? `${count(explanations)} of ${plural(all.explanations, "explanation")}`
    : plural(explanations, "explanation");
  const peaking = all
    ? `the tokens of ${count(tokens)} of ${plural(all.tokens, name)}`
    : `the tokens of ${plural(tokens, name)}`;
  const kinds = [where !== "tokens" && written, where !== "explanations" && peaking].filter(Boolean);
  const looked = ` By meaning, the best ${LOOKED_AT} of each kind at most are found.`;
  return `${count(total)} found: ${kinds.join(", and ")}.${mode === "meaning" ? looked : ""}`;
}

/** Who wrote the explanations that were found; nothing where it is one author or none. */
export function authorsOf({ by_author: authors, by_others: others }: SearchAnswer): string {
  if (authors.length + (others ? 1 : 0) < 2) return "";
  const known = authors.map(
    ({ author, count: its }) =>
      `${count(its)} by ${author === null ? "an author not named" : visible(author)}`,
  );
  return `Of the explanations ${[...known, ...(others ? [`${count(others)} by others`] : [])].join(", ")}.`;
}

/** What kind of text the hit's snippet is, and what else is known of it. */
export function kindOf({ matched, number, author, explanation }: SearchHit): string {
  if (matched === "tokens")
    return `tokens it peaks on, strongest first${explanation ? ` · explained as: ${drawn(explanation)}` : ""}`;
  return `explanation${author ? ` by ${visible(author)}` : ""}${number === null ? ", written on this site" : ""}`;
}

/** How many hits the first page asks for: those by meaning come all on one, which has no next. */
export const firstLimit = ({ mode, pages }: Search): number =>
  mode === "meaning" ? Math.min(PAGE * pages, LOOKED_AT) : PAGE;

/** How many more the next page would bring; 0 where there is none. */
export function moreOf({ total, hits, cursor }: SearchAnswer, before: number, search: Search): number {
  const left = total - before - hits.length;
  if (search.mode === "meaning") return Math.min(left, PAGE, LOOKED_AT - hits.length);
  return cursor === null ? 0 : Math.min(left, PAGE);
}

export type Ordering = readonly [value: string, label: string, sort: Search["sort"], order: Search["order"]];

/** Every order in which hits can come, the first of which is the one at first. */
export const ORDERINGS: readonly [Ordering, ...Ordering[]] = [
  ["relevance", "best match", "relevance", null],
  ["score", "highest score", "score", null],
  ["score asc", "lowest score", "score", "asc"],
  ["max", "largest activation", "max", null],
  ["max asc", "smallest activation", "max", "asc"],
  ["layer", "first layer", "layer", null],
  ["layer desc", "last layer", "layer", "desc"],
];

export const orderingOf = ({ sort, order }: Search): string => (order ? `${sort} ${order}` : sort);
