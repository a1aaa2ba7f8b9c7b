/** How searches are asked: of the server or, on a static site, of a thread beside the page that reads files. */
import { fileUrl, getObject, isLive, Problem } from "./api";
import type { DatasetEntry, SearchAnswer } from "./nouns";
import type { Query } from "./queries";
import { formatSearch, type Page, type Search } from "./search";
import type { Come } from "./wordAsking";

/** Hits of a search; the server reads a search as a link of the viewer writes it. */
export function searchQuery(
  dataset: DatasetEntry,
  search: Search,
  { limit, cursor }: Page,
): Query<SearchAnswer> {
  const asked = new URLSearchParams(formatSearch({ ...search, pages: 1 }));
  asked.set("limit", String(limit));
  if (cursor !== undefined) asked.set("cursor", cursor);
  const url = `${fileUrl(dataset.root, "search")}?${asked}`;
  if (isLive(dataset)) return { key: url, ask: async (signal) => hitsOf(await getObject(url, signal)) };
  const where = {
    folder: fileUrl(dataset.places?.["search"] ?? dataset.root, ""),
    ranges: dataset.packed === true,
  };
  const page = { limit, ...(cursor !== undefined && { cursor }) };
  return { key: url, ask: async (signal) => (await asking()).found(where, search, page, signal) };
}

function hitsOf(found: SearchAnswer): SearchAnswer {
  if (Array.isArray(found.hits)) return found; // without them no caller can draw anything
  throw new Problem(200, "The answer has another shape than the viewer knows: it has no hits.");
}

/** Calls `told` with how much has come of what a static site is searched by; answers how to stop that. */
export function watchFetching(told: (come: Come) => void): () => void {
  const watched = asking().then(
    ({ watch }) => watch(told),
    () => () => {}, // who searches meets the same fault
  );
  return () => watched.then((stop) => stop());
}

/** What asks the thread; pages that a server answers need nothing of it. */
const asking = () =>
  import("./wordAsking").catch(() => {
    throw new Problem(0, "A script of the viewer did not come. Reload the page.");
  });
