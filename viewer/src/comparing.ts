/** What a comparison asks the server beside the units' own files; api.ts fetches it. */
import { fileUrl, getObject } from "./api";
import { nameOf } from "./compare";
import type { ComparedUnits, DatasetEntry, UnitAddress } from "./nouns";
import type { Query } from "./queries";

/** Two to four units of one dataset: what is known of each two of them together. */
export function comparisonQuery({ root }: DatasetEntry, units: readonly UnitAddress[]): Query<ComparedUnits> {
  const url = `${fileUrl(root, "compare")}?units=${units.map(nameOf).join(",")}`;
  return { key: url, ask: (signal) => getObject<ComparedUnits>(url, signal) };
}
