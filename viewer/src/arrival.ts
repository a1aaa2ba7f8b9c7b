/**
 * What the page that opens shows first, asked for before anything is drawn: a route in, a promise out. Most of it is on
 * its way when the script runs (index.html), and a page that is drawn once is there sooner than one drawn three times.
 */
import { manifestQuery, siteQuery, unitQueries } from "./api";
import type { DatasetEntry, SearchAnswer, Site } from "./nouns";
import type { Queries, Query } from "./queries";
import type { Route } from "./route";
import { type Search, whyNot } from "./search";
import type { Tool } from "./tools";

/** Brings the script of the search page, which says what it asks for first. */
type SearchAhead = () => Promise<(dataset: DatasetEntry, search: Search) => Query<SearchAnswer>>;

/**
 * Ends when all is known that the route's page shows at first, or that it cannot be; a search is only begun. `ahead`
 * brings a tool's script.
 */
export async function arrive(
  queries: Queries,
  route: Route,
  ahead: (tool: Tool) => Promise<void>,
  searchAhead: SearchAhead,
): Promise<void> {
  const script = route.page === "tool" && ahead(route.tool);
  const search = route.page === "search" && route.search;
  const asks = search && searchAhead().catch(() => null);
  const { data: site } = await queries.first(siteQuery());
  await script;
  const dataset = site && datasetOf(site, route);
  const ask = search && dataset && !whyNot(site, dataset) && (await asks);
  if (ask) queries.prefetch(ask(dataset, search));
  if (route.page !== "unit" || dataset?.status !== "ready") return;
  const first = [manifestQuery(dataset), ...unitQueries(dataset, route)];
  await Promise.all(first.map((query) => queries.first<unknown>(query)));
}

/** The dataset that a route is about. */
export function datasetOf(site: Site, route: Route): DatasetEntry | undefined {
  const named = route.page === "missing" ? null : route.dataset;
  return named === null ? site.datasets[0] : site.datasets.find(({ name }) => name === named);
}
