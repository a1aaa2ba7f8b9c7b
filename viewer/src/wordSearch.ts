/**
 * A search of what the files of a static site hold: their columns and what is asked in, the answer that the server would
 * give out. Pure. Regular expressions and meaning are the server's alone.
 */
import { snippetOf } from "./marking";
import type { SearchAnswer, SearchHit } from "./nouns";
import { BadQuery, readQuery } from "./querySyntax";
import type { Page, Search } from "./search";
import { asItStands, isBlank, type Kind, leaves, type Wanted, wanted } from "./wanted";
import { type Entries, TextsWanted } from "./wordColumns";
import { bestOf, blank, entriesIn, firstOf, keep, type Mask, Matcher } from "./wordMatching";

/** `kinds` are those that are searched; `entries` counts those of both. */
export type Searched = {
  snapshot: string;
  authors: readonly string[];
  entries: number;
  kinds: readonly Entries[];
};

/** What matches of one kind. `strict`: what has every word as it stands, where that is not all, and how well. */
type Matches = {
  entries: Entries;
  tree: Wanted | null;
  found: Uint32Array; // ascending
  strict: { mask: Mask; found: Uint32Array; ranks: Float32Array } | null;
};

/** A hit's place: `late` ones come after all others; by `value`, and where that is the same by row. */
type Place = { of: Matches; entry: number; row: number; late: boolean; value: number | null };

const MOST_AUTHORS = 50; // that are counted apart
const ELSEWHERE =
  "need a server, and this site is a folder of files: search it by words, by word* for beginnings, or by “words in a row”.";

/** The kinds of entries that are searched. */
export const kindsOf = ({ where }: Search): Kind[] =>
  where === "both" ? ["explanations", "tokens"] : [where];

/** One page of what matches. Throws BadQuery, and TextsWanted: then it is for the caller to give them, and try again. */
export function searched(files: Searched, search: Search, page: Page): SearchAnswer {
  if (search.mode === "regex") throw new BadQuery(`Regular expressions ${ELSEWHERE}`);
  if (search.mode === "meaning") throw new BadQuery(`Searches by meaning ${ELSEWHERE}`);
  const ranked = search.sort === "relevance";
  const found = matchesOf(files, search, ranked);
  const offset = Number(page.cursor ?? 0);
  const upto = offset + page.limit;
  const shown = placesOf(found, search, upto).slice(offset);
  wantTexts(found, shown);
  const counts = countsOf(found, files.authors);
  const total = counts.explanations + counts.tokens;
  return {
    total,
    ...counts,
    hits: shown.map((place) => hitOf(place, files.authors, ranked)),
    snapshot: files.snapshot,
    cursor: upto < total ? String(upto) : null,
  };
}

/** Throws TextsWanted unless the texts of these places are there. */
function wantTexts(found: readonly Matches[], shown: readonly Place[]): void {
  const wanted = found.flatMap((of) => {
    const entries = shown.filter((place) => place.of === of).map(({ entry }) => entry);
    const blocks = of.entries.texts.missing(entries);
    return blocks.length > 0 ? [{ of: of.entries, blocks }] : [];
  });
  if (wanted.length > 0) throw new TextsWanted(wanted);
}

/** A kind in which no word is left is not searched; an empty query finds everything. */
function matchesOf({ kinds, entries: total }: Searched, search: Search, ranked: boolean): Matches[] {
  const tree = readQuery(search.q);
  if (tree === null && !isBlank(search.q)) return [];
  return kinds.flatMap((entries): Matches[] => {
    const part = tree && wanted(tree, entries.kind);
    if (tree && !part) return [];
    const passes = passing(entries, search);
    const matcher = new Matcher(entries, total);
    const only = (tree: Wanted) => {
      const mask = matcher.matching(tree);
      if (passes) keep(mask, passes);
      return mask;
    };
    const mask = part ? only(part) : (passes ?? blank(entries.count).fill(1));
    const found = entriesIn(mask);
    if (!ranked || !part) return [{ entries, tree: part, found, strict: null }];
    const stands = asItStands(part);
    const strict = holdsPart(part) ? only(stands) : mask;
    const best = {
      mask: strict,
      found: strict === mask ? found : entriesIn(strict),
      ranks: matcher.ranks(stands),
    };
    return [{ entries, tree: part, found, strict: best }];
  });
}

const holdsPart = (tree: Wanted): boolean => leaves(tree).some(({ is }) => is === "part");

/** What the filters leave; null where there are none. */
function passing({ count, layer, score }: Entries, { layer: only, minScore }: Search): Mask | null {
  if (only === null && minScore === null) return null;
  const mask = blank(count);
  for (let at = 0; at < count; at++)
    mask[at] = Number(
      (only === null || layer[at] === only) && (minScore === null || (score[at] ?? Number.NaN) >= minScore),
    );
  return mask;
}

/**
 * The first `most` places. By relevance: first what has every word as it stands, by rank; then, as they lie in the
 * dataset, entries that have a fragment inside a word only.
 */
function placesOf(found: readonly Matches[], { sort, order }: Search, most: number): Place[] {
  const ascending = order === "asc";
  const place = (of: Matches, entry: number, late: boolean, value: number | null): Place => ({
    ...{ of, entry, late, value },
    row: of.entries.row[entry] ?? 0,
  });
  const places = found.flatMap((of) => {
    const { entries, found, strict } = of;
    if (sort === "score" || sort === "max") {
      const column = entries[sort];
      return bestOf(found, column, most, ascending).map((entry) =>
        place(of, entry, false, column[entry] ?? 0),
      );
    }
    if (!strict) return firstOf(found, most, order === "desc").map((entry) => place(of, entry, false, null));
    const best = bestOf(strict.found, strict.ranks, most, false);
    const rest = best.length < most ? firstOf(found, most - best.length, false, strict.mask) : [];
    return [
      ...best.map((entry) => place(of, entry, false, strict.ranks[entry] ?? 0)),
      ...rest.map((entry) => place(of, entry, true, null)),
    ];
  });
  const reversed = order === "desc" && sort === "layer" ? -1 : 1;
  return places
    .sort((one, other) => before(one, other, ascending) || reversed * (one.row - other.row))
    .slice(0, most);
}

/** Which of two comes first; a value that is not known comes after those that are. */
function before(one: Place, other: Place, ascending: boolean): number {
  if (one.late !== other.late) return one.late ? 1 : -1;
  const [a, b] = [one.value, other.value];
  if (a === null || b === null) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return ascending ? a - b : b - a;
}

type Counts = Pick<SearchAnswer, "explanations" | "tokens" | "by_author" | "by_others">;

function countsOf(found: readonly Matches[], authors: readonly string[]): Counts {
  const amounts = new Uint32Array(authors.length + 1);
  let tokens = 0;
  for (const { entries, found: those } of found) {
    if (entries.kind === "tokens") tokens += those.length;
    else for (const entry of those) count(amounts, entries.author[entry] ?? 0);
  }
  const ordered = Array.from(amounts, (count, number) => ({ author: authorOf(authors, number), count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count || ((one.author ?? "") < (other.author ?? "") ? -1 : 1));
  const sum = (counted: readonly { count: number }[]) => counted.reduce((sum, { count }) => sum + count, 0);
  return {
    explanations: sum(ordered),
    tokens,
    by_author: ordered.slice(0, MOST_AUTHORS),
    by_others: sum(ordered.slice(MOST_AUTHORS)),
  };
}

function count(amounts: Uint32Array, number: number): void {
  amounts[number] = (amounts[number] ?? 0) + 1;
}

const authorOf = (authors: readonly string[], number: number): string | null => authors[number - 1] ?? null;

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function hitOf({ of, entry, value }: Place, authors: readonly string[], ranked: boolean): SearchHit {
  const { entries, tree } = of;
  const text = entries.text(entry);
  const written = entries.kind === "explanations";
  return {
    layer: entries.layer[entry] ?? 0,
    unit: entries.unit[entry] ?? 0,
    matched: entries.kind,
    number: written ? (entries.number[entry] ?? 0) : null,
    explanation: written ? text : entries.about(entry),
    author: written ? authorOf(authors, entries.author[entry] ?? 0) : null,
    score: known(entries.score[entry]),
    max: known(entries.max[entry]),
    rank: ranked ? value : null,
    snippet: snippetOf(entries.kind, text, tree),
  };
}
