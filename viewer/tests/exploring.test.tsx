/** The page of all units over a pretended network: what it shows, what it asks for, and what it says when it cannot. */
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App";
import { CELLS } from "../src/columns";
import { conditionWords, layerWords } from "../src/components/FilterChips";
import { typed } from "../src/components/FilterForm";
import "../src/pages/ExplorePage"; // here already, so that it is waited for no longer than the rest
import { Queries, QueriesContext } from "../src/queries";
import { answers, dataset, site } from "./samples";

const ROOT = "api/datasets/sample";
const COLUMNS: Record<string, number[]> = {
  layer: [2, 2, 2, 5, 5, 5],
  unit: [7, 8, 9, 40, 131, 900],
  density: [0.5, 0.001, NaN, 0.02, 0.02, 0.1],
  kurtosis: [10, 30, NaN, 30, 4000, 3],
  max: [1, 2, NaN, 4, 5, 6],
  score: [NaN, 0.5, NaN, NaN, 0.75, NaN],
  dead: [0, 0, 1, 0, 0, 0],
};
const explanations: Record<string, string> = { "5:131": "words for sitting" };

const head = (snapshot = "a", units = 6) => ({
  snapshot,
  units,
  columns: Object.entries(COLUMNS).map(([name, all]) => {
    const known = all.filter((value) => !Number.isNaN(value));
    return { name, known: known.length, min: Math.min(...known), max: Math.max(...known) };
  }),
});

const rowOf = (place: string) => {
  const [layer, unit] = place.split(":").map(Number);
  return { layer, unit, explanation: explanations[place] ?? null, peak_token: ` t${unit}`, author: null };
};

const asked: string[] = [];

/** Columns in bytes, words of the rows that are asked for; `more` comes first. */
function network(more: Record<string, unknown> = {}): typeof fetch {
  const files = answers({ "api/site.json": site, [`${ROOT}/columns.json`]: head(), ...more });
  return async (input, init) => {
    const url = new URL(String(input));
    const path = url.pathname.slice(1);
    asked.push(path + url.search);
    if (path in more) return files(input, init);
    const column = path.match(/columns\/(\w+)\.f64$/)?.[1];
    if (column) return new Response(Float64Array.from(COLUMNS[column] ?? []).buffer);
    if (path === `${ROOT}/units`)
      return Response.json({ units: (url.searchParams.get("units") ?? "").split(",").map(rowOf) });
    return files(input, init);
  };
}

function open(hash: string, fetch = network()): void {
  vi.stubGlobal("fetch", fetch);
  window.history.replaceState(null, "", hash);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
}

const grid = () => screen.findByRole("grid", { name: "Neurons of the selection" });
const places = async () => {
  const rows = within(await grid()).getAllByRole("rowheader");
  return rows.map(({ textContent }) => textContent);
};
const status = () =>
  screen.findByText(
    (_, element) => element?.getAttribute("role") === "status" && /^\d/.test(element.textContent ?? ""),
  );
const query = () => window.location.hash.split("?")[1] ?? "";

beforeEach(() => {
  asked.length = 0;
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null); // jsdom has none
});

test("every unit is in the table, by kurtosis, unknown last; words come for the rows on screen", async () => {
  open("#/d/sample/explore");
  expect(await places()).toEqual(["5:131", "2:8", "5:40", "2:7", "5:900", "2:9"]);
  expect(await status()).toHaveTextContent("6 of 6 neurons");
  const table = await grid();
  expect(table).toHaveAttribute("aria-rowcount", "7");
  expect(await within(table).findByText("words for sitting")).toBeVisible();
  expect(within(table).getByText("␣t8")).toBeVisible();
  const [, first, , , , , last] = within(table).getAllByRole("row");
  expect(first).toHaveTextContent("5:131words for sitting2%4,0005.000.75");
  expect(first).toHaveAttribute("aria-rowindex", "2");
  expect(last).toHaveTextContent("2:9␣t9––––");
  expect(asked.filter((path) => path.startsWith(`${ROOT}/units?`))).toHaveLength(1);
  expect(document.title).toBe("Explore · A sample");
});

test("a column's name sorts by it, again the other way, and the link says so", async () => {
  open("#/d/sample/explore");
  const density = within(await grid()).getByRole("button", { name: "Density" });
  await userEvent.click(density);
  expect(await places()).toEqual(["2:7", "5:900", "5:40", "5:131", "2:8", "2:9"]);
  expect(density.closest("th")).toHaveAttribute("aria-sort", "descending");
  expect(query()).toBe("sort=density");
  await userEvent.click(density);
  expect(await places()).toEqual(["2:8", "5:40", "5:131", "5:900", "2:7", "2:9"]);
  expect(query()).toBe("sort=density&order=asc");
});

test("a filter is typed, becomes a chip and a part of the link, is changed, taken away, and brought back", async () => {
  open("#/d/sample/explore");
  await grid();
  const number = screen.getByRole("textbox", { name: "Number" });
  await userEvent.type(number, "lots{Enter}");
  expect(screen.getByText("Give a number, such as 0.01 or 1%.")).toBeVisible();
  await userEvent.clear(number);
  await userEvent.type(number, "2%{Enter}");
  expect(await places()).toEqual(["5:131", "2:8", "5:40"]);
  expect(query()).toBe("where=density%3C=0.02");
  expect(await status()).toHaveTextContent("3 of 6 neurons");
  await userEvent.click(screen.getByRole("button", { name: "density ≤ 2%" }));
  expect(number).toHaveValue("0.02");
  await userEvent.clear(number);
  await userEvent.type(number, ".1{Enter}");
  expect(await places()).toEqual(["5:131", "2:8", "5:40", "5:900"]);
  await userEvent.click(screen.getByRole("button", { name: "Clear all" }));
  expect([await places(), query()].map(String)).toEqual(["5:131,2:8,5:40,2:7,5:900,2:9", ""]);
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Undo" })).toHaveFocus());
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(query()).toBe("where=density%3C=0.1");
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Clear all" })).toHaveFocus());
  await userEvent.click(screen.getByRole("button", { name: "Remove density ≤ 10%" }));
  expect(query()).toBe("");
});

test("a layer's strip says what is in it and filters by it; units that never fire can be left out", async () => {
  open("#/d/sample/explore");
  await grid();
  const layer = await screen.findByRole("button", {
    name: "Layer 2: 3 of 3 neurons selected; median density 0.1% of the 2 with one",
  });
  await userEvent.click(layer);
  expect(layer).toHaveAttribute("aria-pressed", "true");
  expect(await places()).toEqual(["2:8", "2:7", "2:9"]);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Dead or not" }), "fires");
  expect(await places()).toEqual(["2:8", "2:7"]);
  expect(query()).toBe("layer=2&dead=false");
});

test("what a link says that means nothing is told, and what it says rightly holds", async () => {
  open("#/d/sample/explore?where=foo>=1&sort=bar&where=density<=0.02&layer=abc&zoom=1,2&colour=red");
  await grid();
  expect(screen.getByText(/^This link also says/)).toHaveTextContent(
    "where=foo>=1 sort=bar layer=abc zoom=1,2 colour=red, which means nothing here and was left out.",
  );
  expect(await places()).toEqual(["5:131", "2:8", "5:40"]);
});

test("no unit left is a sentence, and the filters stay", async () => {
  open("#/d/sample/explore?where=max>=99");
  expect(await screen.findByText(/^No neuron meets all of these filters/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Remove maximum ≥ 99" })).toBeVisible();
  expect(await status()).toHaveTextContent("0 of 6 neurons");
});

test("keys walk the table, and Enter opens the row with the cursor", async () => {
  open("#/d/sample/explore");
  const table = await grid();
  table.focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}");
  expect(document.getElementById(table.getAttribute("aria-activedescendant") ?? "")).toHaveTextContent(
    "5:40",
  );
  await userEvent.keyboard("{End}");
  expect(document.getElementById(table.getAttribute("aria-activedescendant") ?? "")).toHaveTextContent("2:9");
  await userEvent.keyboard("{Home}jj");
  expect(document.getElementById(table.getAttribute("aria-activedescendant") ?? "")).toHaveTextContent(
    "5:40",
  );
  await userEvent.keyboard("kk{Enter}");
  expect(window.location.hash).toBe("#/d/sample/5/131");
});

test("who comes back from a unit finds the cursor where it was", async () => {
  open("#/d/sample/explore?sort=max");
  (await grid()).focus();
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect(window.location.hash).toBe("#/d/sample/5/40");
  act(() => {
    window.history.replaceState(null, "", "#/d/sample/explore?sort=max");
    window.dispatchEvent(new PopStateEvent("popstate"));
  });
  const table = await grid();
  expect(document.getElementById(table.getAttribute("aria-activedescendant") ?? "")).toHaveTextContent(
    "5:40",
  );
});

test("columns are chosen, and the one that is sorted by stays", async () => {
  open("#/d/sample/explore");
  await grid();
  await userEvent.click(screen.getByText("Columns"));
  expect(screen.getAllByRole("checkbox", { name: /^(?!log)/ })).toHaveLength(CELLS.length);
  expect(screen.getByRole("checkbox", { name: "Kurtosis" })).toBeDisabled();
  await userEvent.click(screen.getByRole("checkbox", { name: "Density" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "Peak token" }));
  expect(query()).toBe("columns=about,peak_token,kurtosis,max,score");
  expect(within(await grid()).queryByRole("button", { name: "Density" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "As at first" }));
  expect(query()).toBe("");
});

test("files of the selection ask for what the table shows", async () => {
  open("#/d/sample/explore?where=density<=0.02&layer=5&sort=max");
  await grid();
  const links = within(screen.getByRole("navigation", { name: "The selection as a file" })).getAllByRole(
    "link",
  );
  expect(links.map(({ textContent }) => textContent)).toEqual(["CSV", "Parquet", "JSON"]);
  expect(links[0]).toHaveAttribute(
    "href",
    `${new URL(ROOT, document.baseURI).href}/units.csv?sort=max&order=desc&where=density%3C=0.02&layer=5`,
  );
});

test("a rectangle drawn in the plot becomes two filters of each axis; a click opens the unit under it", async () => {
  open("#/d/sample/explore?x=max&y=density:linear");
  await grid();
  const plot = await screen.findByRole("group", { name: /^Density against Maximum/ });
  expect(await screen.findByText(/^Density against maximum: 5 neurons of the selection/)).toBeVisible();
  const at = (left: number, top: number) => ({ clientX: left, clientY: top, isPrimary: true, button: 0 });
  fireEvent.pointerDown(plot, at(200, 200));
  fireEvent.pointerMove(plot, at(470, 350));
  expect(plot.querySelector(".brush")).not.toBeNull();
  fireEvent.pointerUp(plot, at(470, 350));
  expect(decodeURIComponent(query())).toMatch(
    /^where=max>=3\.\d+&where=max<=6\.\d+&where=density>=-?0\.\d+&where=density<=0\.2\d*&x=max&y=density:linear$/,
  );
  expect(await places()).toEqual(["5:131", "5:40", "5:900"]);
  fireEvent.pointerDown(plot, at(460, 270));
  fireEvent.pointerUp(plot, at(460, 270));
  expect(window.location.hash).toBe("#/d/sample/5/900");
});

test("the plot is moved and zoomed by keys, the link has what is seen, and all of it comes back", async () => {
  open("#/d/sample/explore");
  await grid();
  const plot = await screen.findByRole("group", { name: /^Kurtosis against Density/ });
  plot.focus();
  await userEvent.keyboard("+{ArrowRight}");
  await vi.waitFor(() => expect(query()).toMatch(/^zoom=0\.0\d+,\d/));
  await userEvent.click(screen.getByRole("button", { name: "Show all" }));
  expect(query()).toBe("");
});

test("a dataset without tables, and a site where nobody answers, are sentences", async () => {
  open(
    "#/d/sample/explore",
    network({ "api/site.json": { ...site, datasets: [{ ...dataset, parts: [] }] } }),
  );
  expect(await screen.findByText(/has no tables of its neurons.*neuronscope index/)).toBeVisible();
  expect(asked.some((path) => path.includes("columns"))).toBe(false);
});

test("a site that is a folder of files says that it cannot", async () => {
  open("#/d/sample/explore", network({ [`${ROOT}/columns.json`]: new Response("", { status: 404 }) }));
  expect(await screen.findByText(/Nothing answers for all neurons at once here/)).toBeVisible();
});

test("a column that does not come is a sentence with Retry, which asks for it again", async () => {
  const path = `${ROOT}/columns/kurtosis.f64`;
  const files: Record<string, unknown> = { [path]: new Response(new Uint8Array(7)) };
  open("#/d/sample/explore", network(files));
  expect(await screen.findByText(/does not hold 6 numbers/)).toBeVisible();
  files[path] = new Response(Float64Array.from(COLUMNS["kurtosis"] ?? []).buffer);
  vi.stubGlobal("fetch", network());
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect((await places())[0]).toBe("5:131");
});

test("a state of the dataset that is gone is asked for anew, and said", async () => {
  const first = network({ [`${ROOT}/columns.json`]: head("old") });
  const later = network({ [`${ROOT}/columns.json`]: head("new") });
  let gone = false;
  open("#/d/sample/explore", async (input, init) => {
    const url = String(input);
    if (url.includes("snapshot=old") && url.includes("kurtosis")) {
      gone = true;
      return Response.json({ detail: "sample has changed since." }, { status: 410 });
    }
    return (gone ? later : first)(input, init);
  });
  expect((await places())[0]).toBe("5:131");
  expect(screen.getByText(/has changed since this page was opened/)).toBeVisible();
});

test("filters in words have the number that the selection goes by", () => {
  expect(conditionWords({ column: "density", side: "most", value: 0.01234 })).toBe("density ≤ 1.234%");
  expect(conditionWords({ column: "max", side: "least", value: -12345.678 })).toBe("maximum ≥ −12,345.678");
  expect(layerWords([3])).toBe("layer 3");
  expect(layerWords([0, 1, 2, 9])).toBe("layers 0–2, 9");
});

test("numbers are typed with percent signs, commas between thousands and true minus signs", () => {
  const share = (text: string) => typed(text, true);
  expect(["1%", " 0.5 ", ".5", "1,000", "−3", "1e-4", "12.5 %", "1,234,567.5"].map(share)).toEqual([
    0.01, 0.5, 0.5, 1000, -3, 1e-4, 0.125, 1234567.5,
  ]);
  for (const text of [
    "",
    "%",
    "many",
    "1,5",
    "1 2",
    "0,125",
    "0,125%",
    "12,3456",
    "1,00",
    ",100",
    "1,000,00",
  ])
    expect(share(text), text).toBeNull();
  expect(typed("5%")).toBeNull(); // of what is no share
  expect(typed("−1,000")).toBe(-1000);
});
