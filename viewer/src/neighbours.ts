/** The order of a dataset's units: which comes before, after, above and below. Pure. */
import type { LayerInfo, UnitAddress } from "./nouns";

export type Direction = 1 | -1;

/** The id at a place of the layer's ascending ids. */
export function unitAt(layer: LayerInfo, place: number): number {
  return layer.unit_ids ? (layer.unit_ids[place] ?? 0) : place;
}

/** How many of the layer's ids are smaller than `unit`. */
function placeOf(layer: LayerInfo, unit: number): number {
  if (!layer.unit_ids) return Math.min(unit, layer.units);
  let low = 0;
  let high = layer.units;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (unitAt(layer, middle) < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a unit stands among all, in the order of layer and number; null where there is none. */
export function placeAmong(layers: readonly LayerInfo[], at: UnitAddress): number | null {
  if (!holds(layers, at)) return null;
  const before = layers.filter(({ index }) => index < at.layer).reduce((sum, { units }) => sum + units, 0);
  const layer = layers.find(({ index }) => index === at.layer);
  return layer ? before + placeOf(layer, at.unit) : null;
}

export function holds(layers: readonly LayerInfo[], at: UnitAddress): boolean {
  const layer = layers.find(({ index }) => index === at.layer);
  if (!layer) return false;
  const place = placeOf(layer, at.unit);
  return place < layer.units && unitAt(layer, place) === at.unit;
}

export const filled = (layers: readonly LayerInfo[]): LayerInfo[] =>
  layers.filter(({ units }) => units > 0).toSorted((a, b) => a.index - b.index);

/** The unit after (or before) `at`, over the layer's end into the next layer; null at the dataset's end. */
export function step(
  layers: readonly LayerInfo[],
  at: UnitAddress,
  direction: Direction,
): UnitAddress | null {
  const layer = layers.find(({ index }) => index === at.layer);
  if (layer) {
    const place = placeOf(layer, at.unit);
    const there = holds(layers, at) || direction === -1 ? place + direction : place;
    if (there >= 0 && there < layer.units) return { layer: at.layer, unit: unitAt(layer, there) };
  }
  const next = otherLayer(layers, at.layer, direction);
  return next && { layer: next.index, unit: unitAt(next, direction === 1 ? 0 : next.units - 1) };
}

function otherLayer(layers: readonly LayerInfo[], from: number, direction: Direction): LayerInfo | null {
  const ordered = filled(layers);
  const found =
    direction === 1
      ? ordered.find(({ index }) => index > from)
      : ordered.findLast(({ index }) => index < from);
  return found ?? null;
}

/** The same place in the next (or previous) layer: the same id, or the nearest one there is. */
export function layerStep(
  layers: readonly LayerInfo[],
  at: UnitAddress,
  direction: Direction,
): UnitAddress | null {
  const next = otherLayer(layers, at.layer, direction);
  return next && { layer: next.index, unit: nearest(next, at.unit) };
}

/** The id closest to `unit`; of two equally close ones the smaller. */
export function nearest(layer: LayerInfo, unit: number): number {
  const place = placeOf(layer, unit);
  const above = unitAt(layer, Math.min(place, layer.units - 1));
  const below = unitAt(layer, Math.max(0, place - 1));
  return Math.abs(above - unit) < Math.abs(unit - below) ? above : below;
}

/** One unit by chance, every unit as likely as any other; null in an empty dataset. */
export function anyUnit(
  layers: readonly LayerInfo[],
  random: () => number = Math.random,
): UnitAddress | null {
  const ordered = filled(layers);
  let place = Math.floor(random() * ordered.reduce((sum, { units }) => sum + units, 0));
  for (const layer of ordered) {
    if (place < layer.units) return { layer: layer.index, unit: unitAt(layer, place) };
    place -= layer.units;
  }
  return null;
}
