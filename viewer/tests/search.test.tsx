/** The search page over a pretended network: loading, empty, refused, failed, full; and the ways to it. */
import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { App } from "../src/App";
import type { SearchAnswer, Site } from "../src/nouns";
import { Queries, QueriesContext } from "../src/queries";
import { answer, answers, dataset, hit, manifest, site, unit } from "./samples";

const offered: Site = { ...site, search: true, datasets: [{ ...dataset, search: "ready" }] };
const files: Record<string, unknown> = {
  "api/site.json": offered,
  "api/datasets/sample/dataset.json": manifest,
  "api/datasets/sample/collated-activations/5/131.json": unit,
};
const all = answer([], { total: 263, explanations: 14, tokens: 249 });
const refusal = (status: number, detail: string) => Response.json({ detail, status }, { status });

type Answering = (asked: URLSearchParams) => SearchAnswer | Response | Promise<Response> | object;

/** Searches are answered by `found`, but for the one that asks how much there is. */
function open(hash: string, found: Answering = () => answer([hit()]), others = files): URLSearchParams[] {
  const asked: URLSearchParams[] = [];
  const rest = answers(others);
  vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
    const url = new URL(input);
    if (!url.pathname.endsWith("/search")) return rest(input, init);
    if (url.searchParams.get("limit") === "1") return Response.json(all);
    asked.push(url.searchParams);
    const said = await found(url.searchParams);
    return said instanceof Response ? said : Response.json(said);
  });
  window.history.replaceState(null, "", hash);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
  return asked;
}
const results = () => screen.findByRole("region", { name: "Results" });
const settled = () => act(() => new Promise((done) => setTimeout(done, 20)));
const field = () => screen.findByRole<HTMLInputElement>("searchbox");

test("hits have their unit's link, the words marked, who wrote them and the numbers, under the counts", async () => {
  const tokens = hit({
    layer: 2,
    unit: 7,
    matched: "tokens",
    explanation: null,
    score: null,
    snippet: { text: "<b>sat</b> · sit", ranges: [[3, 6]] },
  });
  open("#/d/sample/search?q=sit", () => answer([hit(), tokens]));
  const found = within(await results());
  expect(
    await found.findByText("2 found: 1 of 14 explanations, and the tokens of 1 of 249 neurons."),
  ).toBeVisible();
  const links = found.getAllByRole("link");
  expect(links.map((link) => link.getAttribute("href"))).toEqual(["#/d/sample/5/131", "#/d/sample/2/7"]);
  const [first, second] = found.getAllByRole("listitem");
  expect(first).toHaveTextContent(
    "Neuron 5:131words for sittingexplanation by tiny-explainerscore 0.52max 8.00",
  );
  expect(first?.querySelector("mark")).toHaveTextContent("sitting");
  expect(second).toHaveTextContent("<b>sat</b> · sit"); // as text
  expect(second?.querySelector("mark")).toHaveTextContent("sat");
  expect(second).not.toHaveTextContent("score");
  expect(await field()).toHaveValue("sit");
  expect(document.title).toBe("sit · A sample");
});

test("the link says all of the search, and the server is asked for that", async () => {
  const link =
    "#/d/sample/search?q=sit&in=explanations&mode=regex&layer=5&min_score=0.25&sort=score&order=asc";
  const asked = open(link);
  await within(await results()).findByRole("link");
  expect(asked.map(String)).toEqual([`${link.split("?")[1]}&limit=20`]);
  expect(screen.getByRole("radio", { name: "Explanations" })).toBeChecked();
  expect(screen.getByRole("combobox", { name: "as" })).toHaveDisplayValue("Regex");
  expect(screen.getByRole("combobox", { name: "in" })).toHaveDisplayValue("layer 5");
  expect(screen.getByRole("combobox", { name: "with score" })).toHaveDisplayValue("at least 0.25");
  expect(screen.getByRole("combobox", { name: "first" })).toHaveDisplayValue("lowest score");
});

test("filters replace the link and show the first page; a new query is a new entry", async () => {
  const user = userEvent.setup();
  open("#/d/sample/search?q=sit&pages=3");
  const before = window.history.length;
  await user.click(await screen.findByRole("radio", { name: "Tokens" }));
  expect(window.location.hash).toBe("#/d/sample/search?q=sit&in=tokens");
  await user.selectOptions(screen.getByRole("combobox", { name: "with score" }), "at least 0.5");
  await user.selectOptions(screen.getByRole("combobox", { name: "first" }), "last layer");
  expect(window.location.hash).toBe("#/d/sample/search?q=sit&in=tokens&min_score=0.5&sort=layer&order=desc");
  await user.selectOptions(screen.getByRole("combobox", { name: "with score" }), "any");
  expect(screen.queryByRole("option", { name: "Meaning too" })).toBeNull(); // no sentence model here
  expect(window.history.length).toBe(before);
  await user.clear(await field());
  await user.type(await field(), " ran {Enter}");
  await settled();
  expect(window.location.hash).toBe("#/d/sample/search?q=ran&in=tokens&sort=layer&order=desc");
  expect(window.history.length).toBe(before + 1);
  expect(await results()).toHaveFocus();
});

test("more pages come by the cursor, the focus goes to the first new hit, and the link restores them", async () => {
  const user = userEvent.setup();
  const page = (from: number, cursor: string | null) =>
    answer(
      Array.from({ length: 20 }, (_, at) => hit({ unit: from + at })),
      { total: 40, explanations: 40, cursor },
    );
  const found: Answering = (asked) => (asked.get("cursor") === "next" ? page(120, null) : page(100, "next"));
  open("#/d/sample/search?q=sit", found);
  await user.click(await screen.findByRole("button", { name: "Show 20 more of 40" }));
  expect(await screen.findByRole("link", { name: "Neuron 5:120" })).toHaveFocus();
  expect(window.location.hash).toBe("#/d/sample/search?q=sit&pages=2");
  expect(screen.queryByRole("button", { name: /more of/ })).toBeNull();
  await user.keyboard("k");
  expect(screen.getByRole("link", { name: "Neuron 5:119" })).toHaveFocus();
  await user.keyboard("jj");
  expect(screen.getByRole("link", { name: "Neuron 5:121" })).toHaveFocus();
});

test("pages of a state that is gone begin anew", async () => {
  let state = "old";
  open("#/d/sample/search?q=sit&pages=2", (asked) => {
    if (asked.get("cursor") === "old") {
      state = "new";
      return refusal(410, "The dataset has changed. Begin again.");
    }
    const last = asked.get("cursor") === "new";
    return answer([hit({ unit: last ? 2 : 1 })], { total: 2, cursor: last ? null : state });
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("The dataset has changed.");
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(await screen.findByRole("link", { name: "Neuron 5:2" })).toBeVisible();
});

test("by meaning all hits are on one longer page, and in one order", async () => {
  const meaning = [{ ...dataset, search: "ready" as const, meaning: true }];
  const asked = open(
    "#/d/sample/search?q=sit&sort=score",
    ({ get: _, ...rest }) =>
      answer(
        Array.from({ length: 20 }, () => hit()),
        { total: 57, ...(rest && {}) },
      ),
    { ...files, "api/site.json": { ...offered, datasets: meaning } },
  );
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "as" }), "Meaning too");
  expect(window.location.hash).toBe("#/d/sample/search?q=sit&mode=meaning");
  expect(screen.queryByRole("combobox", { name: "first" })).toBeNull();
  await userEvent.click(await screen.findByRole("button", { name: "Show 20 more of 57" }));
  expect(String(asked.at(-1))).toBe("q=sit&mode=meaning&limit=40");
});

test("nothing found says so, with how a search is written", async () => {
  open("#/d/sample/search?q=zz", () => answer([]));
  const found = within(await results());
  expect(await found.findByText("Nothing has these words. Write it another way:")).toBeVisible();
  expect(found.getByText("hero NOT villain")).toBeVisible();
});

test("with filters nothing found says that they can be taken away", async () => {
  open("#/d/sample/search?q=zz&layer=2", () => answer([]));
  expect(await screen.findByText(/take filters away, or write it another way/)).toBeVisible();
});

test("a query that cannot be read is the server's sentence, and the field is still there", async () => {
  open("#/d/sample/search?q=%5B&mode=regex", () => refusal(400, "This regular expression cannot be used."));
  expect(await screen.findByRole("alert")).toHaveTextContent("This regular expression cannot be used.");
  expect(screen.queryByRole("button", { name: "Retry" })).toBeNull();
  expect(await field()).toHaveValue("[");
});

test("a failure is a sentence with Retry; while the index is built it is asked for again by itself", async () => {
  let status = 500;
  open("#/d/sample/search?q=sit", () =>
    status === 200 ? answer([hit()]) : refusal(status, `broken ${status}`),
  );
  const found = within(await results());
  expect(await found.findByRole("alert")).toHaveTextContent("broken 500");
  status = 503;
  vi.useFakeTimers({ shouldAdvanceTime: true });
  await userEvent
    .setup({ advanceTimers: vi.advanceTimersByTime })
    .click(found.getByRole("button", { name: "Retry" }));
  expect(await found.findByText("broken 503")).toBeVisible();
  status = 200;
  await act(() => vi.advanceTimersByTimeAsync(3100));
  expect(await found.findByRole("link")).toBeVisible();
});

test("while the answer is on its way there are bars, and the field can be used", async () => {
  open("#/d/sample/search?q=sit", () => new Promise<Response>(() => {}));
  const found = within(await results());
  expect(found.getByText("Searching …")).toBeVisible();
  expect(found.getByText("Loading")).toBeInTheDocument();
  expect(await field()).toBeEnabled();
});

test.each([
  ["no hits at all", { total: 1 }, "it has no hits"],
  ["hits of another shape", { ...answer([]), total: 1, hits: [{ layer: 1 }] }, "This cannot be drawn"],
])("an answer with %s is told in the pane", async (_, body, sentence) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  open("#/d/sample/search?q=sit", () => body);
  expect(await within(await results()).findByRole("alert")).toHaveTextContent(sentence);
  expect(await field()).toHaveValue("sit");
});

test("a site that cannot search says so, and has no field", async () => {
  open("#/d/sample/search?q=sit", undefined, { ...files, "api/site.json": site });
  expect(await screen.findByText(/This site cannot be searched/)).toBeVisible();
  expect(screen.queryByRole("searchbox")).toBeNull();
  await userEvent.keyboard("/");
  expect(window.location.hash).toBe("#/d/sample/search?q=sit");
});

test("/ goes to the field of any page, Enter searches, Escape leaves and keeps what was typed", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131");
  await screen.findByRole("link", { name: /Next/ });
  await user.keyboard("/");
  expect(await field()).toHaveFocus();
  await user.keyboard("si/t{Escape}");
  expect(await field()).not.toHaveFocus();
  expect(await field()).toHaveValue("si/t");
  await user.keyboard("/sit{Enter}"); // written over
  await settled();
  expect(window.location.hash).toBe("#/d/sample/search?q=sit");
  expect(screen.getByRole("heading", { level: 1, name: "Search" })).toHaveFocus();
  await within(await results()).findByRole("link");
  expect(screen.getAllByRole("searchbox")).toHaveLength(1); // the page's own
  await user.keyboard("j{Enter}");
  await settled();
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Layer 5 · Neuron 131");
});

test("home has a field of its own; without words the search page waits for them", async () => {
  const user = userEvent.setup();
  open("#/");
  expect(await field()).toBeVisible();
  await user.type(await field(), "{Enter}");
  await settled();
  expect(window.location.hash).toBe("#/d/sample/search");
  await within(await results()).findByRole("link");
  expect(await field()).toHaveFocus();
});

test("home names the other datasets of the site, and what each is", async () => {
  const others = [
    { ...dataset, name: "sae", title: "Features", model: "large", source: "sae", units: 1 },
    { ...dataset, name: "far", title: "Far away", status: "opening" as const, units: null, layers: null },
    { ...dataset, name: "gone", title: "Gone", status: "failed" as const, detail: "No answer." },
    { ...dataset, name: "odd", title: "Odd", model: null, units: null, layers: null },
  ];
  open("#/", undefined, {
    ...files,
    "api/site.json": { ...offered, datasets: [...offered.datasets, ...others] },
  });
  const links = within(await screen.findByRole("region", { name: "Other datasets" })).getAllByRole("link");
  expect(links.map((link) => [link.getAttribute("href"), link.textContent])).toEqual([
    ["#/d/sae", "Features1 feature in 2 layers of large"],
    ["#/d/far", "Far awayis being opened"],
    ["#/d/gone", "Gonecould not be opened"],
    ["#/d/odd", "OddNeurons"],
  ]);
});
