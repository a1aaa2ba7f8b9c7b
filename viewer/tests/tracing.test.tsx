/** The page of traces over a pretended server: stored ones, and a prompt that a live model traces. */
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App";
import type { Site, TraceJob } from "../src/nouns";
import "../src/pages/TracePage"; // here already, so that no test waits for its script
import { Queries, QueriesContext } from "../src/queries";
import { answers, dataset, manifest, site } from "./samples";
import { report, stored } from "./trace.samples";

const ROOT = "api/datasets/sample";
const PAGE = "#/d/sample/trace";
const traced = { ...dataset, parts: [...dataset.parts, "traces"] };
const { id, created, prompt } = stored;
const entry = { id, created, prompt, model: "tiny", metric: report.metric };
const row = (layer: number, unit: number, explanation: string | null) => ({ layer, unit, explanation });
const files: Record<string, unknown> = {
  "api/site.json": { ...site, datasets: [traced] },
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/traces.json`]: { traces: [entry, { ...entry, id: "other", prompt: "A dog" }] },
  [`${ROOT}/traces/the-cat.json`]: stored,
  [`${ROOT}/units`]: { units: [row(5, 131, "verbs of rest"), row(2, 7, "animals"), row(5, 40, null)] },
};
const live: Site["models"][0] = {
  name: "m",
  use: "live",
  status: "ready",
  detail: null,
  datasets: ["sample"],
};

function open(hash: string, bodies: Record<string, unknown> = files, fetched = answers(bodies)) {
  vi.stubGlobal("fetch", fetched);
  window.history.replaceState(null, "", hash);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
  return userEvent.setup();
}
const pane = async (name: string) => within(await screen.findByRole("region", { name }));
const rowNames = (nodes: Awaited<ReturnType<typeof pane>>) =>
  nodes.getAllByRole("rowheader").map((cell) => cell.textContent);

beforeEach(() => localStorage.clear());

test("the first stored trace is shown: its prompt, predictions, nodes, sums and checks", async () => {
  open(PAGE);
  const text = await pane("The prompt");
  expect(text.getByRole("group", { name: /^The prompt: The cat sat on/ })).toHaveTextContent(
    "The cat sat on",
  );
  expect(text.getByText(/after which the metric is read/)).toHaveTextContent("Underlined: ␣on");
  expect(text.getByRole("row", { name: /^␣the/ })).toHaveTextContent("␣the23.510%");
  expect(text.getAllByRole("row")).toHaveLength(3); // a target that is among the likeliest stands there once
  expect(text.getByText("7 of 120")).toBeVisible();

  const nodes = await pane("Nodes");
  expect(rowNames(nodes).slice(0, 3)).toEqual(["5:131", "2:7", "2:7"]);
  const [first] = nodes.getAllByRole("row").slice(1);
  expect(first).toHaveTextContent("5:131␣on 470−1raises");
  await waitFor(() => expect(first).toHaveTextContent("verbs of rest"));
  expect(nodes.getByRole("link", { name: "5:131" })).toHaveAttribute("href", "#/d/sample/5/131");
  expect(nodes.queryByRole("link", { name: "4:9" })).toBeNull(); // not in the dataset

  const sums = await pane("Do they add up");
  expect(sums.getByText(/Over all 120 nodes, not only the 7/)).toBeVisible();
  expect(sums.getByText(/it leaves out; they add up to 0.25|what the SAE leaves out/)).toBeVisible();
  expect(sums.getByRole("row", { name: /^4/ })).toHaveTextContent("433%0%0.50–"); // not measured is no number
  const checks = await pane("Predicted against measured");
  expect(checks.getByText(/over the 2 strongest nodes/)).toHaveTextContent("Correlation 0.97");
});

test("a conversation is told as one, and a text in which the sign of a turn stands is not", async () => {
  const talk = { ...stored, asked: { messages: [{ role: "user", content: "The cat" }] } };
  open(`${PAGE}/the-cat`, { ...files, [`${ROOT}/traces/the-cat.json`]: talk });
  expect((await pane("The prompt")).getByText(/by the model's chat template/)).toBeVisible();
});

test("a trace without edges and checks says so, and an undefined correlation has its reason", async () => {
  const bare = { ...stored, report: { ...report, edges: null, verify: null } };
  open(`${PAGE}/the-cat`, { ...files, [`${ROOT}/traces/the-cat.json`]: bare });
  expect(await screen.findByText(/made without edges/)).toBeVisible();
  expect(screen.getByText(/was replaced to measure its effect/)).toBeVisible();
});

test("an undefined correlation has its reason, and no nodes are a sentence", async () => {
  const verify = { correlation: null, reason: "all measured effects are 0", points: [] };
  const none = { ...stored, report: { ...report, nodes: [], edges: [], verify } };
  open(`${PAGE}/the-cat`, { ...files, [`${ROOT}/traces/the-cat.json`]: none });
  expect(await screen.findByText(/all measured effects are 0/)).toBeVisible();
  expect(screen.getByText(/so there is nothing to draw/)).toBeVisible();
});

test("nodes are filtered and sorted, which the link remembers", async () => {
  const user = open(`${PAGE}/the-cat`);
  const nodes = await pane("Nodes");
  await user.selectOptions(nodes.getByRole("combobox", { name: "Token" }), "1");
  expect(rowNames(nodes)).toEqual(["2:7", "2:3"]);
  expect(nodes.getByText(/2 of the 7 nodes that were kept, of 120 in all/)).toBeVisible();
  await user.click(nodes.getByRole("button", { name: /^Effect/ }));
  expect(rowNames(nodes)).toEqual(["2:3", "2:7"]);
  expect(window.location.hash).toBe(`${PAGE}/the-cat?token=1&sort=effect`);
  await user.click(nodes.getByRole("button", { name: "Show all" }));
  await user.click(nodes.getByRole("radio", { name: "Errors" }));
  expect(rowNames(nodes)).toEqual(["error of layer 2"]);
  await user.click(nodes.getByRole("radio", { name: "All" }));
  await user.type(nodes.getByRole("textbox", { name: "Explained with" }), "animals{Enter}");
  await waitFor(() => expect(rowNames(nodes)).toEqual(["2:7", "2:7"]));
});

test("nodes are walked by arrows, pinned by p, grouped and opened, and the link restores all of it", async () => {
  const user = open(`${PAGE}/the-cat?nodes=4`);
  const graph = await pane("Graph");
  const node = (name: RegExp) => graph.getByRole("button", { name });
  await user.click(node(/^2:7 at ␣cat/));
  expect(graph.getByRole("region", { name: "About 2:7 at ␣cat" })).toHaveTextContent("activation 4 on ␣cat");
  await user.keyboard("p");
  expect(node(/^2:7 at ␣cat, .*pinned/)).toHaveFocus();
  await user.keyboard("{ArrowUp}");
  expect(node(/^4:9 at ␣on/)).toHaveFocus();
  await user.keyboard("p");
  expect(window.location.hash).toBe(`${PAGE}/the-cat?nodes=4&pins=1.3&focus=3`);
  await user.click(graph.getByRole("button", { name: "Group" }));
  expect(graph.getByRole("alert")).toHaveTextContent("Type a name");
  await user.type(graph.getByRole("textbox", { name: /Group the 2 pinned nodes/ }), "cats{Enter}");
  expect(node(/^cats, /)).toBeVisible();
  expect(window.location.hash).toBe(`${PAGE}/the-cat?nodes=4&group=cats%3A1.3&focus=g0`);
  const about = within(graph.getByRole("region", { name: "About cats" }));
  expect(about.getByRole("link", { name: "2:7 at ␣cat" })).toHaveAttribute("href", "#/d/sample/2/7");
  expect(about.getByText("the metric")).toBeVisible();
  await user.click(graph.getByRole("button", { name: "Ungroup cats" }));
  expect(window.location.hash).toBe(`${PAGE}/the-cat?nodes=4&pins=1.3`);
  node(/^5:131 at ␣on/).focus();
  await user.keyboard("{Enter}");
  expect(window.location.hash).toBe("#/d/sample/5/131");
});

test("units that have a name on Neuronpedia make a quick list there", async () => {
  const named = { ...manifest, neuronpedia: { model: "tiny-there", sources: [{ layer: 5, id: "5-mlp" }] } };
  open(PAGE, { ...files, [`${ROOT}/dataset.json`]: named });
  const strong = await pane("Where the strongest are");
  const address = (await strong.findByRole("link", { name: "On Neuronpedia" })).getAttribute("href") ?? "";
  const features = JSON.parse(new URL(address).searchParams.get("features") ?? "");
  expect(features[0]).toEqual({ modelId: "tiny-there", layer: "5-mlp", index: "131" });
});

test("a link names another trace, and one that is not there is a sentence", async () => {
  open(`${PAGE}/gone`);
  expect(await screen.findByText(/no trace with the name gone/)).toBeVisible();
  const traces = await pane("Traces");
  expect(traces.getByRole("link", { name: "A dog" })).toHaveAttribute("href", `${PAGE}/other`);
});

test("a file that is broken is a sentence with Retry", async () => {
  const short = { ...report, tokens: ["The"] };
  open(`${PAGE}/the-cat`, { ...files, [`${ROOT}/traces/the-cat.json`]: { ...stored, report: short } });
  expect(await screen.findByText(/The file is broken/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Retry" })).toBeVisible();
});

test("without traces and without a model the page says how one comes about, and home does not lead there", async () => {
  open(PAGE, { ...files, "api/site.json": site });
  expect(await screen.findByText(/holds no traces, and no model runs here/)).toBeVisible();
});

/** A server whose live model traces: how the job stands, look after look; the last one stays. */
function tracing(jobs: Partial<TraceJob>[]) {
  const asked: { method: string; body: unknown }[] = [];
  const read = answers({ ...files, "api/site.json": { ...site, models: [live] } });
  const fetched: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname.slice(1);
    if (!path.startsWith("api/models/m/trace")) return read(input, init);
    const method = init?.method ?? "GET";
    asked.push({ method, body: init?.body ? JSON.parse(String(init.body)) : null });
    const begun = {
      id: "j",
      state: "queued",
      progress: { done: 0, total: 1, doing: "waiting" },
      result: null,
      detail: null,
    };
    if (method === "DELETE") jobs.splice(0, jobs.length, { state: "cancelled" });
    const now = method === "GET" && jobs.length > 1 ? jobs.shift() : jobs[0];
    return Response.json({ ...begun, ...(method === "POST" ? {} : now) });
  };
  return { asked, fetched };
}

test("a prompt is traced by a live model: its progress, then the trace, under a link of its own", async () => {
  const { asked, fetched } = tracing([
    { state: "running", progress: { done: 3, total: 8, doing: "checking nodes" } },
    { state: "done", result: stored },
  ]);
  const user = open(PAGE, files, fetched);
  await user.type(await screen.findByRole("textbox", { name: "What m reads" }), "The cat sat on");
  await user.click(screen.getByRole("button", { name: "Trace" }));
  expect(screen.getByText(/Type the answer whose logit/)).toBeVisible();
  await user.click(screen.getByRole("radio", { name: "A logit" }));
  await user.type(screen.getByRole("textbox", { name: /^of/ }), " the");
  expect(screen.getByText("␣the")).toBeVisible(); // a space first is easily overlooked
  await user.click(screen.getByRole("button", { name: "Trace" }));
  expect(await screen.findByText("checking nodes")).toBeVisible();
  expect(screen.getByRole("progressbar")).toHaveValue(3);
  expect(asked[0]).toEqual({
    method: "POST",
    body: {
      text: "The cat sat on",
      metric: "logit: the",
      baseline: "zero",
      method: "patching",
      dataset: "sample",
    },
  });
  expect(window.location.hash).toBe(`${PAGE}/j?model=m`);
  expect(await screen.findByRole("region", { name: "Graph" })).toBeVisible();
  expect(screen.getByRole("textbox", { name: "What m reads" })).toHaveValue("The cat sat on"); // for the next one
});

test("a conversation is traced turn by turn, where the model has a chat template", async () => {
  const { asked, fetched } = tracing([{ state: "running" }]);
  const card = { name: "m", chat: true };
  const withCard: typeof fetch = async (input, init) =>
    new URL(String(input)).pathname === "/api/models/m" ? Response.json(card) : fetched(input, init);
  const user = open(PAGE, files, withCard);
  const text = await screen.findByRole("textbox", { name: "What m reads" });
  await user.clear(text); // what was typed last stays there
  await user.type(text, "Say it");
  await user.click(screen.getByRole("radio", { name: "The loss of the last token" }));
  await user.click(await screen.findByRole("radio", { name: "Chat" }));
  expect(screen.getByRole("textbox", { name: "Turn 1" })).toHaveValue("Say it");
  await user.click(screen.getByRole("button", { name: "Add a turn" }));
  await user.type(screen.getByRole("textbox", { name: "Turn 2" }), "It");
  await user.click(screen.getByRole("button", { name: "Trace" }));
  await screen.findByRole("progressbar");
  const messages = [
    { role: "user", content: "Say it" },
    { role: "assistant", content: "It" },
  ];
  expect(asked[0]?.body).toEqual({
    messages,
    metric: "loss",
    baseline: "zero",
    method: "patching",
    dataset: "sample",
  });
  await user.click(screen.getByRole("radio", { name: "Text" }));
  expect(screen.getByRole("textbox", { name: "What m reads" })).toHaveValue("Say it<eot>It");
});

test("a trace on its way is called off, and one that failed says why", async () => {
  const { asked, fetched } = tracing([{ state: "running" }]);
  const user = open(`${PAGE}/j?model=m`, files, fetched);
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(await screen.findByText(/It was cancelled/)).toBeVisible();
  expect(asked.some(({ method }) => method === "DELETE")).toBe(true);
});

test("several prompts that were traced together are a table of means", async () => {
  const mean = { source: "mlp", module: "m", kind: "unit", position: null, effect: -0.5, texts: 2 } as const;
  const together = {
    model: "m",
    per: "unit",
    options: {},
    prompts: [{ prompt: "The cat", metric: "loss", value: 2.5 }],
    nodes: [
      { ...mean, layer: 5, unit: 131 },
      { ...mean, layer: 4, unit: 9, effect: 0.25 },
    ],
    total: 90,
  } as const;
  const { fetched } = tracing([{ state: "done", together: structuredClone(together) as never }]);
  open(`${PAGE}/j?model=m`, files, fetched);
  const means = await pane("Means over several prompts");
  expect(rowNames(means)).toEqual(["5:131", "4:9"]);
  expect(means.getByText(/2 of 90 nodes/)).toBeVisible();
  const [first] = means.getAllByRole("row").slice(1);
  await waitFor(() => expect(first).toHaveTextContent("5:1312−0.5raisesverbs of rest"));
  expect(means.getByRole("link", { name: "5:131" })).toHaveAttribute("href", "#/d/sample/5/131");
});

test("a live trace is kept in the dataset, which undo takes back; what is refused is said", async () => {
  const { fetched } = tracing([{ state: "done", result: { ...stored, id: "j" } }]);
  const sent: string[] = [];
  let kept: object[] = [{ ...entry, id: "old", created: "2025-01-01T00:00:00Z" }];
  let refusal: Response | null = Response.json(
    { title: "Conflict", status: 409, detail: "It has one." },
    { status: 409 },
  );
  const keeping: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname.slice(1);
    if (path === "api/site.json")
      return Response.json({
        ...site,
        writing: true,
        models: [live],
        datasets: [{ ...traced, keeps_traces: true }],
      });
    if (path === `${ROOT}/traces.json`) return Response.json({ traces: kept });
    if (!path.endsWith("/kept/sample")) return fetched(input, init);
    sent.push(`${init?.method} ${path}`);
    const no = refusal;
    refusal = null;
    if (no) return no;
    kept = init?.method === "PUT" ? [entry] : [];
    return init?.method === "PUT"
      ? Response.json(entry, { status: 201 })
      : new Response(null, { status: 204 });
  };
  const user = open(`${PAGE}/j?model=m`, files, keeping);
  await user.click(await screen.findByRole("button", { name: "Keep in the dataset" }));
  expect(await screen.findByText(/It has one/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep in the dataset" }));
  expect(await screen.findByRole("link", { name: "the-cat" })).toHaveAttribute("href", `${PAGE}/the-cat`);
  await user.click(screen.getByRole("button", { name: "Undo" }));
  expect(await screen.findByRole("button", { name: "Keep in the dataset" })).toBeVisible();
  const way = "api/models/m/traces/j/kept/sample";
  expect(sent).toEqual([`PUT ${way}`, `PUT ${way}`, `DELETE ${way}`]);
});

test("a live trace is made again by its lines, and a stored one is a file", async () => {
  const { fetched } = tracing([{ state: "done", result: { ...stored, id: "j" } }]);
  const user = open(`${PAGE}/j?model=m`, files, fetched);
  expect(screen.queryByRole("button", { name: "Keep in the dataset" })).toBeNull(); // this site keeps nothing
  await user.click(await screen.findByRole("button", { name: /^How\? Nodes/ }));
  const lines = await screen.findByRole("dialog", { name: /^How\?/, hidden: true });
  expect(lines).toHaveTextContent("neuronscope trace MODEL --metric=");
  expect(lines).toHaveTextContent("The cat sat on");
});

test("a trace that failed says why", async () => {
  const { fetched } = tracing([{ state: "failed", detail: "the answer ' Marys' is 2 tokens" }]);
  open(`${PAGE}/j?model=m`, files, fetched);
  const job = await pane("A trace is made");
  expect(job.getByRole("alert")).toHaveTextContent("the answer ' Marys' is 2 tokens");
});
