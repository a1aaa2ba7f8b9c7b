/** A unit's workbench over a pretended server: what was simulated before, a text that is tried, and both kept. */
import { act, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { App } from "../src/App";
import { unfinished } from "../src/keeping";
import type { Job, Site } from "../src/nouns";
import { Queries, QueriesContext } from "../src/queries";
import { kept as tries } from "../src/tries";
import { explained, manifest, score, simulated, site, unit } from "./samples";
import { job, refusal, scored, Writable, written } from "./writable";

const ROOT = "api/datasets/sample";
const EXPLANATIONS = `${ROOT}/explanations/5/131.json`;
const BENCH = "#/d/sample/workbench/5/131";
const model: Site["models"][0] = { name: "tiny-llm", use: "scoring", status: "ready", detail: null };
const second = {
  ...explained,
  explanation: "verbs",
  scored_simulation: {
    ev_correlation_score: 0.1,
    scored_sequence_simulations: [simulated([0, 10, 0, 0], [9, 0, 8, 4], { group: "top", ignored: [0] })],
  },
  scores: { correlation: score({ value: 0.1, interval: [0, 0.2] }) },
};
const files = {
  "api/site.json": site,
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/collated-activations/5/131.json`]: unit,
  [EXPLANATIONS]: { neuron_id: unit.neuron_id, scored_explanations: [second, explained] },
};
const live = (more: Partial<Site> = {}) => ({
  ...files,
  "api/site.json": { ...site, scoring: true, models: [model], ...more },
});

function open(server: Writable, hash = BENCH): ReturnType<typeof render> {
  vi.stubGlobal("fetch", server.fetch);
  window.history.replaceState(null, "", hash);
  return render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
}
const user = userEvent.setup();
const pane = (name: string) => screen.findByRole("region", { name });
const text = () => screen.findByRole("textbox", { name: /What does this neuron respond to/ });
const press = async (name: string | RegExp) => {
  const found = await screen.findByRole("button", { name });
  act(() => found.click());
};
/** A job that tried a text, with the texts that it was scored on. */
const tried = (words: string, value: number, id: string): Job => {
  const done = scored(words);
  const sequences = [simulated([0, 0, 10, 10], [9, 0, 8, 4], { group: "top", ignored: [0] })];
  const scores = { correlation: score({ value, interval: [value - 0.05, value + 0.05] }) };
  return { ...done, id, result: done.result && { ...done.result, scores, sequences } };
};

vi.setConfig({ testTimeout: 30_000 });
beforeAll(async () => {
  configure({ asyncUtilTimeout: 5000 });
  await import("../src/pages/WorkbenchPage");
  await import("../src/components/SimulatedTexts");
});
afterAll(() => configure({ asyncUtilTimeout: 1000 }));
afterEach(() => {
  localStorage.clear();
  unfinished.clear();
  tries.clear();
});

test("without a model what was simulated can be looked at, and a sentence says how to try words out", async () => {
  open(new Writable(files));
  const edit = within(await pane("Explanation"));
  expect(edit.getByText(/neuronscope serve DATASET --llm MODEL/)).toBeVisible();
  expect(screen.queryByRole("textbox", { name: /respond/ })).toBeNull();
  const scores = within(await pane("Scores"));
  expect(scores.getByRole("row", { name: /^Value/ })).toHaveTextContent("0.52");
  expect(scores.getByRole("row", { name: /^95% interval/ })).toHaveTextContent("0.41 to 0.63");
  expect(scores.getByRole("row", { name: /^Over/ })).toHaveTextContent("640 tokens of 10 texts, 12 unparsed");
  expect(scores.getByRole("row", { name: /^Shuffled/ })).toHaveTextContent("0.02");
  expect(scores.getByRole("row", { name: /^Token lookup/ })).toHaveTextContent("0.31");
  const wrong = within(await pane("Where it is wrong"));
  const items = wrong.getAllByRole("listitem").map((item) => item.textContent);
  expect(items[0]).toContain("␣w3 +50% simulated 100%, real 50% · text 1 (top), token 4");
});

test("a mistaken token opens its whole text, which the link remembers", async () => {
  const first = open(new Writable(files));
  const wrong = within(await pane("Where it is wrong"));
  const [summary] = wrong.getAllByText(/text 1 \(top\), token 4/);
  await user.click(summary as HTMLElement);
  expect(window.location.hash).toBe(`${BENCH}?open=o0.3`);
  for (const row of ["Real", "Simulated", "Simulated minus real"])
    expect(wrong.getByRole("group", { name: `${row}, text 1` })).toBeVisible();
  first.unmount();
  open(new Writable(files), `${BENCH}?open=o0.3`);
  expect(await screen.findByRole("group", { name: "Simulated minus real, text 1" })).toBeVisible();
});

test("two stored explanations stand side by side, and either's mistakes are shown", async () => {
  open(new Writable(files));
  await user.selectOptions(await screen.findByRole("combobox", { name: "After" }), "e1");
  const scores = within(await pane("Before and after"));
  expect(scores.getByRole("row", { name: /^Value/ })).toHaveTextContent("Value0.520.10−0.42");
  expect(scores.getByText(/do not overlap: before is better than after/)).toBeVisible();
  const wrong = within(await pane("Where it is wrong"));
  expect(wrong.getAllByRole("listitem")[0]).toHaveTextContent("␣w1 +100%");
  await user.click(wrong.getByRole("radio", { name: "Before" }));
  expect(wrong.getAllByRole("listitem")[0]).toHaveTextContent("␣w3 +50%");
  expect(window.location.hash).toBe(`${BENCH}?after=e1&side=before`);
});

test("a link without a unit, and a unit without explanations, are sentences", async () => {
  const first = open(new Writable(files), "#/d/sample/workbench/five");
  expect(await screen.findByText(/This link names no neuron/)).toBeVisible();
  first.unmount();
  open(new Writable({ ...files, [EXPLANATIONS]: undefined }));
  expect(await screen.findByText("This neuron has not been explained in words yet.")).toBeVisible();
  expect(screen.queryByRole("region", { name: "Where it is wrong" })).toBeNull();
});

test("explanations that fail are said with Retry, and the page stays", async () => {
  open(
    new Writable({
      ...files,
      [EXPLANATIONS]: new Response('{"detail": "The disk is slow."}', { status: 500 }),
    }),
  );
  expect(await screen.findByText("The disk is slow.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Retry" })).toBeVisible();
});

test("explanations of a shape that nobody knows are a sentence under the title", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {}); // React tells of it there
  open(new Writable({ ...files, [EXPLANATIONS]: { scored_explanations: "none" } }));
  expect(await screen.findByText(/This cannot be drawn/)).toBeVisible();
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Workbench · Layer 5 · Neuron 131");
});

test("words are tried: progress, both scores, mistakes, and the way back to an earlier try", async () => {
  const server = new Writable(live());
  const running = job("running", { progress: { done: 1, total: 2 } });
  server.jobs = [running, tried("rest", 0.7, "a")];
  open(server, `${BENCH}?seed=7`);
  expect(await text()).toHaveValue("words for sitting");
  await user.clear(await text());
  await user.type(await text(), "rest");
  await press(/^Simulate and score/);
  expect(await screen.findByText("1 of 2 questions answered by tiny-llm")).toBeVisible();
  const scores = within(await pane("Before and after"));
  expect(scores.getByRole("row", { name: /^Value/ })).toHaveTextContent("Value0.520.70+0.18");
  expect(server.writes()[0]?.body).toEqual({ text: "rest", seed: 7, sequences: true });
  const wrong = within(await pane("Where it is wrong"));
  expect(wrong.getByRole("radio", { name: "After" })).toBeChecked();
  expect(wrong.getAllByRole("listitem")[0]).toHaveTextContent("␣w3 +50%");
  server.jobs = [tried("sleep", 0.2, "b")];
  await user.clear(await text());
  await user.type(await text(), "sleep");
  await press(/^Simulate and score/);
  await waitFor(() => expect(window.location.hash).toContain("after=t2"));
  const all = within(await pane("Tries of this visit")).getAllByRole("button");
  expect(all.map((one) => one.textContent)).toEqual(["0.20 “sleep”", "0.70 “rest”"]);
  await user.click(all[1] as HTMLElement);
  expect(await text()).toHaveValue("rest");
  expect(window.location.hash).toContain("after=t1");
  await press("Start again from the words before");
  expect(await text()).toHaveValue("words for sitting");
  expect(await text()).toHaveFocus();
});

test("before and after change places where one is chosen for both", async () => {
  open(new Writable(files), `${BENCH}?after=e1`);
  await user.selectOptions(await screen.findByRole("combobox", { name: "Before" }), "e1");
  expect(window.location.hash).toBe(`${BENCH}?before=e1&after=e0`);
  await user.selectOptions(await screen.findByRole("combobox", { name: "Before" }), "e0");
  expect(window.location.hash).toBe(`${BENCH}?after=e1`);
});

test("a unit that nobody has explained: the first words are tried and kept, the second stand beside them", async () => {
  const server = new Writable({ ...live({ writing: true }), [EXPLANATIONS]: undefined });
  server.jobs = [tried("rest", 0.7, "a")];
  open(server);
  expect(await screen.findByText("This neuron has not been explained in words yet.")).toBeVisible();
  await user.type(await text(), "rest");
  await press(/^Simulate and score/);
  const scores = within(await pane("Scores"));
  expect(await scores.findByRole("row", { name: /^Value/ })).toHaveTextContent("Value0.70");
  expect(scores.getByRole("button", { name: "Keep it" })).toBeVisible();
  server.jobs = [tried("sleep", 0.2, "b")];
  await user.clear(await text());
  await user.type(await text(), "sleep");
  await press(/^Simulate and score/);
  const both = within(await pane("Before and after"));
  expect(both.getByRole("row", { name: /^Value/ })).toHaveTextContent("Value0.700.20−0.50");
});

test("a score is cancelled, and a refusal is a sentence", async () => {
  const server = new Writable(live());
  server.jobs = [job("running", { progress: { done: 1, total: 2 } })];
  open(server);
  await press(/^Simulate and score/);
  await screen.findByText(/1 of 2 questions/);
  await press(/^Cancel/);
  expect(await screen.findByText("Cancelled: not scored.")).toBeVisible();
  server.next = [refusal(503, "17 jobs run or wait already; try again in a little while.")];
  await press(/^Simulate and score/);
  expect(await screen.findByText(/17 jobs run or wait/)).toBeVisible();
});

test("a draft waits while another page is looked at", async () => {
  const first = open(new Writable(live()));
  await user.type(await text(), " and lying");
  first.unmount();
  open(new Writable(live()));
  expect(await text()).toHaveValue("words for sitting and lying");
});

test("a seed that the server would refuse is said at its field, and not taken", async () => {
  open(new Writable(live()));
  await user.click(await screen.findByText("Seed"));
  const seed = await screen.findByRole("textbox", { name: /Draws the other unit/ });
  await user.clear(seed);
  await user.type(seed, "12");
  expect(window.location.hash).toContain("seed=12");
  await user.type(seed, "x");
  expect(seed).toHaveAccessibleDescription(/whole number from 0/);
  expect(window.location.hash).toContain("seed=12");
});

test("keeping both sends the words with the name, and the old ones stay", async () => {
  const server = new Writable(live({ writing: true }));
  server.jobs = [tried("rest", 0.7, "c")];
  open(server);
  await user.clear(await text());
  await user.type(await text(), "rest");
  await press(/^Simulate and score/);
  const keeping = within(await pane("Keep both"));
  await user.type(keeping.getByRole("textbox", { name: /Your name/ }), "Ada");
  await user.click(keeping.getByRole("button", { name: "Keep both" }));
  expect(await keeping.findByText(/These words are kept/)).toHaveFocus();
  expect(server.writes().at(-1)?.body).toEqual({ text: "rest", author: "Ada" });
  const before = await screen.findByRole("combobox", { name: "Before" });
  expect(within(before).getByRole("option", { name: /“rest” · no score · Ada/ })).toBeInTheDocument();
  expect(within(before).getByRole("option", { name: /“words for sitting”/ })).toBeInTheDocument();
});

test("where nothing is kept both are copied", async () => {
  const server = new Writable(live());
  server.jobs = [tried("rest", 0.7, "d")];
  open(server);
  await user.clear(await text());
  await user.type(await text(), "rest");
  await press(/^Simulate and score/);
  const keeping = within(await pane("Keep both"));
  expect(keeping.queryByRole("textbox")).toBeNull();
  await user.click(keeping.getByRole("button", { name: "Copy both as text" }));
  expect(await keeping.findByText("Copied")).toBeVisible();
  expect(await navigator.clipboard.readText()).toContain("After: rest");
});

test("a site with a token asks for it in the button's place", async () => {
  open(new Writable(live({ token: true })));
  const field = await screen.findByLabelText(/asks for a token/);
  expect(screen.queryByRole("button", { name: /^Simulate/ })).toBeNull();
  await user.type(field, "a-token-of-tests");
  await press("Use this token");
  expect(await screen.findByRole("button", { name: /^Simulate and score/ })).toBeVisible();
});

test("a person's words have scores but no texts, which is said", async () => {
  const server = new Writable(live({ writing: true }));
  server.people = [written({ scores: { correlation: score({ value: 0.4 }) } })];
  open(server, `${BENCH}?before=p.00000000`);
  expect(await screen.findByRole("combobox", { name: "Before" })).toHaveValue("p.00000000");
  expect(await screen.findByText(/No texts were kept .*; simulate and score its words/)).toBeVisible();
  expect(await text()).toHaveValue("verbs of rest");
});

test("a unit's page has the way to its workbench where there is something to do", async () => {
  const first = open(new Writable(files), "#/d/sample/5/131");
  expect(await screen.findByRole("link", { name: "Workbench" })).toHaveAttribute("href", BENCH);
  first.unmount();
  open(new Writable({ ...files, [EXPLANATIONS]: undefined }), "#/d/sample/5/131");
  await screen.findByText(/has not been explained/);
  expect(screen.queryByRole("link", { name: "Workbench" })).toBeNull();
});
