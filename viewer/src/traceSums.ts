/** What the effects of a trace add up to: by token, by kind, by layer, and of the strongest units alone. Pure. */
import type { LayerSum, TraceNode, TraceReport } from "./nouns";

/** The effects at each token of the text, summed over all layers. */
export const tokenEffects = ({ tokens, completeness }: TraceReport): number[] =>
  tokens.map((_, at) => completeness.layers.reduce((sum, layer) => sum + (layer.tokens[at] ?? 0), 0));

export type Share = { size: number; share: number | null; effect: number };

/** What errors and what all other nodes have of the size of all effects; the share is null where there is none. */
export function kindShares({ completeness: { layers } }: TraceReport): Record<"unit" | "error", Share> {
  const total = sum(layers, ({ size }) => size);
  const error = sum(layers, ({ error_size }) => error_size);
  const errorEffect = sum(layers, ({ error_effect }) => error_effect);
  const effect = sum(layers, (layer) => layer.effect);
  return {
    unit: { size: total - error, share: over(total - error, total), effect: effect - errorEffect },
    error: { size: error, share: over(error, total), effect: errorEffect },
  };
}

export type LayerShare = LayerSum & { name: string; share: number | null };

/** Every layer's part of the size of all effects; named by its source too where there are several. */
export function layerShares({ completeness: { layers } }: TraceReport): LayerShare[] {
  const total = sum(layers, ({ size }) => size);
  const several = new Set(layers.map(({ source }) => source)).size > 1;
  return layers.map((layer) => ({
    ...layer,
    name: several ? `${layer.layer} ${layer.source}` : `${layer.layer}`,
    share: over(layer.size, total),
  }));
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((so, one) => so + of(one), 0);
const over = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** The largest size of some numbers, null ones left out; 0 where there is none. */
export const largest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);

/** Places of the units' nodes, the strongest first, `most` of them at most; errors are no units. */
export function strongest(nodes: readonly TraceNode[], most: number): number[] {
  const size = (place: number) => Math.abs(nodes[place]?.effect ?? 0);
  return [...nodes.keys()]
    .filter((place) => nodes[place]?.kind === "unit")
    .sort((one, other) => size(other) - size(one) || one - other)
    .slice(0, most);
}

export type Cell = { effect: number; nodes: number };
export type LayerCells = { source: string; layer: number; cells: Cell[] };

/** The effects of some nodes by layer and token; only layers that have one of them, the last one first. */
export function byLayerAndToken({ nodes, tokens }: TraceReport, places: readonly number[]): LayerCells[] {
  const found = new Map<string, LayerCells>();
  for (const place of places) {
    const node = nodes[place];
    if (!node) continue;
    const { source, layer, position, effect } = node;
    const row = found.get(`${layer} ${source}`) ?? {
      source,
      layer,
      cells: tokens.map(() => ({ effect: 0, nodes: 0 })),
    };
    found.set(`${layer} ${source}`, row);
    const cell = row.cells[position];
    if (cell) row.cells[position] = { effect: cell.effect + effect, nodes: cell.nodes + 1 };
  }
  return [...found.values()].toSorted((one, other) => other.layer - one.layer);
}
