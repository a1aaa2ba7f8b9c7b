/** What a page shows first is known before it is drawn, so that it is drawn once. */
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { App, searchAhead } from "../src/App";
import { arrive } from "../src/arrival";
import { toolAhead } from "../src/pages/ToolPage";
import { Queries, QueriesContext } from "../src/queries";
import { parseHash } from "../src/route";
import { answers, manifest, site, unit } from "./samples";

const ROOT = "api/datasets/sample";
const full: Record<string, unknown> = {
  "api/site.json": site,
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/collated-activations/5/131.json`]: unit,
  [`${ROOT}/explanations/5/131.json`]: {
    neuron_id: unit.neuron_id,
    scored_explanations: [{ explanation: "words for sitting" }],
  },
};

/** What the first drawing of a page shows, and what was asked for until then. */
async function drawnFirst(hash: string, files: Record<string, unknown>) {
  const fetched = vi.fn(answers(files));
  vi.stubGlobal("fetch", fetched);
  window.history.replaceState(null, "", hash);
  const queries = new Queries();
  await arrive(queries, parseHash(hash), toolAhead, searchAhead);
  render(
    <QueriesContext value={queries}>
      <App />
    </QueriesContext>,
  );
  return fetched.mock.calls.map(([url]) => String(url).replace(`${location.origin}/`, ""));
}

test("a unit's page is drawn once, with texts and words, and each file is asked for once", async () => {
  const asked = await drawnFirst("#/d/sample/5/131", full);
  expect(screen.getByText("words for sitting")).toBeVisible();
  expect(screen.getByRole("heading", { name: "Top" })).toBeVisible();
  expect(asked.filter((url) => url in full).sort()).toEqual(Object.keys(full).sort());
});

test("what is missing holds up nothing and is not asked for again", async () => {
  const { [`${ROOT}/collated-activations/5/131.json`]: _, ...rest } = full;
  const asked = await drawnFirst("#/d/sample/5/131", rest);
  expect(screen.getByText("words for sitting")).toBeVisible();
  expect(asked.filter((url) => url.endsWith("collated-activations/5/131.json"))).toHaveLength(1);
});

test.each(["#/", "#/d/sample/search?q=cats", "#/d/nobody/5/131", "#/nowhere"])(
  "on %s it waits for the site alone",
  async (hash) => {
    vi.stubGlobal("fetch", answers({ "api/site.json": site }));
    const queries = new Queries();
    await arrive(queries, parseHash(hash), toolAhead, searchAhead);
    expect(queries.known({ key: "site", ask: () => Promise.reject() }).data).toEqual(site);
  },
);

test("a page that has a script of its own is drawn once too", async () => {
  await drawnFirst("#/d/sample/lists", full);
  expect(screen.getByRole("heading", { level: 1, name: "Lists" })).toBeVisible();
});

test("a site that does not answer ends the wait too", async () => {
  vi.stubGlobal("fetch", answers({}));
  await arrive(new Queries(), parseHash("#/d/sample/5/131"), toolAhead, searchAhead);
});

test("a search is asked for before its page is drawn, where the dataset can be searched", async () => {
  const searched = { ...site, search: true, datasets: [{ ...site.datasets[0], search: "ready" }] };
  for (const [said, times] of [
    [searched, 1],
    [site, 0],
  ] as const) {
    const fetched = vi.fn(answers({ "api/site.json": said }));
    vi.stubGlobal("fetch", fetched);
    await arrive(new Queries(), parseHash("#/d/sample/search?q=cats"), toolAhead, searchAhead);
    const urls = fetched.mock.calls.map(([url]) => String(url));
    expect(urls.filter((url) => url.endsWith("/search?q=cats&limit=20"))).toHaveLength(times);
  }
});
