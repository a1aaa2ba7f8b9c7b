/** Which units a person wants to see, in which order: columns and filters in, rows out, as soon as both are there. */
import { useMemo, useRef } from "react";
import type { Column } from "../columns";
import { conditionText, type Exploring, type Selection } from "../explore";
import type { UnitAddress } from "../nouns";
import { addressesOf, among, type Bound, both, keptOrder, picked, within } from "../ordering";

export type Selected = {
  rows: Uint32Array; // places of the selection, in order
  mask: Uint8Array; // 1 for each place of the selection
  anyLayer: Uint8Array; // the same without regard to layers
  units: (rows: Uint32Array) => UnitAddress[];
  selectedUnits: (most: number) => UnitAddress[]; // the first of the selection
};

/** The columns that the selection depends on. */
export const columnsOf = ({ sort, where, dead }: Selection): Column[] => [
  "layer",
  "unit",
  sort,
  ...where.map(({ column }) => column),
  ...(dead === null ? [] : (["dead"] as const)),
];

/** Null while a column is on its way. */
export function useSelection(values: ReadonlyMap<Column, Float64Array>, state: Exploring): Selected | null {
  const layers = values.get("layer");
  const units = values.get("unit");
  const sort = values.get(state.sort);
  const bounds = useBounds(values, state);
  const chosen = useSame(state.layers, state.layers.join());
  const order = useMemo(() => sort && keptOrder(sort, state.order === "desc"), [sort, state.order]);
  const anyLayer = useMemo(() => layers && bounds && within(layers.length, bounds), [layers, bounds]);
  const mask = useMemo(
    () => layers && anyLayer && (chosen.length > 0 ? both(anyLayer, among(layers, chosen)) : anyLayer),
    [layers, anyLayer, chosen],
  );
  return useMemo(() => {
    if (!order || !mask || !anyLayer || !layers || !units) return null;
    const rows = picked(order, mask);
    const addresses = (some: Uint32Array) => addressesOf(some, { layers, units });
    return {
      rows,
      mask,
      anyLayer,
      units: addresses,
      selectedUnits: (most: number) => addresses(rows.subarray(0, most)),
    };
  }, [order, mask, anyLayer, layers, units]);
}

/** What the filters but that of layers ask of each row; null while a column is on its way. */
function useBounds(values: ReadonlyMap<Column, Float64Array>, { where, dead }: Exploring): Bound[] | null {
  const asked = useSame(where, where.map(conditionText).join());
  const columns = useSameList(asked.map(({ column }) => values.get(column)));
  const deaths = values.get("dead");
  return useMemo(() => {
    const bounds = asked.flatMap(({ side, value }, at) => {
      const numbers = columns[at];
      const least = side === "least" ? value : Number.NEGATIVE_INFINITY;
      const most = side === "most" ? value : Number.POSITIVE_INFINITY;
      return numbers ? [{ values: numbers, low: least, high: most }] : [];
    });
    if (bounds.length < asked.length || (dead !== null && !deaths)) return null;
    const wanted = Number(dead);
    return dead === null || !deaths ? bounds : [...bounds, { values: deaths, low: wanted, high: wanted }];
  }, [asked, columns, dead, deaths]);
}

/** The list as it was while all of it is the same. */
function useSameList<T>(list: readonly T[]): readonly T[] {
  const last = useRef(list);
  const same = last.current.length === list.length && list.every((one, at) => one === last.current[at]);
  if (!same) last.current = list;
  return last.current;
}

/** The value as it was while `text` says the same. */
export function useSame<T>(value: T, text: string): T {
  const last = useRef({ value, text });
  if (last.current.text !== text) last.current = { value, text };
  return last.current.value;
}
