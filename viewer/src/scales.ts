/** Numbers along an axis: its ends in, places and ticks out. A window is in the axis' own measure: powers of ten where it is log. Pure. */

import type { Tick } from "./histogram";
import { evenTicks } from "./histogram";

export type Window = { low: number; high: number };

const MARGIN = 0.04; // of the axis, so that no point stands on its end
const FEW_POWERS = 1.5; // with fewer of them on the axis, 2 and 5 have ticks too

/** Where a number lies on the axis; NaN where it has no place there. */
export const placed = (value: number, log: boolean): number =>
  log ? (value > 0 ? Math.log10(value) : Number.NaN) : value;

/** The number at a place of the axis. */
export const valueAt = (at: number, log: boolean): number => (log ? 10 ** at : at);

const KEPT = new WeakMap<Float64Array, Float64Array>();

/** A column along an axis; worked out once as long as somebody holds the column. */
export function placedAll(values: Float64Array, log: boolean): Float64Array {
  if (!log) return values;
  const places = KEPT.get(values) ?? values.map((value) => placed(value, true));
  KEPT.set(values, places);
  return places;
}

/** All of a column with a margin; null where none of it has a place. */
export function windowOf(places: Float64Array): Window | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < places.length; at++) {
    const place = places[at] as number;
    if (place < low && Number.isFinite(place)) low = place;
    if (place > high && Number.isFinite(place)) high = place;
  }
  if (low > high) return null;
  const margin = low === high ? 0.5 : MARGIN * (high - low);
  return { low: low - margin, high: high + margin };
}

/** Grown or shrunk around a place that stays where it is; `factor` 0.5 shows half as much. */
export const zoomed = ({ low, high }: Window, around: number, factor: number): Window => ({
  low: around + (low - around) * factor,
  high: around + (high - around) * factor,
});

export const moved = ({ low, high }: Window, share: number): Window => ({
  low: low + share * (high - low),
  high: high + share * (high - low),
});

/** Round numbers along the axis, and where: as a share of it. */
export function ticksOf({ low, high }: Window, log: boolean): Tick[] {
  const share = (at: number) => (at - low) / (high - low);
  if (!(high > low)) return [];
  const values =
    log && high - low > 0.5 ? powerTicks(low, high) : evenTicks(valueAt(low, log), valueAt(high, log));
  return values
    .map((value) => ({ value, at: share(placed(value, log)) }))
    .filter(({ at }) => at >= 0 && at <= 1);
}

function powerTicks(low: number, high: number): number[] {
  const first = Math.floor(low);
  const powers = Math.ceil(high) - first;
  const stride = Math.max(1, Math.ceil(powers / 6));
  const parts = high - low < FEW_POWERS ? [1, 2, 5] : [1];
  return Array.from({ length: powers + 1 }, (_, more) => more)
    .filter((more) => more % stride === 0)
    .flatMap((more) => parts.map((part) => tidy(part * 10 ** (first + more))));
}

/** Without what binary fractions add to it. */
export const tidy = (value: number): number => Number(value.toPrecision(12));

/** A number near `value` with no more digits than tell it from `next`, a pixel on; on the outer side where asked. */
export function rounded(value: number, next: number, way: "down" | "up"): number {
  const step = 10 ** Math.floor(Math.log10(Math.abs(next - value)));
  if (!Number.isFinite(step) || step === 0) return value;
  const steps = value / step;
  return tidy((way === "down" ? Math.floor(steps) : Math.ceil(steps)) * step);
}
