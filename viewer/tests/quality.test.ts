import { expect, test } from "vitest";
import type { Manifest, Row } from "../src/nouns";
import { madeRows, qualityRows } from "../src/quality";
import { explained, manifest, unit } from "./samples";

const whole: Manifest = {
  ...manifest,
  model: { name: "tiny", architecture: "TinyForCausalLM", hash: "sha256:0123456789abcdef0123" },
  source: { kind: "mlp", hook: "mlp.down_proj", bos: "first-position-ignored" },
  corpus: {
    name: "letters",
    sequences: 100,
    sequence_length: 64,
    tokens: 6300,
    documents: 7,
    duplicates_dropped: 3,
    tail_tokens_dropped: 1200,
  },
  sampling: { top: 20, negative: 10, random: 15, per_quantile: 5, quantiles: [0, 0.5], seed: 4 },
  run: {
    dtype: "bfloat16",
    device: "cpu",
    batch_size: 16,
    versions: { neuronscope: "0.1.0", torch: "2.13" },
  },
  created: "2026-11-22T00:00:00Z",
};
const told = (rows: Row[]) =>
  Object.fromEntries(rows.map(({ name, value, note }) => [name, note ? `${value} | ${note}` : value]));

test("how the numbers came about is told from the manifest", () => {
  expect(told(madeRows(whole))).toEqual({
    Model: "tiny | TinyForCausalLM · weights sha256 0123456789ab…",
    "Hook point": "mlp.down_proj",
    Text: "letters | 100 texts of 64 tokens · from 7 documents",
    "Texts asked for": "20 top, 10 negative, 15 random, 5 a range of ranks | drawn with seed 4",
    "First position": "left out of ranking, colour and statistics",
    "Computed in": "bfloat16 on cpu | batches of 16",
    Versions: "neuronscope 0.1.0, torch 2.13",
    Made: "2026-11-22T00:00:00Z",
  });
});

test("what nobody recorded is said once and else left out", () => {
  const bare: Manifest = {
    name: "old",
    title: "Old",
    model: { name: "gpt2" },
    source: { kind: "mlp" },
    layers: [],
  };
  expect(told(madeRows(bare))).toEqual({
    Model: "gpt2",
    "First position": "nobody recorded how it was treated",
  });
  expect(qualityRows(bare, undefined, [])).toEqual([]);
});

test("what was dropped, came out short or was not parsed has its denominator", () => {
  expect(told(qualityRows(whole, unit, [explained]))).toEqual({
    "Duplicates dropped": "3 of 103 texts",
    "Left over": "1,200 tokens | at the ends of documents, too few for a text",
    Dead: "no",
    "Groups that came out short": "random, quantile 0.0-0.5",
    "Simulated positions unparsed": "1 of 7 | over 1 explanation",
  });
});

test("a unit that never fires is dead, of so many texts", () => {
  if (!unit.statistics) throw new Error("no statistics");
  const dead = { ...unit, statistics: { ...unit.statistics, dead: true, groups: [] } };
  expect(told(qualityRows(whole, dead, []))).toMatchObject({
    Dead: "yes: it fires in none of 100 texts",
    "Groups that came out short": "none",
  });
});

test("a dataset that is known on Neuronpedia says as what, and one without activations has no rule for positions", () => {
  const named = {
    ...manifest,
    neuronpedia: { model: "gpt2-small", sources: [{ layer: 6, id: "6-res-jb" }] },
  };
  expect(madeRows(named, false)).toContainEqual({
    name: "On Neuronpedia",
    value: "gpt2-small",
    note: "6-res-jb",
  });
  expect(madeRows(named, false).map(({ name }) => name)).not.toContain("First position");
  expect(madeRows(named).map(({ name }) => name)).toContain("First position");
});
