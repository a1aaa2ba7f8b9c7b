import { expect, test } from "vitest";
import { listedUnits, rankedUnits } from "../src/table";
import { unitName } from "../src/words";
import { table } from "./samples";

test("units come by kurtosis, those without one last", () => {
  expect(rankedUnits(table).map(({ unit, peakToken, max }) => [unit, peakToken, max])).toEqual([
    [8, " eight", 2],
    [7, " seven", 1],
    [9, null, null],
  ]);
});

test("columns that are absent read as unknown", () => {
  expect(rankedUnits({ layer: 0, unit: [3, 1] }).map(({ unit, max }) => [unit, max])).toEqual([
    [1, null],
    [3, null],
  ]);
});

test("without a table the units come by number", () => {
  expect(listedUnits({ index: 5, units: 2, unit_ids: [40, 131] }).map(({ unit }) => unit)).toEqual([40, 131]);
  expect(listedUnits({ index: 5, units: 2 }).map(({ unit }) => unit)).toEqual([0, 1]);
});

test("the kind of the source names what is looked at", () => {
  expect(["mlp", "sae", "attn", "resid", null].map(unitName)).toEqual([
    "Neuron",
    "Feature",
    "Head",
    "Direction",
    "Direction",
  ]);
});

test("where nothing is known of the units' numbers, those with words come first", () => {
  const rows = rankedUnits({ layer: 0, unit: [1, 2, 3], explanation: [null, "commas", null] });
  expect(rows.map(({ unit }) => unit)).toEqual([2, 1, 3]);
});
