/** What a comparison asks the server beside the units' own files; api.ts fetches it. */
import { fileUrl, getObject, lacking } from "./api";
import { nameOf } from "./compare";
import type { ComparedUnits, DatasetEntry, LayerMatches, UnitAddress } from "./nouns";
import type { Query } from "./queries";

/** Two to four units of one dataset: what is known of each two of them together. */
export function comparisonQuery({ root }: DatasetEntry, units: readonly UnitAddress[]): Query<ComparedUnits> {
  const url = `${fileUrl(root, "compare")}?units=${units.map(nameOf).join(",")}`;
  return { key: url, ask: (signal) => getObject<ComparedUnits>(url, signal) };
}

/** Of each unit of a layer, the units of another dataset that act most like it over the same text. */
export function matchesQuery(dataset: DatasetEntry, other: string, layer: number): Query<LayerMatches> {
  const url = fileUrl(dataset.root, "matches", other, `${layer}.json`);
  return lacking(dataset, { key: url, ask: (signal) => getObject<LayerMatches>(url, signal) });
}
