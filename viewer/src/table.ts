/** A layer's table in, the rows of its list out. Pure. */
import { unitAt } from "./neighbours";
import type { LayerInfo, UnitTable } from "./nouns";

export type Listed = {
  unit: number;
  max: number | null;
  density: number | null;
  kurtosis: number | null;
  peakToken: string | null;
  explanation: string | null;
};

/**
 * One row per unit, highest kurtosis first, then explained ones, then by number; a column that is absent reads as
 * unknown.
 */
export function rankedUnits(table: UnitTable): Listed[] {
  const rows = table.unit.map((unit, place) => rowAt(table, unit, place));
  const size = ({ kurtosis }: Listed) => kurtosis ?? Number.NEGATIVE_INFINITY;
  const words = ({ explanation }: Listed) => (explanation === null ? 0 : 1);
  return rows.sort((a, b) =>
    size(a) === size(b) ? words(b) - words(a) || a.unit - b.unit : size(b) - size(a),
  );
}

const rowAt = (table: UnitTable, unit: number, place: number): Listed => ({
  unit,
  max: table.max?.[place] ?? null,
  density: table.density?.[place] ?? null,
  kurtosis: table.kurtosis?.[place] ?? null,
  peakToken: table.peak_token?.[place] ?? null,
  explanation: table.explanation?.[place] ?? null,
});

/** The row of one unit; null where the table has none. */
export function rowOf(table: UnitTable, unit: number): Listed | null {
  const place = table.unit.indexOf(unit);
  return place === -1 ? null : rowAt(table, unit, place);
}

/** The layer's units by number, where nothing else is known of them. */
export const listedUnits = (layer: LayerInfo): Listed[] =>
  rankedUnits({
    layer: layer.index,
    unit: Array.from({ length: layer.units }, (_, place) => unitAt(layer, place)),
  });
