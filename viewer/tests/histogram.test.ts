import { expect, test } from "vitest";
import { drawHistogram, evenTicks } from "../src/histogram";

test("empty ends are cut off and the tallest bar fills the height", () => {
  const drawing = drawHistogram({ lowest: -8, width: 2, counts: [0, 0, 1, 500, 9000, 40, 0, 0] });
  expect(drawing?.bars.map(({ from, to, count }) => [from, to, count])).toEqual([
    [-4, -2, 1],
    [-2, 0, 500],
    [0, 2, 9000],
    [2, 4, 40],
  ]);
  expect(Math.max(...(drawing?.bars ?? []).map(({ height }) => height))).toBe(1);
  expect(drawing?.along.map(({ value, at }) => [value, at])).toEqual([
    [-4, 0],
    [-2, 0.25],
    [0, 0.5],
    [2, 0.75],
    [4, 1],
  ]);
  expect(drawing?.tokens).toBe(9541);
});

test("nothing counted is nothing drawn", () => {
  expect(drawHistogram({ lowest: -1, width: 1, counts: [0, 0] })).toBeNull();
  expect(drawHistogram({ lowest: 0, width: 0, counts: [1] })).toBeNull();
  expect(drawHistogram({ lowest: 0, width: 1, counts: [] })).toBeNull();
});

test.each([
  [0, 1],
  [-0.17, 8.7],
  [-30, 1.2],
  [0, 0.0031],
  [-4096, 4096],
])("ticks from %d to %d are few, round, inside, and hold 0", (low, high) => {
  const ticks = evenTicks(low, high);
  expect(ticks.length).toBeGreaterThanOrEqual(3);
  expect(ticks.length).toBeLessThanOrEqual(7);
  expect(ticks).toContain(0);
  for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
});

test("numbers so large that one more is the same number end too", () => {
  expect(evenTicks(2 ** 53, 2 ** 53 + 2).length).toBeLessThanOrEqual(7);
  expect(evenTicks(1e300, 1e300)).toEqual([]);
  expect(evenTicks(Number.NEGATIVE_INFINITY, 1)).toEqual([]);
});
