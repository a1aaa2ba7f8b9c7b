/**
 * Columns of numbers in; the order of their rows, which of them are wanted, and how these spread out. A row is known by
 * its place; NaN is not known. Pure, and quick at a million rows: typed arrays, no comparisons.
 */
import type { UnitAddress } from "./nouns";

const DIGITS = 2048; // of 11 bits: their counters stay in the processor's nearest cache
const SHIFTS = [0, 11, 22] as const; // of the three digits of 32 bits; the last has 10
const LAST = 0xffffffff;

const KEPT = new WeakMap<Float64Array, Partial<Record<"up" | "down", Uint32Array>>>();

/** The same order as `orderOf`, worked out once as long as somebody holds the column. */
export function keptOrder(values: Float64Array, descending: boolean): Uint32Array {
  const kept = KEPT.get(values) ?? {};
  KEPT.set(values, kept);
  const order = kept[descending ? "down" : "up"] ?? orderOf(values, descending);
  kept[descending ? "down" : "up"] = order;
  return order;
}

/** Places by their numbers; equal numbers by place, those that are not known last whatever the direction. */
export function orderOf(values: Float64Array, descending: boolean): Uint32Array {
  const words = keysOf(values, descending);
  let order = new Uint32Array(values.length);
  for (let place = 0; place < order.length; place++) order[place] = place;
  let next = new Uint32Array(values.length);
  for (const word of [0, 1] as const)
    for (const shift of SHIFTS) {
      const starts = startsOf(words, word, shift);
      if (starts === null) continue;
      for (let at = 0; at < order.length; at++) {
        const place = order[at] as number;
        const digit = ((words[2 * place + word] as number) >>> shift) & (DIGITS - 1);
        const to = starts[digit] as number;
        next[to] = place;
        starts[digit] = to + 1;
      }
      [order, next] = [next, order];
    }
  return order;
}

/**
 * Whole numbers of 64 bits that order as the values do, each as its lower word and its higher one (every machine with a
 * browser stores a number so). Zero and minus zero are equal.
 */
function keysOf(values: Float64Array, descending: boolean): Uint32Array {
  const words = new Uint32Array(2 * values.length);
  const numbers = new Float64Array(words.buffer);
  const turned = descending ? LAST : 0;
  for (let place = 0; place < values.length; place++) {
    const value = (values[place] as number) + 0;
    const low = 2 * place;
    const high = low + 1;
    if (Number.isNaN(value)) {
      words[low] = LAST;
      words[high] = LAST;
      continue;
    }
    numbers[place] = value;
    const below = value < 0 ? LAST : 0;
    words[low] = (words[low] as number) ^ below ^ turned;
    words[high] = (words[high] as number) ^ (below || 0x80000000) ^ turned;
  }
  return words;
}

/** Where the rows of each digit begin; null where all rows have the same one. */
function startsOf(words: Uint32Array, word: 0 | 1, shift: number): Uint32Array | null {
  const starts = new Uint32Array(DIGITS);
  for (let at = word; at < words.length; at += 2) {
    const digit = ((words[at] as number) >>> shift) & (DIGITS - 1);
    starts[digit] = (starts[digit] as number) + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const here = starts[digit] as number;
    if (2 * here === words.length) return null;
    starts[digit] = sum;
    sum += here;
  }
  return starts;
}

/** Numbers from `low` to `high`, both included; what is not known is not among them. */
export type Bound = { values: Float64Array; low: number; high: number };

/** 1 for each row that is within all bounds, else 0. */
export function within(size: number, bounds: readonly Bound[]): Uint8Array {
  const mask = new Uint8Array(size).fill(1);
  for (const { values, low, high } of bounds)
    for (let place = 0; place < size; place++) {
      const value = values[place] as number;
      if (!(value >= low && value <= high)) mask[place] = 0;
    }
  return mask;
}

/** The rows of both masks. */
export function both(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((wanted, place) => wanted & (other[place] as number));
}

/** 1 for each row whose number is one of these; all of them where there are none. */
export function among(values: Float64Array, wanted: readonly number[]): Uint8Array {
  const mask = new Uint8Array(values.length);
  if (wanted.length === 0) return mask.fill(1);
  const known = new Set(wanted);
  for (let place = 0; place < values.length; place++) if (known.has(values[place] as number)) mask[place] = 1;
  return mask;
}

export function countOf(mask: Uint8Array): number {
  let sum = 0;
  for (let place = 0; place < mask.length; place++) sum += mask[place] as number;
  return sum;
}

/** The wanted rows, in order. */
export function picked(order: Uint32Array, mask: Uint8Array): Uint32Array {
  const rows = new Uint32Array(countOf(mask));
  let next = 0;
  for (let at = 0; at < order.length; at++) {
    const place = order[at] as number;
    if (mask[place] === 1) rows[next++] = place;
  }
  return rows;
}

export type Spread = { known: number; quarter: number; median: number; threeQuarters: number };

/** Where the wanted rows' numbers lie, from their ascending order; null where none is known. */
export function spreadOf(values: Float64Array, ascending: Uint32Array, mask: Uint8Array): Spread | null {
  const rows = picked(ascending, mask);
  let known = rows.length;
  while (known > 0 && Number.isNaN(values[rows[known - 1] as number])) known--;
  if (known === 0) return null;
  const at = (share: number) => values[rows[Math.floor(share * (known - 1))] as number] as number;
  return { known, quarter: at(0.25), median: at(0.5), threeQuarters: at(0.75) };
}

/** Which units these rows are; `rows` are places, as `layers` and `units` count them. */
export const addressesOf = (
  rows: Uint32Array,
  { layers, units }: { layers: Float64Array; units: Float64Array },
): UnitAddress[] =>
  Array.from(rows, (place) => ({ layer: layers[place] as number, unit: units[place] as number }));
