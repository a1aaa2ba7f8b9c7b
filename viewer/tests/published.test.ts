/** Files of later releases read as today's, by the same names as the library reads them. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { publishedObject } from "../src/packed";
import { inTodaysForm } from "../src/published";

const ROOT = `${import.meta.dirname}/../..`;

const LATER = {
  dataclass_name: "NeuronSimulationResults",
  neuron_id: { dataclass_name: "NeuronId", layer: "12", idx: 5820 },
  scored_explanation_or_baseline_list: [
    {
      dataclass_name: "ScoredExplanationOrBaseline",
      explanation_or_baseline: "switches",
      scored_simulation: {
        ev_correlation_score: 0.5,
        scored_sequence_simulations: [
          {
            sequence_simulation: { tokens: ["-", "v"], unit: "neuron_activations" },
            true_activations: [0, 1],
          },
        ],
      },
    },
    { explanation_or_baseline: "nothing", scored_simulation: null },
  ],
};

test("explanations of later releases have today's names, at every depth", () => {
  expect(inTodaysForm(LATER, "explanations")).toEqual({
    dataclass_name: "NeuronSimulationResults",
    neuron_id: { dataclass_name: "NeuronId", layer_index: 12, neuron_index: 5820 },
    scored_explanations: [
      {
        dataclass_name: "ScoredExplanationOrBaseline",
        explanation: "switches",
        scored_simulation: {
          ev_correlation_score: 0.5,
          scored_sequence_simulations: [
            {
              simulation: { tokens: ["-", "v"], activation_scale: "neuron_activations" },
              true_activations: [0, 1],
            },
          ],
        },
      },
      { explanation: "nothing", scored_simulation: null },
    ],
  });
});

test("a record's unit is renamed, and what stands elsewhere under the same names is left alone", () => {
  const record = { neuron_id: { layer: 3, idx: "7" }, layer: "a word", idx: 1 };
  expect(inTodaysForm(record, "collated-activations")).toEqual({
    neuron_id: { layer_index: 3, neuron_index: 7 },
    layer: "a word",
    idx: 1,
  });
  expect(inTodaysForm(record, "logits")).toBe(record);
});

test("of two names today's counts, and today's files stay as they are", () => {
  const both = { neuron_id: { layer: 1, layer_index: 2, neuron_index: 3 } };
  expect(inTodaysForm(both, "explanations")).toEqual({ neuron_id: { layer_index: 2, neuron_index: 3 } });
  const today = inTodaysForm(LATER, "explanations");
  expect(inTodaysForm(today, "explanations")).toEqual(today);
});

test("every name that the library knows is known here", () => {
  const [, table = ""] =
    readFileSync(`${ROOT}/explainer/neuronscope/codec.py`, "utf8").match(
      /_RENAMED[^=]*= \{\n([\s\S]*?)\n\}/,
    ) ?? [];
  const names = [...table.matchAll(/"(\w+)": "(\w+)"/g)].map(([, later, today]) => [later, today]);
  expect(names.length).toBeGreaterThanOrEqual(6);
  const source = readFileSync(`${ROOT}/viewer/src/published.ts`, "utf8");
  for (const [later, today] of names) expect(source).toContain(`${later}: "${today}"`);
});

afterEach(() => vi.unstubAllGlobals());

test("a published file is read with NaN and later names in it", async () => {
  const text = JSON.stringify(LATER).replace("0.5", "NaN");
  vi.stubGlobal("fetch", async () => new Response(text));
  const found = await publishedObject<{ scored_explanations: { scored_simulation: object | null }[] }>(
    "https://data.example/explanations/12/5820.jsonl",
    "explanations",
    new AbortController().signal,
  );
  expect(found.scored_explanations[0]?.scored_simulation).toMatchObject({ ev_correlation_score: null });
});
