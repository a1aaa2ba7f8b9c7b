/**
 * What the page that opens shows first, asked for before anything is drawn: a route in, a promise out. Most of it is on
 * its way when the script runs (index.html), and a page that is drawn once is there sooner than one drawn three times.
 */
import { manifestQuery, siteQuery, unitQueries } from "./api";
import type { DatasetEntry, Site } from "./nouns";
import type { Queries } from "./queries";
import type { Route } from "./route";
import type { Tool } from "./tools";

/** Ends when all is known that the route's page shows at first, or that it cannot be; `ahead` brings a tool's script. */
export async function arrive(
  queries: Queries,
  route: Route,
  ahead: (tool: Tool) => Promise<void>,
): Promise<void> {
  const script = route.page === "tool" ? ahead(route.tool) : null;
  const { data: site } = await queries.first(siteQuery());
  await script;
  const dataset = site && datasetOf(site, route);
  if (route.page !== "unit" || dataset?.status !== "ready") return;
  const first = [manifestQuery(dataset), ...unitQueries(dataset, route)];
  await Promise.all(first.map((query) => queries.first<unknown>(query)));
}

/** The dataset that a route is about. */
export function datasetOf(site: Site, route: Route): DatasetEntry | undefined {
  const named = route.page === "missing" ? null : route.dataset;
  return named === null ? site.datasets[0] : site.datasets.find(({ name }) => name === named);
}
