/** Units as a quick list of Neuronpedia: what it calls them in, an address out. Pure. */
import type { NeuronpediaIds } from "./nouns";

/** Longer addresses are refused on their way. */
export const MOST_QUICK = 60;

type Place = { layer: number; unit: number };

/** The first units in layers that Neuronpedia has a name for; null: none is. */
export function quickListOf(
  { model, sources }: NeuronpediaIds,
  units: readonly Place[],
  name: string,
): string | null {
  const idOf = new Map(sources.map(({ layer, id }) => [layer, id]));
  const features = units
    .filter(({ layer }) => idOf.has(layer))
    .slice(0, MOST_QUICK)
    .map(({ layer, unit }) => ({ modelId: model, layer: idOf.get(layer), index: String(unit) }));
  if (features.length === 0) return null;
  const query = new URLSearchParams({ name, features: JSON.stringify(features) });
  return `https://www.neuronpedia.org/quick-list/?${query}`;
}
