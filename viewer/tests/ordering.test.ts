/** Orders and filters against the plainest way to have them, over columns that are hard to sort; and how long they take. */
import { expect, test } from "vitest";
import {
  addressesOf,
  among,
  both,
  countOf,
  keptOrder,
  orderOf,
  picked,
  spreadOf,
  within,
} from "../src/ordering";
import { seeded } from "./samples";

const SLACK = 5; // other tests run beside this one
const SEED = Math.floor(Math.random() * 1e6);
const random = seeded(SEED);

const HARD = [0, -0, 1, -1, 5e-324, -5e-324, 1e308, -1e308, Infinity, -Infinity, NaN, 1 / 3, 2 ** 53];
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Few different numbers, many ties; or numbers of all sizes. */
const column = (size: number): Float64Array => {
  const few = random() < 0.5;
  return Float64Array.from({ length: size }, () =>
    few || random() < 0.2 ? pick(HARD) : (random() - 0.5) * 10 ** Math.floor(40 * random() - 20),
  );
};

/** Those without a number last; the sort is stable. */
function plainOrder(values: Float64Array, descending: boolean): number[] {
  const places = [...values.keys()];
  const [known, unknown] = [false, true].map((not) =>
    places.filter((at) => Number.isNaN(values[at]) === not),
  );
  const sign = descending ? -1 : 1;
  const compare = (one: number, other: number) => (one === other ? 0 : one < other ? -sign : sign);
  return [...(known ?? []).sort((a, b) => compare(values[a] ?? 0, values[b] ?? 0)), ...(unknown ?? [])];
}

test(`seed ${SEED} › the order is that of a plain stable sort, unknown numbers last either way`, () => {
  for (const size of [0, 1, 2, 17, 400, 3000])
    for (const descending of [false, true]) {
      const values = column(size);
      expect([...orderOf(values, descending)], `${size}`).toEqual(plainOrder(values, descending));
    }
});

test("an order is worked out once for each column and direction", () => {
  const values = column(100);
  expect(keptOrder(values, true)).toBe(keptOrder(values, true));
  expect([...keptOrder(values, false)]).toEqual(plainOrder(values, false));
});

test(`seed ${SEED} › filters are those of a plain comparison; what is not known meets none`, () => {
  for (let round = 0; round < 20; round++) {
    const [one, other] = [column(300), column(300)];
    const [low, high] = [pick(HARD), pick(HARD)];
    const mask = within(300, [
      { values: one, low, high: Infinity },
      { values: other, low: -Infinity, high },
    ]);
    const plain = [...one].map((value, at) => Number(value >= low && (other[at] as number) <= high));
    expect([...mask]).toEqual(plain);
    expect(countOf(mask)).toBe(plain.filter(Boolean).length);
  }
});

test("layers are any of those that are wanted, or all where none is", () => {
  const layers = Float64Array.of(0, 0, 1, 3, 7);
  expect([...among(layers, [])]).toEqual([1, 1, 1, 1, 1]);
  expect([...among(layers, [7, 0, 5])]).toEqual([1, 1, 0, 0, 1]);
  expect([...both(among(layers, [0]), Uint8Array.of(1, 0, 1, 1, 1))]).toEqual([1, 0, 0, 0, 0]);
});

test("rows of a selection keep the order and are named by layer and number", () => {
  const rows = picked(Uint32Array.of(2, 0, 1), Uint8Array.of(1, 0, 1));
  expect([...rows]).toEqual([2, 0]);
  expect(addressesOf(rows, { layers: Float64Array.of(4, 4, 5), units: Float64Array.of(1, 9, 3) })).toEqual([
    { layer: 5, unit: 3 },
    { layer: 4, unit: 1 },
  ]);
});

test("a spread is of the known numbers of the selection alone", () => {
  const values = Float64Array.of(5, NaN, 1, 3, 100, 2);
  const mask = Uint8Array.of(1, 1, 1, 1, 0, 1);
  expect(spreadOf(values, orderOf(values, false), mask)).toEqual({
    known: 4,
    quarter: 1,
    median: 2,
    threeQuarters: 3,
  });
  expect(spreadOf(Float64Array.of(NaN), Uint32Array.of(0), Uint8Array.of(1))).toBeNull();
});

test("300,000 rows are ordered, filtered and picked soon enough: 50 ms, with some slack", () => {
  const values = Float64Array.from({ length: 300_000 }, () => Math.exp(8 * random()));
  const times = Array.from({ length: 9 }, () => {
    const began = process.cpuUsage();
    const mask = within(values.length, [{ values, low: 3, high: 2000 }]);
    picked(orderOf(values, true), mask);
    return process.cpuUsage(began).user / 1000;
  });
  expect(Math.min(...times)).toBeLessThan(50 * SLACK);
});
