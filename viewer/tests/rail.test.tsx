/** The panes of a unit's relations over a pretended network: each file there, missing, refused, or broken. */
import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import type { UnitAddress } from "../src/nouns";
import { Rail } from "../src/panes/Rail";
import { Queries, QueriesContext } from "../src/queries";
import { FIRST_VIEW } from "../src/view";
import {
  activationTokens,
  answers,
  dataset,
  logitTable,
  manifest,
  together,
  unit,
  weights,
  weightTokens,
  weightUnits,
} from "./samples";

const ROOT = "api/datasets/sample";
const at = { layer: 2, unit: 7 };
const file = (part: string) => `${ROOT}/${part}/2/7.json`;
const PARTS = {
  "related-tokens/activation-based": activationTokens,
  "related-tokens/weight-based": weightTokens,
  "related-neurons/weight-based": weightUnits,
  "related-neurons/activation-based": together,
  "related-neurons/decoder-based": {
    neighbours: [{ layer: 5, unit: 900, value: 0.9, measure: "decoder cosine" }],
  },
  logits: logitTable,
};
type Part = keyof typeof PARTS;
const ALL = Object.keys(PARTS) as Part[];
const full: Record<string, unknown> = {
  [`${ROOT}/dataset.json`]: manifest,
  [file("collated-activations")]: unit,
  ...Object.fromEntries(ALL.map((part) => [file(part), PARTS[part]])),
};

function Viewed(props: Omit<Parameters<typeof Rail>[0], "view" | "onView">) {
  const [view, onView] = useState(FIRST_VIEW);
  return <Rail {...props} {...{ view, onView }} />;
}

function show(files: Record<string, unknown> = full, parts: readonly string[] = ALL, name = "Neuron") {
  const fetching = vi.fn(answers(files));
  vi.stubGlobal("fetch", fetching);
  const hrefOf = ({ layer, unit }: UnitAddress) => `#/to/${layer}/${unit}`;
  render(
    <QueriesContext value={new Queries()}>
      <Viewed dataset={{ ...dataset, parts: ["collated-activations", ...parts] }} {...{ at, name, hrefOf }} />
    </QueriesContext>,
  );
  return fetching;
}
const pane = (name: string) => within(screen.getByRole("region", { name }));
const settled = () => act(() => new Promise((done) => setTimeout(done, 20)));
const rowsOf = (list: string) =>
  within(screen.getByRole("list", { name: list }))
    .getAllByRole("listitem")
    .map((row) => row.textContent);

test("every pane is there, in the order of reading, first as bars", async () => {
  show();
  const headings = screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);
  expect(headings).toEqual([
    "Related tokens",
    "Related neurons",
    "Output logits",
    "Statistics",
    "How it was made",
  ]);
  expect(screen.getAllByText("Loading")).toHaveLength(8);
  await settled();
  expect(screen.queryByText("Loading")).toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("tokens have visible spaces, their numbers, and over how many occurrences a mean is", async () => {
  show();
  await settled();
  expect(rowsOf("By mean activation")).toEqual(["␣cat4.00over 1,234", "⏎␣1.00over 3", "sat–over 7"]);
  expect(pane("Related tokens").getByText(/tokens with fewer than 3 are left out/)).toBeVisible();
  expect(rowsOf("Input, positive")).toEqual(["in+2.00"]);
  expect(rowsOf("Input, negative")).toEqual(["in-−1.00"]);
  expect(pane("Related tokens").getByText("Norm gains are folded into the weights.")).toBeVisible();
  expect(rowsOf("Tokens, more likely")).toEqual(["␣yes3.00"]);
  expect(rowsOf("Tokens, less likely")).toEqual(["␣no−6.00"]);
  const logits = pane("Output logits");
  expect(logits.getByText(/^Over 49,135 tokens: mean −0.50.*the file does not say\.$/)).toBeVisible();
  expect(logits.getByRole("img", { name: /^Histogram of 503 tokens/ })).toBeVisible();
});

test("ten tokens are shown at first, and the others are asked for", async () => {
  const tokens = Array.from({ length: 12 }, (_, place) => `t${place}`);
  const many = { tokens, average_activations: tokens.map((_, place) => 20 - place) };
  show({ ...full, [file("related-tokens/activation-based")]: many });
  const all = await screen.findByRole("button", { name: "Show all 12 of By mean activation" });
  expect(rowsOf("By mean activation")).toHaveLength(10);
  await userEvent.click(all);
  expect(rowsOf("By mean activation")).toHaveLength(12);
  await userEvent.click(screen.getByRole("button", { name: "Show fewer of By mean activation" }));
  expect(rowsOf("By mean activation")).toHaveLength(10);
});

test("what waits is a title with a button: the up projection, and outputs where logits are shown", async () => {
  show();
  await settled();
  expect(screen.queryByText("up+")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Show all 1 of Input, up projection" }));
  expect(rowsOf("Input, up projection, negative")).toEqual(["up-−1.00"]);
  await userEvent.click(screen.getByRole("button", { name: "Show all 1 of Output" }));
  expect(rowsOf("Output, positive")).toEqual(["out+0.50"]);
  expect(screen.getByText("none")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Show all 1 of Downstream, up projections" }));
  expect(rowsOf("Downstream, up projections, positive")).toEqual(["Neuron 5:10.10"]);
});

test("related units are links with their numbers, and the first layer says why nothing is upstream", async () => {
  show();
  await settled();
  expect(pane("Related neurons").getByText("None: this is the dataset's first layer.")).toBeVisible();
  expect(rowsOf("Downstream, positive")).toEqual([
    "Neuron 5:400.75score 0.52 · words for sitting",
    "Neuron 5:9000.50max 7.50",
  ]);
  const down = within(screen.getByRole("list", { name: "Downstream, negative" }));
  expect(down.getByRole("link", { name: "Neuron 5:131" })).toHaveAttribute("href", "#/to/5/131");
  expect(rowsOf("Active together")).toEqual(["Neuron 5:400.40", "Neuron 5:900–"]);
  expect(screen.getByText(/over 100 texts$/)).toBeVisible();
  expect(rowsOf("Firing together")).toEqual(["Neuron 2:7>99.9%"]);
  expect(rowsOf("Decoder direction")).toEqual(["Neuron 5:9000.90"]);
});

test("units are called what the dataset's source calls them", async () => {
  show(full, ALL, "Feature");
  await settled();
  expect(
    pane("Related features").getByText("features of later layers, by its weight into their gates"),
  ).toBeVisible();
  expect(pane("Related features").getByRole("link", { name: "Feature 5:131" })).toBeVisible();
});

test("what a dataset does not offer is not asked for and is a sentence", async () => {
  const fetching = show(full, ["collated-activations"]);
  await settled();
  expect(pane("Related tokens").getByText("This dataset holds no related tokens.")).toBeVisible();
  expect(pane("Related neurons").getByText("This dataset holds no related neurons.")).toBeVisible();
  expect(pane("Output logits").getByText("This dataset holds no output logits.")).toBeVisible();
  expect(pane("Statistics").getByText("Kurtosis")).toBeVisible();
  expect(fetching.mock.calls.map(([url]) => String(url)).filter((url) => /related|logits/.test(url))).toEqual(
    [],
  );
});

test("of a part that is not offered the other parts of its pane say nothing", async () => {
  show(full, ["related-tokens/weight-based"]);
  expect(await screen.findByRole("button", { name: "Show all 1 of Input, up projection" })).toBeVisible();
  expect(rowsOf("Output, positive")).toEqual(["out+0.50"]); // at once: there is no pane of logits
  expect(pane("Related tokens").queryByText(/holds no/)).toBeNull();
});

const SENTENCES: Record<Part, string> = {
  "related-tokens/activation-based": "This dataset holds no tokens by mean activation of this neuron.",
  "related-tokens/weight-based": "This dataset holds no tokens by weight of this neuron.",
  "related-neurons/weight-based": "This dataset holds no neurons related by weight to this one.",
  "related-neurons/activation-based": "This dataset holds no neurons that are active together with this one.",
  "related-neurons/decoder-based": "This dataset holds no neurons with a decoder direction near this one's.",
  logits: "This dataset holds no output logits of this neuron.",
};

test.each(ALL)("a file of %s that is missing is a sentence; the others are there", async (part) => {
  const { [file(part)]: _gone, ...rest } = full;
  show(rest);
  await settled();
  expect(screen.getByText(SENTENCES[part])).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(screen.getAllByText(/^This dataset holds no/)).toHaveLength(1);
});

test.each(ALL)("an error of %s is told with Retry, which brings it; the others are there", async (part) => {
  const problem = { title: "Broken", status: 500, detail: "this zip is damaged" };
  const files = { ...full, [file(part)]: Response.json(problem, { status: 500 }) as unknown };
  show(files);
  await settled();
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
    "this zip is damagedRetry",
  ]);
  files[file(part)] = PARTS[part];
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  await settled();
  expect(screen.queryByRole("alert")).toBeNull();
});

const pair = weights(["a", "b"], [1]);
test.each<[Part, unknown]>([
  ["related-tokens/activation-based", { ...activationTokens, counts: [1] }],
  ["related-tokens/activation-based", { tokens: ["a"] }],
  ["related-tokens/weight-based", { ...weightTokens, output_negative: pair }],
  ["related-tokens/weight-based", { ...weightTokens, input_positive: null }],
  ["related-tokens/weight-based", { ...weightTokens, up_positive: pair }],
  ["related-neurons/weight-based", { ...weightUnits, c_fc: { top_positive_neurons: "5_1" } }],
  [
    "related-neurons/weight-based",
    { ...weightUnits, c_proj: { ...weightUnits.c_proj, top_negative_units: [] } },
  ],
  ["related-neurons/activation-based", { neighbours: 7 }],
  ["related-neurons/decoder-based", {}],
  ["logits", { ...logitTable, bottom: pair }],
  ["logits", {}],
])("lists of %s that do not fit each other are told in their place", async (part, broken) => {
  show({ ...full, [file(part)]: broken });
  await settled();
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
    expect.stringContaining("The file is broken"),
  ]);
});

test.each<[Part, unknown]>([
  ["related-tokens/activation-based", { tokens: [{}], average_activations: [1] }],
  [
    "related-neurons/weight-based",
    { ...weightUnits, c_proj: { ...weightUnits.c_proj, top_positive_neurons: [{}, {}] } },
  ],
  ["related-neurons/activation-based", { neighbours: [null] }],
  ["logits", { ...logitTable, histogram: { lowest: 0, width: 1, counts: 3 } }],
])("a shape of %s that nobody knows stays in its place", async (part, broken) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  show({ ...full, [file(part)]: broken });
  await settled();
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
    expect.stringContaining("This cannot be drawn"),
  ]);
  expect(pane("Statistics").getByText("Kurtosis")).toBeVisible();
});

test("a name that is no unit's is text, and empty lists say that they are", async () => {
  const end = {
    top_positive_neurons: ["javascript:alert(1)"],
    top_positive_weights: [1e308],
    top_negative_neurons: [],
    top_negative_weights: [],
  };
  show({
    ...full,
    [file("related-tokens/activation-based")]: { tokens: [], average_activations: [], counts: [] },
    [file("related-neurons/weight-based")]: { c_fc: end, c_proj: null },
    [file("related-neurons/activation-based")]: { neighbours: [] },
  });
  await settled();
  expect(rowsOf("Upstream, positive")).toEqual(["javascript:alert(1)1.0e+308"]);
  expect(pane("Related neurons").queryByRole("link", { name: /javascript/ })).toBeNull();
  expect(pane("Related tokens").getByText("The file lists none.")).toBeVisible();
  expect(screen.getByText(SENTENCES["related-neurons/activation-based"])).toBeVisible();
  expect(pane("Related neurons").getByText("None: the file names no unit after this layer.")).toBeVisible();
});
