import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { firstVisit, formatRoute, navigate, parseHash, type Route, useRoute } from "../src/route";
import { FIRST_SEARCH, MOST_PAGES } from "../src/search";
import { elsewhere, FIRST_VIEW, FRAMED, type UnitView } from "../src/view";
import { anySearch, seeded } from "./samples";

const unit = (view: Partial<typeof FIRST_VIEW> = {}): Route => ({
  page: "unit",
  dataset: "sample",
  layer: 5,
  unit: 131,
  view: { ...FIRST_VIEW, ...view },
});

test("every route comes back from its own link", () => {
  const random = seeded(5);
  const names = ["sample", "gpt2-xl", "a.b_c", "ünï code", "50%"];
  for (let round = 0; round < 200; round++) {
    const dataset = names[Math.floor(random() * names.length)] ?? "";
    const any = <T,>(...values: T[]): T => values[Math.floor(random() * values.length)] as T;
    const keys = ["top", "negative", "q0.5-0.9", "top:3:full", "q0.5-0.9:0:line", "e0.texts", "others"];
    const view: UnitView = {
      context: any("line", "snippet", "full"),
      breaks: any("inline", "broken"),
      colour: any("unit", "text"),
      beside: any("side", "overlaid", "difference"),
      open: keys.filter(() => random() < 0.5),
      text: any("", "a + b & c? 50% #\n<eot> ü"),
      framed: any(null, FRAMED, ["try", "logits"], []),
    };
    const layer = Math.floor(random() * 48);
    const routes: Route[] = [
      { page: "home", dataset, layer: null },
      { page: "home", dataset, layer },
      { page: "unit", dataset, layer, unit: Math.floor(random() * 6400), view },
      { page: "search", dataset, search: anySearch(random) },
      { page: "unit", dataset: null, layer, unit: 3, view },
    ];
    for (const route of routes) expect(parseHash(formatRoute(route))).toEqual(route);
  }
});

test("the start, the old form and a full link are read", () => {
  expect(parseHash("")).toEqual({ page: "home", dataset: null, layer: null });
  expect(parseHash("#/layers/5/neurons/131")).toEqual({ ...unit(), dataset: null });
  expect(parseHash("#/d/sample/5/131?context=full&open=top,q0.9-0.99")).toEqual(
    unit({ context: "full", open: ["top", "q0.9-0.99"] }),
  );
});

test("what a link says wrongly is left out; an address that names nothing is the missing page", () => {
  expect(parseHash("#/d/sample/5/131?context=huge&open=<b>,top&x=1")).toEqual(unit({ open: ["top"] }));
  for (const hash of [
    "#/x",
    "#/d",
    "#/d/s/-1/3",
    "#/d/s/1/x",
    "#/d/s/1/2/3",
    "#/layers/1/neurons",
    "#/d/s/1e3/1",
  ])
    expect(parseHash(hash).page).toBe("missing");
  expect(parseHash("#/d/50%/1/2")).toMatchObject({ page: "unit", dataset: "50%" });
});

test("a link for frames names panes, in the page's order, and the links in it are to whole pages", () => {
  const framed = (query: string) => {
    const found = parseHash(`#/d/sample/5/131?${query}`);
    return found.page === "unit" ? found.view.framed : undefined;
  };
  expect(framed("embed=true")).toEqual(["explanation", "activations"]);
  expect(framed("embed=true&panes=logits,<b>,explanation,logits")).toEqual(["explanation", "logits"]);
  expect(framed("embed=true&panes=")).toEqual([]);
  expect(framed("panes=logits")).toBe(null);
  expect(framed("embed=1")).toBe(null);
  expect(formatRoute(unit({ framed: FRAMED }))).toBe("#/d/sample/5/131?embed=true");
  expect(formatRoute(unit(elsewhere({ ...FIRST_VIEW, framed: [] })))).toBe("#/d/sample/5/131");
});

test("a link holds only what was changed", () => {
  expect(formatRoute(unit())).toBe("#/d/sample/5/131");
  expect(formatRoute(unit({ context: "line", open: ["top"] }))).toBe(
    "#/d/sample/5/131?context=line&open=top",
  );
  expect(formatRoute({ page: "home", dataset: null, layer: null })).toBe("#/");
  expect(formatRoute({ page: "missing", path: "/x" })).toBe("#/x");
});

test("a search's link holds only what was changed, and what it says wrongly is as it was at first", () => {
  const route = { page: "search", dataset: "sample", search: FIRST_SEARCH } as const;
  expect(formatRoute(route)).toBe("#/d/sample/search");
  const search = { ...FIRST_SEARCH, q: 'a "b" & c?', where: "tokens", sort: "score", order: "asc" } as const;
  expect(formatRoute({ ...route, search })).toBe(
    "#/d/sample/search?q=a+%22b%22+%26+c%3F&in=tokens&sort=score&order=asc",
  );
  const wrong = "in=x&mode=y&layer=-1&min_score=1e5&sort=z&order=asc&pages=0";
  expect(parseHash(`#/d/sample/search?${wrong}`)).toEqual(route);
  expect(parseHash("#/d/sample/search?sort=layer&order=asc&pages=999999")).toEqual({
    ...route,
    search: { ...FIRST_SEARCH, sort: "layer", pages: MOST_PAGES },
  });
  expect(parseHash("#/d/sample/search/3").page).toBe("missing");
});

test("pages push a history entry and toggles replace theirs", async () => {
  const { result } = renderHook(() => useRoute());
  const before = window.history.length;
  await act(async () => {
    navigate(unit());
    await new Promise((done) => window.addEventListener("hashchange", done, { once: true }));
  });
  expect(result.current).toEqual(unit());
  expect(window.history.length).toBe(before + 1);
  act(() => navigate(unit({ context: "full" }), { replace: true }));
  expect(result.current).toEqual(unit({ context: "full" }));
  expect(window.history.length).toBe(before + 1);
});

test("a history entry is new once", () => {
  expect([firstVisit(), firstVisit()]).toEqual([true, false]);
});
