/** What a static site says of two units, by the rules by which the server does. */
import { expect, test } from "vitest";
import { type Published, pairsBetween } from "../src/between";
import type { Neighbours } from "../src/nouns";

const list = (measure: string, ...values: [number, number, number | null][]): Neighbours => ({
  neighbours: values.map(([layer, unit, value]) => ({ layer, unit, value, measure })),
});
const unit = (layer: number, number: number, known: Partial<Published> = {}): Published => ({
  at: { layer, unit: number },
  tokens: null,
  together: null,
  decoder: null,
  ...known,
});

test("a value is taken from the list of either, by its own measure", () => {
  const one = unit(1, 2, { together: list("pearson", [3, 4, 0.5]) });
  const other = unit(3, 4, { together: list("jaccard", [1, 2, 0.9]) });
  for (const units of [
    [one, other],
    [other, one],
  ])
    expect(pairsBetween(units)[0]?.coactivation).toMatchObject({ value: 0.5, reason: null });
});

test("units in neither list are at most what the lists end with, where both have one", () => {
  const one = unit(1, 2, { decoder: list("decoder cosine", [9, 9, 0.5], [8, 8, 0.25]) });
  const other = unit(3, 4, { decoder: list("decoder cosine", [9, 9, 0.4], [7, 7, null]) });
  const away = "neither is among the nearest of the other";
  expect(pairsBetween([one, other])[0]?.decoder_cosine).toEqual({ value: null, reason: away, at_most: 0.25 });
  expect(pairsBetween([one, unit(3, 4)])[0]?.decoder_cosine).toEqual({
    value: null,
    reason: away,
    at_most: null,
  });
  expect(pairsBetween([unit(1, 2), unit(3, 4)])[0]?.decoder_cosine.reason).toMatch(
    /^the dataset has no nearest units/,
  );
});

test("shared tokens are those of both, of all that either has", () => {
  const [pair] = pairsBetween([
    unit(1, 2, { tokens: ["a", "b", "c"] }),
    unit(3, 4, { tokens: ["c", "b", "d"] }),
  ]);
  expect(pair).toMatchObject({ tokens: ["b", "c"], tokens_of_either: 4, token_overlap: { value: 0.5 } });
  const [none] = pairsBetween([unit(1, 2, { tokens: [] }), unit(3, 4, { tokens: [] })]);
  expect(none?.token_overlap).toMatchObject({
    value: null,
    reason: "neither has a token that it responds to",
  });
});

test("each two of three units are compared", () => {
  const pairs = pairsBetween([unit(0, 0), unit(0, 1), unit(0, 2)]);
  expect(pairs.map(({ first, second }) => [first, second])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
});
