/** What is searched for: the part of a link behind "?" in, the search out, and back; the server reads the same words. Pure. */
import type { DatasetEntry, Site } from "./nouns";

const PLACES = ["both", "explanations", "tokens"] as const;
const MODES = ["words", "regex", "meaning"] as const;
const SORTS = ["relevance", "score", "max", "layer"] as const;

/** `order` null is the one that the sort is mostly wanted in; `pages` are how many of the answer are on screen. */
export type Search = {
  q: string;
  where: (typeof PLACES)[number];
  mode: (typeof MODES)[number];
  layer: number | null;
  minScore: number | null;
  sort: (typeof SORTS)[number];
  order: "asc" | "desc" | null;
  pages: number;
};

export const FIRST_SEARCH: Search = {
  q: "",
  where: "both",
  mode: "words",
  layer: null,
  minScore: null,
  sort: "relevance",
  order: null,
  pages: 1,
};

/** Which of an answer's pages: how many hits it has, and the cursor that the page before named. */
export type Page = { limit: number; cursor?: string };

export const LONGEST = 1000; // characters of a query that the server reads
export const MOST_PAGES = 50; // a link that asks for more shows these

/** What a link says wrongly is as it was at first. */
export function parseSearch(query: string): Search {
  const asked = new URLSearchParams(query);
  const given = (name: string, form: RegExp) => {
    const value = asked.get(name) ?? "";
    return form.test(value) ? Number(value) : null;
  };
  const sort = oneOf(SORTS, asked.get("sort"));
  return {
    q: asked.get("q") ?? "",
    where: oneOf(PLACES, asked.get("in")),
    mode: oneOf(MODES, asked.get("mode")),
    layer: given("layer", /^\d{1,9}$/),
    minScore: given("min_score", /^-?\d(\.\d{1,4})?$/),
    sort,
    order: orderOf(sort, asked.get("order")),
    pages: Math.min(Math.max(given("pages", /^\d{1,9}$/) ?? 1, 1), MOST_PAGES),
  };
}

/** The first one stands for whatever is not among them. */
function oneOf<T extends string>(known: readonly [T, ...T[]], value: string | null): T {
  return known.find((one) => one === value) ?? known[0];
}

/** Null where it is the order that comes without saying, or that cannot be. */
function orderOf(sort: Search["sort"], order: string | null): Search["order"] {
  if (sort === "layer") return order === "desc" ? order : null;
  return order === "asc" && sort !== "relevance" ? order : null;
}

/** Shortest form: what is as it was at first is left out. Empty, or with its "?". */
export function formatSearch({ q, where, mode, layer, minScore, sort, order, pages }: Search): string {
  const parts = new URLSearchParams();
  const say = (name: string, value: string | number | null, first: string | number | null) =>
    value !== first && value !== null && parts.set(name, String(value));
  say("q", q, FIRST_SEARCH.q);
  say("in", where, FIRST_SEARCH.where);
  say("mode", mode, FIRST_SEARCH.mode);
  say("layer", layer, null);
  say("min_score", minScore, null);
  say("sort", sort, FIRST_SEARCH.sort);
  say("order", order, null);
  say("pages", pages, 1);
  const query = parts.toString();
  return query && `?${query}`;
}

/** Why a dataset cannot be searched here, in a sentence; null where it can. */
export function whyNot(site: Site, dataset: DatasetEntry): string | null {
  if (!site.search) return "This site cannot be searched: it is a folder of files, and nothing answers.";
  return dataset.search == null ? "This dataset cannot be searched." : null;
}
