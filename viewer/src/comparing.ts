/** What a comparison asks beside the units' own files: the server or, where none answers, the lists that are published. */
import { fileUrl, getObject, isLive, lacking, Problem } from "./api";
import { pairsBetween } from "./between";
import { nameOf } from "./compare";
import type { ComparedUnits, DatasetEntry, LayerMatches, UnitAddress } from "./nouns";
import type { Query } from "./queries";
import { tokensByActivation, type UnitPart, unitsByActivation, unitsByDecoder } from "./unitParts";

/** Two to four units of one dataset: what is known of each two of them together. */
export function comparisonQuery(
  dataset: DatasetEntry,
  units: readonly UnitAddress[],
): Query<Pick<ComparedUnits, "pairs">> {
  const url = `${fileUrl(dataset.root, "compare")}?units=${units.map(nameOf).join(",")}`;
  if (isLive(dataset)) return { key: url, ask: (signal) => getObject<ComparedUnits>(url, signal) };
  const known = async (at: UnitAddress, signal: AbortSignal) => {
    const [tokens, together, decoder] = await Promise.all([
      published(dataset, tokensByActivation, at, signal),
      published(dataset, unitsByActivation, at, signal),
      published(dataset, unitsByDecoder, at, signal),
    ]);
    return { at, tokens: tokens?.tokens ?? null, together, decoder };
  };
  const ask = async (signal: AbortSignal) => ({
    pairs: pairsBetween(await Promise.all(units.map((at) => known(at, signal)))),
  });
  return { key: url, ask };
}

/** What is published of a unit, or null where there is nothing. */
async function published<T>(
  dataset: DatasetEntry,
  { part, query }: UnitPart<T>,
  at: UnitAddress,
  signal: AbortSignal,
): Promise<T | null> {
  if (!dataset.parts.includes(part)) return null;
  return query(dataset, at)
    .ask(signal)
    .catch((error: unknown) => {
      if (error instanceof Problem && error.missing) return null;
      throw error;
    });
}

/** Of each unit of a layer, the units of another dataset that act most like it over the same text. */
export function matchesQuery(dataset: DatasetEntry, other: string, layer: number): Query<LayerMatches> {
  const url = fileUrl(dataset.root, "matches", other, `${layer}.json`);
  return lacking(dataset, { key: url, ask: (signal) => getObject<LayerMatches>(url, signal) });
}
