/** Points, pixels and places: scales and ticks, what is nearest, what a rectangle selects, what a histogram counts. */
import { expect, test } from "vitest";
import { orderOf, within } from "../src/ordering";
import { BINS, chosenOf, layeredOf, outline } from "../src/overview";
import {
  conditionsOf,
  counted,
  type Frame,
  linkOf,
  movedBy,
  nearest,
  opacityOf,
  placeAt,
  seenOf,
  spotOf,
  windowsByKey,
  zoomedAt,
} from "../src/plot";
import { plotWords } from "../src/plotWords";
import { placed, placedAll, rounded, ticksOf, valueAt, windowOf } from "../src/scales";
import { seeded } from "./samples";

const SEED = Math.floor(Math.random() * 1e6);
const random = seeded(SEED);
const numbers = (size: number, of: () => number) => Float64Array.from({ length: size }, of);
const skewed = () => Math.exp(10 * random() - 7);
const frame = (x: Float64Array, y: Float64Array): Frame => ({
  width: 400,
  height: 300,
  x: windowOf(x) ?? { low: 0, high: 1 },
  y: windowOf(y) ?? { low: 0, high: 1 },
});

test("a log scale has no place for zero and what is below it; a scale of one value is not empty", () => {
  expect([...placedAll(Float64Array.of(100, 0, -1, NaN), true)]).toEqual([2, NaN, NaN, NaN]);
  expect(windowOf(Float64Array.of(NaN, 2, NaN))).toEqual({ low: 1.5, high: 2.5 });
  expect(windowOf(Float64Array.of(NaN, Infinity))).toBeNull();
  const { low, high } = windowOf(Float64Array.of(0, 10)) ?? { low: 0, high: 0 };
  expect([low < 0, high > 10]).toEqual([true, true]);
});

test("ticks are round, inside, and few", () => {
  expect(ticksOf({ low: -4.1, high: -0.2 }, true).map(({ value }) => value)).toEqual([
    0.0001, 0.001, 0.01, 0.1,
  ]);
  expect(ticksOf({ low: 2, high: 3 }, true).map(({ value }) => value)).toEqual([100, 200, 500, 1000]);
  expect(ticksOf({ low: 0, high: 10 }, false).map(({ value }) => value)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticksOf({ low: 1, high: 1 }, false)).toEqual([]);
  for (let round = 0; round < 200; round++) {
    const low = 20 * random() - 10;
    const window = { low, high: low + skewed() };
    for (const log of [true, false]) {
      const ticks = ticksOf(window, log);
      expect(ticks.length, JSON.stringify(window)).toBeLessThanOrEqual(9);
      for (const { at } of ticks) expect(at >= 0 && at <= 1).toBe(true);
    }
  }
});

test(`seed ${SEED} › a number is shortened outwards by less than a pixel`, () => {
  for (let round = 0; round < 200; round++) {
    const value = (random() - 0.5) * skewed();
    const pixel = skewed() / 100;
    const [down, up] = [rounded(value, value + pixel, "down"), rounded(value, value + pixel, "up")];
    expect(down <= value + 1e-9 * Math.abs(value) && up >= value - 1e-9 * Math.abs(value)).toBe(true);
    expect(up - down).toBeLessThanOrEqual(pixel * 1.001);
  }
});

test(`seed ${SEED} › the pixel of a point shows the point's place`, () => {
  const [x, y] = [numbers(50, random), numbers(50, random)];
  const seen = frame(x, y);
  for (let row = 0; row < 50; row++) {
    const at = placeAt(seen, spotOf(seen, x[row] ?? 0, y[row] ?? 0));
    expect(at.x).toBeCloseTo(x[row] ?? 0, 9);
    expect(at.y).toBeCloseTo(y[row] ?? 0, 9);
  }
});

test(`seed ${SEED} › every point with a place is counted once, on its pixel, under its mark`, () => {
  const [x, y] = [numbers(500, () => (random() < 0.1 ? NaN : random())), numbers(500, random)];
  const marks = Uint8Array.from(x, () => Number(random() < 0.5));
  const seen = frame(x, y);
  const [others, chosen] = [counted({ x, y }, marks, 0, seen), counted({ x, y }, marks, 1, seen)];
  const sum = (pixels: Uint32Array) => pixels.reduce((all, points) => all + points, 0);
  const known = (mark: number) => marks.filter((one, row) => one === mark && !Number.isNaN(x[row])).length;
  expect([sum(others), sum(chosen)]).toEqual([known(0), known(1)]);
  const row = marks.findIndex((mark, at) => mark === 1 && !Number.isNaN(x[at]));
  const { left, top } = spotOf(seen, x[row] ?? 0, y[row] ?? 0);
  expect(chosen[Math.floor(top) * 400 + Math.floor(left)]).toBeGreaterThan(0);
});

test(`seed ${SEED} › the nearest point is that of the selection, within reach`, () => {
  const [x, y] = [numbers(300, random), numbers(300, random)];
  const marks = Uint8Array.from(x, () => Number(random() < 0.5));
  const seen = frame(x, y);
  for (let round = 0; round < 30; round++) {
    const spot = { left: 400 * random(), top: 300 * random() };
    const away = [...marks.keys()]
      .filter((row) => marks[row] === 1)
      .map((row) => {
        const at = spotOf(seen, x[row] ?? 0, y[row] ?? 0);
        return { row, far: Math.hypot(at.left - spot.left, at.top - spot.top) };
      })
      .toSorted((one, other) => one.far - other.far)[0];
    const found = nearest({ x, y }, marks, seen, spot, 12);
    expect(found).toBe(away && away.far <= 12 ? away.row : null);
  }
});

test(`seed ${SEED} › a rectangle's conditions select what is in it, whatever the scales`, () => {
  for (const [logX, logY] of [
    [true, true],
    [false, true],
    [false, false],
  ] as const) {
    const [x, y] = [numbers(400, skewed), numbers(400, skewed)];
    const points = { x: placedAll(x, logX), y: placedAll(y, logY) };
    const seen = frame(points.x, points.y);
    const [one, other] = [
      { left: 310, top: 20 },
      { left: 90, top: 190 },
    ];
    const axes = [
      { column: "density", log: logX },
      { column: "max", log: logY },
    ] as const;
    const where = conditionsOf(axes[0], axes[1], seen, one, other);
    expect(where.map(({ column, side }) => `${column} ${side}`)).toEqual([
      "density least",
      "density most",
      "max least",
      "max most",
    ]);
    const bounds = where.map(({ column, side, value }) => ({
      values: column === "density" ? x : y,
      low: side === "least" ? value : -Infinity,
      high: side === "most" ? value : Infinity,
    }));
    const mask = within(400, bounds);
    for (let row = 0; row < 400; row++) {
      const { left, top } = spotOf(seen, points.x[row] ?? 0, points.y[row] ?? 0);
      const inside = (by: number) => left >= 90 - by && left <= 310 + by && top >= 20 - by && top <= 190 + by;
      if (inside(-0.01)) expect(mask[row]).toBe(1);
      if (!inside(1.01)) expect(mask[row]).toBe(0);
    }
    expect(where.every(({ value }) => String(value).length <= 12)).toBe(true);
  }
});

test("zooming keeps what is under the pointer; what is seen comes back from its link", () => {
  const seen: Frame = { width: 200, height: 100, x: { low: -3, high: 1 }, y: { low: 0, high: 50 } };
  const spot = { left: 30, top: 80 };
  const closer = { ...seen, ...zoomedAt(seen, spot, 0.25) };
  expect(placeAt(closer, spot).x).toBeCloseTo(placeAt(seen, spot).x);
  expect(closer.x.high - closer.x.low).toBeCloseTo(1);
  expect(movedBy(seen, 0.5, -0.1)).toEqual({ x: { low: -1, high: 3 }, y: { low: -5, high: 45 } });
  expect(windowsByKey("ArrowUp", seen)?.y.low).toBe(6.25);
  expect(windowsByKey("+", seen)?.x.high).toBeLessThan(1);
  expect(windowsByKey("constructor", seen)).toBeNull();
  const [x, y] = [
    { column: "density", log: true },
    { column: "max", log: false },
  ] as const;
  const again = seenOf(linkOf(closer, x, y), x, y);
  expect(Math.abs(again.x.low - closer.x.low)).toBeLessThan(0.001);
  expect(Math.abs(again.y.high - closer.y.high)).toBeLessThan(0.05);
  expect(valueAt(placed(0.02, true), true)).toBeCloseTo(0.02);
});

test("a pixel with more points is as strong or stronger, and one with any can be seen", () => {
  const shades = [0, 1, 2, 10, 100].map((points) => opacityOf(points, 100, 0.4));
  expect(shades).toEqual(shades.toSorted((one, other) => one - other));
  expect([shades[0], shades[1], shades[4], opacityOf(1, 1, 0.4)]).toEqual([0, 0.4, 1, 1]);
});

test(`seed ${SEED} › the histograms of layers count every known unit once; medians are exact`, () => {
  const layers = Float64Array.from({ length: 600 }, (_, row) => Math.floor(row / 100) * 2);
  const values = numbers(600, () => (random() < 0.1 ? NaN : random() < 0.1 ? 0 : skewed()));
  const mask = Uint8Array.from(values, () => Number(random() < 0.4));
  const layered = layeredOf(layers, values, placedAll(values, true), orderOf(values, false));
  const chosen = chosenOf(layered, mask);
  expect(layered.strips.map(({ layer }) => layer)).toEqual([0, 2, 4, 6, 8, 10]);
  layered.strips.forEach((strip, place) => {
    const own = [...values].slice(100 * place, 100 * place + 100);
    const drawn = own.filter((value) => value > 0).toSorted((one, other) => one - other);
    expect([strip.units, strip.known]).toEqual([100, drawn.length]);
    expect(strip.median).toBe(drawn[(drawn.length - 1) >> 1]);
    expect(strip.all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    const marks = [...mask].slice(100 * place, 100 * place + 100);
    expect(chosen[place]?.selected).toBe(marks.filter(Boolean).length);
    for (const [bin, share] of chosen[place]?.shares.entries() ?? [])
      expect(share).toBeLessThanOrEqual(strip.all[bin] ?? 0);
  });
  expect(layered.widest).toBe(Math.max(...layered.strips.flatMap(({ all }) => [...all])));
});

test("a layer of which nothing is known has an empty strip", () => {
  const nothing = Float64Array.of(NaN, NaN);
  const layered = layeredOf(Float64Array.of(1, 1), nothing, nothing, Uint32Array.of(0, 1));
  expect(layered.strips[0]).toMatchObject({ units: 2, known: 0, median: null });
  expect(outline(layered.strips[0]?.all ?? nothing, layered.widest)).toBe("");
  expect(chosenOf(layered, Uint8Array.of(1, 0))[0]?.selected).toBe(1);
});

test("an outline has a bar per bin that holds something, as wide as its share of the widest", () => {
  const shares = new Float64Array(BINS);
  shares[0] = 0.25;
  shares[BINS - 1] = 0.5;
  expect(outline(shares, 0.5)).toBe("M0 24h0.5000v-1H0zM0 1h1.0000v-1H0z");
});

test("the plot in words says how many there are, where the middle half lies, and what is left out", () => {
  const x = Float64Array.of(0.01, 0.02, 0, 0.04, 0.05, 0.5);
  const y = Float64Array.of(10, 20, 30, 40, NaN, 1000);
  const along = (column: "density" | "kurtosis", values: Float64Array) => ({
    axis: { column, log: true },
    values,
    ascending: orderOf(values, false),
  });
  const points = { x: placedAll(x, true), y: placedAll(y, true) };
  const words = plotWords(
    along("density", x),
    along("kurtosis", y),
    points,
    Uint8Array.of(1, 1, 1, 1, 1, 0),
    "neuron",
  );
  expect(words).toBe(
    "Kurtosis against density: 3 neurons of the selection. Half of those with a number have density 1% to 4%, " +
      "half kurtosis 10.00 to 30.00. 2 more lack a number, or have none above zero on a log scale.",
  );
});
