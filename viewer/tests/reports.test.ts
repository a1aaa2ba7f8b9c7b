/** Runs and scores in words: every number with what it is of, and nothing undefined shown as 0. */
import { expect, test } from "vitest";
import type { LayerScores, RunReport } from "../src/nouns";
import {
  dollars,
  duration,
  explainerSentence,
  failureRows,
  layerBars,
  layerSentence,
  moment,
  runRows,
  tallestOf,
} from "../src/reports";

const RUN: RunReport = {
  run: "r", created: "2026-11-22T01:02:03+00:00", version: "0.1.0", seconds: 1196.9, options: {}, units: 7, explained: 5,
  scored: 10, requests: 157, retries: 1, cached: 2, prompt_tokens: 409010, completion_tokens: 224, uncounted: 3, cost: null,
  failures: { empty: 4, timeout: 1 }, reasons: { empty: { "no text": 4 } },
  failed_units: [
    { layer: 1, unit: 2, explainer: "pairs", kind: "empty", reason: "no text" },
    { layer: 1, unit: 2, explainer: "pairs", kind: "empty", reason: "no text" },
    { layer: 1, unit: 3, explainer: "pairs", kind: "no-material", reason: "no records" },
  ],
}; // biome-ignore format: a table

test("a run's numbers stand with their denominators", () => {
  const rows = Object.fromEntries(runRows(RUN).map(({ name, value, note }) => [name, `${value} ${note}`]));
  expect(rows["Explained"]).toBe("5 of 7 units that it was asked for");
  expect(rows["Failed"]).toBe("2 of 7 units lack an explanation");
  expect(rows["Tokens"]).toBe("409,234 409,010 read, 224 written; 3 answers did not say");
  expect(rows["Requests"]).toBe("157 and 1 retry; 2 more were answered from the cache");
  expect(rows["Cost"]).toBe("not known no prices were given");
});

test("failures are counted by kind and reason, the most frequent first", () => {
  expect(failureRows(RUN)).toEqual([
    { kind: "empty", reason: "no text", amount: "4 answers" },
    { kind: "pairs: empty", reason: "no text", amount: "2 explanations" },
    { kind: "timeout", reason: "no reason is kept", amount: "1 answer" },
    { kind: "pairs: no-material", reason: "no records", amount: "1 explanation" },
  ]);
});

test("durations, money and moments are short", () => {
  expect([0.2, 42.3, 119, 1196.9, 7384].map(duration)).toEqual([
    "0.2 s",
    "42 s",
    "119 s",
    "20 min",
    "2 h 3 min",
  ]);
  expect([null, 0, 0.01234, 12.5].map(dollars)).toEqual(["not known", "$0.0000", "$0.0123", "$12.50"]);
  expect([RUN.created, "yesterday"].map(moment)).toEqual(["2026-11-22 01:02", "yesterday"]);
});

const LAYER: LayerScores = {
  layer: 3, units: 50, explained: 4, scored: 4, mean: 0.71, quartiles: [0.54, 0.67, 0.84],
  counts: [0, 0, 1, 3], intervals: 3, above_zero: 2,
}; // biome-ignore format: a table

test("a layer's scores say of how many units they are", () => {
  expect(layerSentence(LAYER)).toBe(
    "4 of 50 scored, median 0.67, mean 0.71, half of them from 0.54 to 0.84; 2 of 3 intervals above 0",
  );
  const none = { ...LAYER, scored: 0, mean: null, quartiles: null };
  expect(layerSentence({ ...none, explained: 0 })).toBe("none of 50 explained");
  expect(layerSentence(none)).toBe("4 of 50 explained, none scored");
  expect(layerBars(LAYER, tallestOf([LAYER]))).toEqual([
    { at: 0.5, height: 1 / 3 },
    { at: 0.75, height: 1 },
  ]);
});

test("an explainer stands beside the baselines, and one without a correlation says so", () => {
  const one = {
    label: "pairs",
    units: 8,
    scored: 7,
    mean: -0.05,
    interval: [-0.13, 0.03] as [number, number],
  };
  expect(explainerSentence({ ...one, beaten: [{ baseline: "lookup", wins: 1, pairs: 7 }] })).toBe(
    "mean correlation −0.05 over 7 units, 95% interval −0.13 to 0.03; more than token lookup in 1 of 7 (14%)",
  );
  expect(explainerSentence({ ...one, mean: null, beaten: [] })).toBe("8 units, none with a correlation");
});
