/** How the page of all units asks for what it shows: columns of numbers, the words of some rows, and files of a selection. */
import { fileUrl, getNumbers, getObject, Problem } from "./api";
import type { Column } from "./columns";
import { formatSelection, type Selection } from "./explore";
import type { DatasetEntry, UnitAddress, UnitColumns, UnitRow } from "./nouns";
import type { Query } from "./queries";

/** Which columns there are, and of which state of the dataset. */
export function columnsQuery({ root }: DatasetEntry): Query<UnitColumns> {
  const url = fileUrl(root, "columns.json");
  return { key: url, ask: (signal) => getObject<UnitColumns>(url, signal), fleeting: true };
}

/** One number per unit, in the order of layer and number. */
export function columnQuery(
  { root }: DatasetEntry,
  { snapshot, units }: UnitColumns,
  name: Column,
): Query<Float64Array> {
  const url = `${fileUrl(root, "columns", `${name}.f64`)}?snapshot=${encodeURIComponent(snapshot)}`;
  return { key: url, ask: (signal) => getNumbers(url, units, signal) };
}

/** Everything that is known of some units, words too. */
export function rowsQuery({ root }: DatasetEntry, units: readonly UnitAddress[]): Query<UnitRow[]> {
  const places = units.map(({ layer, unit }) => `${layer}:${unit}`).join(",");
  const url = `${fileUrl(root, "units")}?units=${places}&limit=${Math.max(1, units.length)}`;
  return {
    key: url,
    ask: async (signal) => {
      const { units: rows } = await getObject<{ units?: UnitRow[] }>(url, signal);
      if (Array.isArray(rows)) return rows;
      throw new Problem(200, "The answer has another shape than the viewer knows: it has no units.");
    },
  };
}

/** A selection as a file, all of it and in its order. */
export const fileOf = ({ root }: DatasetEntry, selection: Selection, ending: "csv" | "parquet" | "json") =>
  `${fileUrl(root, `units.${ending}`)}?${formatSelection(selection)}`;
