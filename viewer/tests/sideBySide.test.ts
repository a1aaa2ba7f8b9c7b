import { expect, test } from "vitest";
import { scaleOf } from "../src/color";
import type { HistogramData, NeuronRecord } from "../src/nouns";
import { commonHistograms, commonScale, rebinned, statRows } from "../src/sideBySide";
import { seeded, unit } from "./samples";

const withHistogram = (histogram: HistogramData): NeuronRecord => ({
  ...unit,
  statistics: { ...(unit.statistics as NonNullable<NeuronRecord["statistics"]>), histogram },
});

const anyHistogram = (random: () => number): HistogramData => {
  const width = 2 ** Math.floor(random() * 6 - 3);
  const bins = 2 * (1 + Math.floor(random() * 8));
  const counts = Array.from({ length: bins }, () => (random() < 0.4 ? 0 : Math.floor(random() * 1000)));
  return { lowest: (-bins / 2) * width, width, counts };
};

test("wider bins have the same tokens, each in the bin that its own bin lies in", () => {
  const random = seeded(5);
  for (let round = 0; round < 200; round++) {
    const data = anyHistogram(random);
    const width = data.width * 2 ** Math.floor(random() * 4);
    const wide = rebinned(data, width);
    expect(wide.counts.reduce((a, b) => a + b, 0)).toBe(data.counts.reduce((a, b) => a + b, 0));
    for (const [bin, amount] of wide.counts.entries()) {
      const [low, high] = [wide.lowest + bin * wide.width, wide.lowest + (bin + 1) * wide.width];
      const inside = data.counts.filter((_, place) => {
        const from = data.lowest + place * data.width;
        return from >= low && from < high;
      });
      expect(amount).toBe(inside.reduce((a, b) => a + b, 0));
    }
  }
});

test("bins that do not fit into wider ones stay as they are", () => {
  const odd = { lowest: -3, width: 2, counts: [1, 2, 3] };
  expect(rebinned(odd, 4)).toBe(odd);
  expect(rebinned({ lowest: -2, width: 1, counts: [1] }, 1.5).width).toBe(1);
});

test("on the common axis a bar stands where its numbers are, and equal counts are equally high", () => {
  const random = seeded(9);
  for (let round = 0; round < 100; round++) {
    const drawing = commonHistograms([anyHistogram(random), anyHistogram(random)].map(withHistogram));
    if (!drawing) continue;
    const bars = drawing.bars.flatMap((some) => some ?? []);
    const low = Math.min(...bars.map(({ from }) => from));
    const high = Math.max(...bars.map(({ to }) => to));
    for (const bar of bars) {
      expect(low + bar.left * (high - low)).toBeCloseTo(bar.from, 9);
      expect(low + (bar.left + bar.width) * (high - low)).toBeCloseTo(bar.to, 9);
      expect(bar.height).toBeLessThanOrEqual(1);
      for (const other of bars) if (other.count === bar.count) expect(other.height).toBe(bar.height);
    }
    expect(Math.max(...bars.map(({ count }) => count))).toBe(drawing.most);
  }
});

test("a unit without a histogram has none, and without any there is no drawing", () => {
  expect(commonHistograms([unit, undefined])?.bars.map((bars) => bars !== null)).toEqual([true, false]);
  expect(commonHistograms([undefined, { ...unit, statistics: null }])).toBeNull();
});

test("every unit has a value in every row, a dash where it is not known, and never a 0 in its place", () => {
  const rows = statRows([unit, undefined, { ...unit, statistics: null, kurtosis: null }]);
  for (const { values, notes } of rows) {
    expect([values.length, notes.length]).toEqual([3, 3]);
    expect(values[1]).toBe("–");
  }
  const row = (name: string) => rows.find((one) => one.name === name);
  expect(row("Maximum")?.values).toEqual(["8.00", "–", "–"]);
  expect(row("Kurtosis")?.values).toEqual(["1,235", "–", "–"]);
  expect(row("Dead")?.values).toEqual(["no", "–", "–"]);
});

test("what a number is of is said once where it is the same for all, else at each", () => {
  const other = { ...unit, statistics: { ...unit.statistics, tokens: 9 } } as NeuronRecord;
  const density = (records: NeuronRecord[]) => statRows(records).find(({ name }) => name === "Density");
  expect(density([unit, unit])).toMatchObject({
    note: "tokens above 10% of the maximum, of 6,400",
    notes: ["", ""],
  });
  expect(density([unit, other])).toMatchObject({
    note: "",
    notes: ["tokens above 10% of the maximum, of 6,400", "tokens above 10% of the maximum, of 9"],
  });
});

test("one scale is the largest of all, so that no unit's colours end before its numbers do", () => {
  const strong = { ...unit, statistics: { ...unit.statistics, max: 3, min: -90 } } as NeuronRecord;
  expect(commonScale([unit, strong, undefined])).toEqual({ limit: 90, end: "all" });
  expect(commonScale([unit]).limit).toBe(scaleOf(unit).limit);
  expect(commonScale([undefined]).limit).toBe(0);
});
