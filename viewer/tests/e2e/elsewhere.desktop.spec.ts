/** A site over a dataset that stays on another host, with a file for each unit as the published ones have them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test as base, expect, title } from "./fixtures";
import { withHost } from "./host";
import { finished, withFolder } from "./processes";

const TOKENS = ["It", " says", " “NaN”", " and", " Infinity", "."];
const FILES = {
  "dataset.json": {
    name: "old",
    title: "An older dataset",
    model: { name: "some model" },
    source: { kind: "mlp" },
    layers: [{ index: 2, units: 10 }],
    artefacts: ["collated-activations", "explanations"],
    schema_version: 1,
    notes: ["These numbers are approximate."],
  },
  "collated-activations/2/7.json": {
    dataclass_name: "NeuronRecord",
    neuron_id: { dataclass_name: "NeuronId", layer_index: 2, neuron_index: 7 },
    mean: "NaN!",
    kurtosis: "NaN!",
    most_positive_activation_records: [
      { dataclass_name: "ActivationRecord", tokens: TOKENS, activations: [0, 0, 3.5, 0, 1, 0] },
    ],
  },
  "explanations/2/7.jsonl": {
    dataclass_name: "NeuronSimulationResults",
    neuron_id: { dataclass_name: "NeuronId", layer_index: 2, neuron_index: 7 },
    scored_explanations: [
      { dataclass_name: "ScoredExplanation", explanation: " numbers that are none", scored_simulation: null },
    ],
  },
};

/** The same with the names of a later release. */
const LATER = {
  "collated-activations/2/9.json": {
    ...FILES["collated-activations/2/7.json"],
    neuron_id: { dataclass_name: "NeuronId", layer: "2", idx: 9 },
  },
  "explanations/2/9.jsonl": {
    dataclass_name: "NeuronSimulationResults",
    neuron_id: { dataclass_name: "NeuronId", layer: "2", idx: 9 },
    scored_explanation_or_baseline_list: [
      { explanation_or_baseline: "words of a later release", scored_simulation: null },
    ],
  },
};

const test = base.extend<object, { elsewhere: { site: string; data: string } }>({
  elsewhere: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        for (const [path, body] of Object.entries({ ...FILES, ...LATER })) {
          const file = join(folder, "data", path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, `${JSON.stringify(body).replaceAll('"NaN!"', "NaN")}\n`);
        }
        await withHost(
          join(folder, "data"),
          { below: "/data/", ranges: true, shared: true },
          async (data) => {
            const out = join(folder, "site");
            const suggest = "https://host.example/new?unit={layer}:{unit}";
            const given = ["--data-root", `old=${data}`, "--out", out, "--suggest-url", suggest];
            await finished("neuronscope", ["export", "site", ...given]);
            await withHost(out, { below: "/", ranges: true }, (site) => use({ site, data }));
          },
        );
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  others: async ({ elsewhere }, use) => use(Object.values(elsewhere)),
});

test("a unit's file is read where it lies, with NaN in it, and what to know stands beside", async ({
  page,
  elsewhere,
}) => {
  await page.goto(elsewhere.site);
  await expect(page.getByText("An older dataset").first()).toBeVisible();
  await page.goto(`${elsewhere.site}#/d/old/2/7`);
  await expect(title(page)).toContainText("7");
  await expect(page.locator("#activations .heatmap").first()).toContainText("“NaN” and Infinity");
  await expect(page.locator("#explanation")).toContainText("numbers that are none");
  await expect(page.locator("#provenance")).toContainText("These numbers are approximate.");
  await expect(page.locator("#statistics")).not.toContainText("NaN");
  const way = page.getByRole("link", { name: "Suggest a better explanation" });
  await expect(way).toHaveAttribute("href", "https://host.example/new?unit=2:7");
  await expect(way).toHaveAttribute("target", "_blank"); // who writes keeps the texts to look at
  await expect(way).toHaveAttribute("rel", /noopener/);
  await expect(way).toHaveCSS("font-size", "13px"); // as its neighbours
  await page.goto(`${elsewhere.site}#/d/old/2/9`);
  await expect(page.locator("#explanation")).toContainText("words of a later release");
  await page.goto(`${elsewhere.site}#/d/old/2/8`);
  await expect(page.locator("main")).toContainText(/no record|not there|no such/i);
});

test("commands name the place where the dataset lies", async ({ page, elsewhere }) => {
  await page.goto(`${elsewhere.site}#/d/old/reports`);
  const root = elsewhere.data.replace(/\/$/, "");
  await expect(page.locator("#scores code")).toHaveText(`neuronscope report ${root} --html report.html`);
});
