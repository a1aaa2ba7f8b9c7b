/** A histogram's bins in, what to draw out. Pure. */
import type { HistogramData } from "./nouns";

export type Bar = { from: number; to: number; count: number; left: number; width: number; height: number };
export type Tick = { value: number; at: number };
export type Drawing = { bars: Bar[]; along: Tick[]; up: Tick[]; tokens: number };

const MOST_TICKS = 7;

/** Bars and ticks as shares of the drawing, empty ends cut off, heights on a log scale; null when nothing counts. */
export function drawHistogram({ lowest, width, counts }: HistogramData): Drawing | null {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  if (first < 0 || !(width > 0)) return null;
  const shown = counts.slice(first, last + 1);
  const low = lowest + first * width;
  const high = lowest + (last + 1) * width;
  const tallest = Math.max(...shown);
  const height = (count: number) => Math.log1p(count) / Math.log1p(tallest);
  const bars = shown.map((count, place) => ({
    from: low + place * width,
    to: low + (place + 1) * width,
    count,
    left: place / shown.length,
    width: 1 / shown.length,
    height: height(count),
  }));
  return {
    bars: bars.filter(({ count }) => count > 0),
    along: evenTicks(low, high).map((value) => ({ value, at: (value - low) / (high - low) })),
    up: powers(tallest).map((value) => ({ value, at: height(value) })),
    tokens: shown.reduce((sum, count) => sum + count, 0),
  };
}

/** Round values between two ends, 3 to 7 of them, 0 among them where it lies between. */
export function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power;
  const first = Math.ceil(low / step);
  const ticks: number[] = [];
  // counted, since numbers so large that they have no next whole one would never come to the end
  for (let more = 0; more < MOST_TICKS && (first + more) * step <= high; more++)
    ticks.push(Number(((first + more) * step).toPrecision(12)));
  return ticks;
}

/** At most three powers of ten up to a count. */
function powers(tallest: number): number[] {
  const top = Math.floor(Math.log10(tallest));
  const stride = Math.max(1, Math.ceil(top / 2));
  const found: number[] = [];
  for (let power = top; power > 0 && found.length < 2; power -= stride) found.push(10 ** power);
  return found.reverse();
}
