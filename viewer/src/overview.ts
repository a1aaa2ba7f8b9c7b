/** Every layer's units in small: a column of numbers in, a histogram per layer on one scale out. Pure. */
import { placed, type Window, windowOf } from "./scales";

export const BINS = 24;
const NOWHERE = 255; // the bin of what is not known

/** `all`: shares of the layer's known units per bin, from the lowest up. */
export type Strip = { layer: number; units: number; known: number; all: Float64Array; median: number | null };

/** All layers of a column. `stripAt` and `binAt` say of each row where it is counted. */
export type Layered = {
  strips: Strip[];
  window: Window | null;
  widest: number; // share
  stripAt: Uint16Array;
  binAt: Uint8Array;
};

/** What of one layer is in the selection: how many of all its units, and shares per bin as `all` has them. */
export type Chosen = { selected: number; shares: Float64Array };

/** `layers`: of each row, ascending. `places`: of its values along the axis; `ascending`: the rows by them. */
export function layeredOf(
  layers: Float64Array,
  values: Float64Array,
  places: Float64Array,
  ascending: Uint32Array,
): Layered {
  const window = windowOf(places);
  const strips: Strip[] = [];
  const stripAt = new Uint16Array(layers.length);
  const binAt = new Uint8Array(layers.length).fill(NOWHERE);
  for (let row = 0; row < layers.length; row++) {
    const strip =
      strips.at(-1)?.layer === layers[row] ? strips.at(-1) : started(strips, layers[row] as number);
    stripAt[row] = strips.length - 1;
    if (!strip) continue;
    strip.units++;
    const bin = binOf(places[row] as number, window);
    if (bin === NOWHERE) continue;
    binAt[row] = bin;
    strip.known++;
    strip.all[bin] = (strip.all[bin] as number) + 1;
  }
  findMedians(strips, stripAt, binAt, values, ascending);
  for (const strip of strips) strip.all = strip.all.map((units) => units / Math.max(1, strip.known));
  return { strips, window, widest: Math.max(0, ...strips.flatMap(({ all }) => [...all])), stripAt, binAt };
}

function started(strips: Strip[], layer: number): Strip {
  const strip = { layer, units: 0, known: 0, all: new Float64Array(BINS), median: null };
  strips.push(strip);
  return strip;
}

function binOf(place: number, window: Window | null): number {
  if (!window || !Number.isFinite(place)) return NOWHERE;
  const share = (place - window.low) / (window.high - window.low);
  return Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)));
}

/** Of each layer's known values, met in ascending order, the middle one; the lower of two. */
function findMedians(
  strips: Strip[],
  stripAt: Uint16Array,
  binAt: Uint8Array,
  values: Float64Array,
  ascending: Uint32Array,
): void {
  const seen = new Uint32Array(strips.length);
  const middle = Uint32Array.from(strips, ({ known }) => (known - 1) >> 1);
  for (let at = 0; at < ascending.length; at++) {
    const row = ascending[at] as number;
    if (binAt[row] === NOWHERE) continue;
    const place = stripAt[row] as number;
    const before = seen[place] as number;
    seen[place] = before + 1;
    const strip = strips[place];
    if (strip && before === middle[place]) strip.median = values[row] as number;
  }
}

/** What of each layer is in a selection; in the order of the strips. */
export function chosenOf({ strips, stripAt, binAt }: Layered, mask: Uint8Array): Chosen[] {
  const selected = new Uint32Array(strips.length);
  const counts = new Uint32Array(strips.length * BINS);
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] !== 1) continue;
    const strip = stripAt[row] as number;
    selected[strip] = (selected[strip] as number) + 1;
    const bin = binAt[row] as number;
    if (bin !== NOWHERE) counts[strip * BINS + bin] = (counts[strip * BINS + bin] as number) + 1;
  }
  return strips.map(({ known }, strip) => ({
    selected: selected[strip] as number,
    shares: Float64Array.from(
      counts.subarray(strip * BINS, (strip + 1) * BINS),
      (units) => units / Math.max(1, known),
    ),
  }));
}

/** The outline of a histogram lying on its side, in a box 1 wide and BINS high, its lowest bin at the bottom. */
export function outline(shares: Float64Array, widest: number): string {
  let path = "";
  for (let bin = 0; bin < shares.length; bin++) {
    const width = (shares[bin] as number) / (widest || 1);
    if (width > 0) path += `M0 ${BINS - bin}h${width.toFixed(4)}v-1H0z`;
  }
  return path;
}

export const shareOf = (value: number, log: boolean, window: Window): number =>
  (placed(value, log) - window.low) / (window.high - window.low);
