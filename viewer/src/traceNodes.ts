/** The nodes of a trace in words, and which of them a table has in which order. Pure. */

import { holds } from "./neighbours";
import type { LayerInfo, NodeUnit, TraceNode, UnitAddress } from "./nouns";
import { named, short } from "./tokens";
import type { NodeFilters, NodeSort, Tracing } from "./trace";
import { placeOf } from "./words";

/** Below 0 replacing the node takes from the metric: as it is, it raises that. */
export const wayOf = (effect: number): "raises" | "lowers" | "no effect" =>
  effect < 0 ? "raises" : effect > 0 ? "lowers" : "no effect";

/** 28:1095, as a unit is named; what an SAE leaves out has a layer alone, an embedding not even that. */
export const nodeName = ({ layer, unit, kind }: Pick<TraceNode, "layer" | "unit" | "kind">): string =>
  unit !== null ? placeOf({ layer, unit }) : kind === "embedding" ? kind : `${kind} of layer ${layer}`;

/** "28:1095 at ␣to" */
export const nodeTitle = (node: TraceNode): string => `${nodeName(node)} at ${named(node.token)}`;

/** "effect −0.96: raises the metric" */
export const effectWords = (effect: number): string =>
  effect === 0 ? "no effect" : `effect ${short(effect)}: ${wayOf(effect)} the metric`;

/** The unit that has a page in the dataset; null for one of another kind, one that the dataset lacks, and errors. */
export function unitOf(
  node: NodeUnit,
  source: string | null,
  layers: readonly LayerInfo[] | undefined,
): UnitAddress | null {
  if (node.kind !== "unit" || node.unit === null || node.source !== source || !layers) return null;
  const at = { layer: node.layer, unit: node.unit };
  return holds(layers, at) ? at : null;
}

/** The units of some nodes, each once. */
export function unitsOf(nodes: readonly NodeUnit[], source: string | null): UnitAddress[] {
  const found = new Map<string, UnitAddress>();
  for (const { kind, unit, layer, source: own } of nodes)
    if (kind === "unit" && unit !== null && own === source) found.set(`${layer}:${unit}`, { layer, unit });
  return [...found.values()];
}

/** What stands in the table: places in the list, filtered and in order. `words` of a node: its explanation, if known. */
export function tabled(
  nodes: readonly TraceNode[],
  state: NodeFilters & Pick<Tracing, "sort" | "order">,
  words: (node: TraceNode) => string | null,
): number[] {
  const { layers, token, kind } = state;
  const wanted = state.words.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = [...nodes.keys()].filter((place) => {
    const node = nodes[place] as TraceNode;
    if (layers.length > 0 && !layers.includes(node.layer)) return false;
    if ((token !== null && node.position !== token) || (kind !== null && node.kind !== kind)) return false;
    const text = wanted.length > 0 ? (words(node)?.toLowerCase() ?? "") : "";
    return wanted.every((word) => text.includes(word));
  });
  const sign = state.order === "asc" ? 1 : -1;
  const key = (place: number) => KEYS[state.sort](nodes[place] as TraceNode);
  return kept.sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return sign * ((a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0)) || one - other;
  });
}

const KEYS: Record<NodeSort, (node: TraceNode) => readonly number[]> = {
  size: ({ effect }) => [Math.abs(effect)],
  effect: ({ effect }) => [effect],
  layer: ({ layer, unit }) => [layer, unit ?? -1],
  token: ({ position }) => [position],
  activation: ({ activation }) => [activation],
  baseline: ({ baseline }) => [baseline],
};

/** Whether anything is left out by the filters. */
export const isFiltered = ({ layers, token, kind, words }: NodeFilters): boolean =>
  layers.length > 0 || token !== null || kind !== null || words.trim() !== "";
