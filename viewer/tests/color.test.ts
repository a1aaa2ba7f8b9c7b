import { expect, test } from "vitest";
import { allRecords, level, levelClass, scaleOf, showsNegative } from "../src/color";
import { short } from "../src/tokens";
import same from "./colours.json";
import { text, unit, warm } from "./samples";

test("zero, null and an all-zero scale have no colour", () => {
  expect([
    level(0, 8),
    level(null, 8),
    level(3, 0),
    level(0, 0),
    level(Number.NaN, 8),
    level(3, Number.NaN),
  ]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("the maximum has the last step, a negative one of the same size the last blue step", () => {
  expect([level(8, 8), level(-8, 8)]).toEqual([10, -10]);
});

test("below 2% of the scale there is no colour, from there on the first step", () => {
  expect([level(0.0199, 1), level(0.02, 1), level(-0.0199, 1), level(-0.05, 1)]).toEqual([0, 1, 0, -1]);
});

test("each tenth of the scale is a step, whatever rounding does to the share", () => {
  expect([0.1, 0.2, 0.3, 0.6, 0.7].map((share) => level(share * 3, 3))).toEqual([1, 2, 3, 6, 7]);
  expect(level(0.11, 1)).toBe(2);
});

test("more than the scale's limit is its last step", () => {
  expect([level(80, 8), level(-80, 8)]).toEqual([10, -10]);
});

test("classes are l1 to l10 and n1 to n10, and none for no colour", () => {
  expect([levelClass(0), levelClass(1), levelClass(10), levelClass(-3)]).toEqual([
    undefined,
    "l1",
    "l10",
    "n3",
  ]);
});

test("a unit's scale is its maximum over the whole text, or the size of a larger minimum", () => {
  expect(scaleOf(unit)).toEqual({ limit: 8, end: "maximum" });
  if (!unit.statistics) throw new Error("no statistics");
  expect(scaleOf({ ...unit, statistics: { ...unit.statistics, min: -20 } })).toEqual({
    limit: 20,
    end: "minimum",
  });
});

test("without statistics the scale comes from the records, and ignored positions do not count", () => {
  expect(scaleOf({ ...unit, statistics: null })).toEqual({ limit: 8, end: "maximum" });
  expect(warm.activations[0]).toBe(9);
});

test("a unit without records, and one that is zero everywhere, have a scale of 0", () => {
  const bare = { neuron_id: unit.neuron_id };
  expect(scaleOf(bare).limit).toBe(0);
  expect(scaleOf({ ...bare, random_sample: [text(["a"], [0])] }).limit).toBe(0);
  expect(allRecords(bare)).toEqual([]);
});

test("blue stands in the legend only where a token is drawn in blue", () => {
  expect(showsNegative(unit, scaleOf(unit))).toBe(true);
  expect(showsNegative({ ...unit, most_negative_activation_records: null }, scaleOf(unit))).toBe(false);
});

test("colours and captions are those of the Python dashboards, which read the same table", () => {
  for (const [value, limit, step, name] of same.levels) {
    expect([value, limit, level(value as number | null, limit as number)]).toEqual([value, limit, step]);
    expect(levelClass(step as number)).toBe(name ?? undefined);
  }
  for (const [value, said] of same.short)
    expect([value, short(value as number | null)]).toEqual([value, said]);
});
