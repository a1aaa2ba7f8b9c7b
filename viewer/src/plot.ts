/** Units as points: places along two axes in; pixels, the nearest point, and what a rectangle selects out. Pure. */
import type { Measure } from "./columns";
import type { Condition } from "./explore";
import { moved, placed, rounded, valueAt, type Window, zoomed } from "./scales";

/** The places of each row along the axes; NaN where it has none. */
export type Points = { x: Float64Array; y: Float64Array };

/** What is seen, and on how many pixels; y grows upwards, pixels downwards. */
export type Frame = { width: number; height: number; x: Window; y: Window };

export type Spot = { left: number; top: number };

/** Where a point is drawn. */
export const spotOf = ({ width, height, x, y }: Frame, atX: number, atY: number): Spot => ({
  left: ((atX - x.low) / (x.high - x.low)) * width,
  top: (1 - (atY - y.low) / (y.high - y.low)) * height,
});

/** The place along both axes that a spot shows. */
export const placeAt = ({ width, height, x, y }: Frame, { left, top }: Spot): { x: number; y: number } => ({
  x: x.low + (left / width) * (x.high - x.low),
  y: y.low + (1 - top / height) * (y.high - y.low),
});

/** How many points of rows with this mark fall on each pixel. */
export function counted(points: Points, marks: Uint8Array, mark: 0 | 1, frame: Frame): Uint32Array {
  const { width, height } = frame;
  const pixels = new Uint32Array(width * height);
  const acrossX = width / (frame.x.high - frame.x.low);
  const upY = height / (frame.y.high - frame.y.low);
  const { x, y } = points;
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] !== mark) continue;
    const left = ((x[row] as number) - frame.x.low) * acrossX;
    const top = (frame.y.high - (y[row] as number)) * upY;
    if (left >= 0 && left < width && top >= 0 && top < height) {
      const pixel = (top | 0) * width + (left | 0);
      pixels[pixel] = (pixels[pixel] as number) + 1;
    }
  }
  return pixels;
}

/** The row whose point is nearest to a spot and at most `reach` pixels away; of a mark where one is asked for. */
export function nearest(
  points: Points,
  marks: Uint8Array,
  frame: Frame,
  spot: Spot,
  reach: number,
): number | null {
  const at = placeAt(frame, spot);
  const acrossX = frame.width / (frame.x.high - frame.x.low);
  const upY = frame.height / (frame.y.high - frame.y.low);
  let best: number | null = null;
  let closest = reach * reach;
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] !== 1) continue;
    const across = ((points.x[row] as number) - at.x) * acrossX;
    const up = ((points.y[row] as number) - at.y) * upY;
    const distance = across * across + up * up;
    if (distance <= closest && (best === null || distance < closest)) {
      best = row;
      closest = distance;
    }
  }
  return best;
}

export type Axis = { column: Measure; log: boolean };

/** The conditions that a rectangle stands for: two of each axis, a little outside of it, in short numbers. */
export function conditionsOf(x: Axis, y: Axis, frame: Frame, one: Spot, other: Spot): Condition[] {
  const [from, to] = [placeAt(frame, one), placeAt(frame, other)];
  return [
    ...sidesOf(x, Math.min(from.x, to.x), Math.max(from.x, to.x), (frame.x.high - frame.x.low) / frame.width),
    ...sidesOf(
      y,
      Math.min(from.y, to.y),
      Math.max(from.y, to.y),
      (frame.y.high - frame.y.low) / frame.height,
    ),
  ];
}

function sidesOf({ column, log }: Axis, low: number, high: number, pixel: number): Condition[] {
  const value = (at: number) => valueAt(at, log);
  return [
    { column, side: "least", value: rounded(value(low), value(low + pixel), "down") },
    { column, side: "most", value: rounded(value(high), value(high + pixel), "up") },
  ];
}

/** The opacity of a pixel with so many points, of at most so many. */
export const opacityOf = (points: number, most: number, faintest: number): number =>
  points === 0 ? 0 : faintest + (1 - faintest) * (most > 1 ? Math.log(points) / Math.log(most) : 1);

export type Windows = { x: Window; y: Window };

/** What is seen after zooming around a spot, which stays where it is. */
export function zoomedAt(frame: Frame, around: Spot, factor: number): Windows {
  const at = placeAt(frame, around);
  return { x: zoomed(frame.x, at.x, factor), y: zoomed(frame.y, at.y, factor) };
}

/** What is seen after moving by shares of it, to the right and up. */
export const movedBy = ({ x, y }: Windows, right: number, up: number): Windows => ({
  x: moved(x, right),
  y: moved(y, up),
});

const STEPS: Record<string, [right: number, up: number]> = {
  ArrowLeft: [-0.125, 0],
  ArrowRight: [0.125, 0],
  ArrowDown: [0, -0.125],
  ArrowUp: [0, 0.125],
};
const FACTORS: Record<string, number> = { "+": 0.8, "=": 0.8, "-": 1.25 };

/** What a key leads to; null where it means nothing here. */
export function windowsByKey(key: string, frame: Frame): Windows | null {
  const step = Object.hasOwn(STEPS, key) ? STEPS[key] : undefined;
  if (step) return movedBy(frame, ...step);
  const factor = Object.hasOwn(FACTORS, key) ? FACTORS[key] : undefined;
  return factor ? zoomedAt(frame, { left: frame.width / 2, top: frame.height / 2 }, factor) : null;
}

/** What a link says is seen, along the axes; and back, in as many digits as show. */
export const seenOf = ({ x, y }: Windows, across: Axis, up: Axis): Windows => ({
  x: { low: placed(x.low, across.log), high: placed(x.high, across.log) },
  y: { low: placed(y.low, up.log), high: placed(y.high, up.log) },
});

export const linkOf = ({ x, y }: Windows, across: Axis, up: Axis): Windows => ({
  x: endsOf(x, across),
  y: endsOf(y, up),
});

const FINE = 2000; // parts of the axis that a link tells apart

function endsOf({ low, high }: Window, { log }: Axis): Window {
  const part = (high - low) / FINE;
  const end = (at: number) => rounded(valueAt(at, log), valueAt(at + part, log), "down");
  return { low: end(low), high: end(high) };
}
