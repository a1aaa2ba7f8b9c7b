import { expect, test } from "vitest";
import { factsOf } from "../src/provenance";
import { explained } from "./samples";

test("everything that is known is listed, in the file's order", () => {
  expect(explained.provenance && factsOf(explained.provenance)).toEqual([
    { name: "explainer", value: "pairs" },
    { name: "model", value: "tiny_explainer" },
    { name: "simulator", value: "all-at-once" },
    { name: "simulator model", value: "tiny-simulator" },
    { name: "calibration", value: "linear" },
    { name: "split", value: "test" },
    { name: "shuffled from", value: "layer index: 2 · neuron index: 0" },
    { name: "failures", value: "unparsed: 3 · timeout: 1" },
    { name: "notes", value: "1 record left out of the prompt, 2 texts too few" },
    { name: "options", value: "temperature: 0 · explainers: pairs, tokens · shuffled: false" },
    { name: "prompts", value: "explain: 0123456789abcdef" },
    { name: "created", value: "2026-01-02T03:04:05+00:00" },
  ]);
});

test("what a file says of its own classes is no fact", () => {
  expect(factsOf({ shuffled_from: { dataclass_name: "NeuronId", layer_index: 2 } })).toEqual([
    { name: "shuffled from", value: "layer index: 2" },
  ]);
});

test("what is not known or empty is not listed; a zero and a no are", () => {
  expect(factsOf({ model: null, notes: [], failures: {}, run: "", seed: 0, shuffled: false })).toEqual([
    { name: "seed", value: "0" },
    { name: "shuffled", value: "false" },
  ]);
});
