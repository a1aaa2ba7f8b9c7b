/** The graph of a trace: which nodes and edges are left of it, what is next to what. Places of nodes in, items out. Pure. */

import type { TraceNode, TraceReport } from "./nouns";
import type { Tracing } from "./trace";
import { nodeName } from "./traceNodes";

/** How links name what all of it is about. */
export const METRIC = "metric";

/** A node, or a group of them, as it is drawn; `key` is its place in the trace's list, or g and that of the group. */
export type Item = {
  key: string;
  nodes: readonly number[]; // the strongest first
  name: string;
  source: string;
  layer: number;
  position: number;
  effect: number; // the sum
  pinned: boolean;
  group: boolean;
};

/** The effect that goes from one item through another, or to the metric. */
export type Link = { from: string; to: string; effect: number };

export type Graph = {
  items: readonly Item[];
  links: readonly Link[];
  left: { nodes: number; links: number };
};

type Pruning = Pick<Tracing, "shown" | "edges" | "pins" | "groups">;

/**
 * The strongest nodes with those that are pinned or in a group, and the strongest links among them; `left` says how many
 * nodes and links there are in all. Without edges in the trace only the links to the metric are there.
 */
export function pruned(report: TraceReport, state: Pruning): Graph {
  const items = itemsOf(report.nodes, state);
  const itemOf = new Map(items.flatMap(({ key, nodes }) => nodes.map((node) => [node, key] as const)));
  const links = [...through(report, itemOf), ...items.map(({ key, effect }) => toMetric(key, effect))];
  const strongest = links.toSorted((one, other) => Math.abs(other.effect) - Math.abs(one.effect));
  return {
    items,
    links: strongest.slice(0, state.edges),
    left: { nodes: report.nodes.length, links: links.length },
  };
}

const toMetric = (key: string, effect: number): Link => ({ from: key, to: METRIC, effect });

function itemsOf(nodes: readonly TraceNode[], { shown, pins, groups }: Pruning): Item[] {
  const grouped = new Set(groups.flatMap(({ nodes: members }) => members));
  const held = new Set(pins);
  const alone = [...nodes.keys()].filter(
    (place) => !grouped.has(place) && (place < shown || held.has(place)),
  );
  const size = (place: number) => Math.abs(nodes[place]?.effect ?? 0);
  const supernodes = groups.flatMap(({ name, nodes: members }, at) => {
    const there = members.filter((place) => nodes[place]).sort((one, other) => size(other) - size(one));
    return there.length === 0
      ? []
      : [itemAt(nodes, there, { key: `g${at}`, name, pinned: true, group: true })];
  });
  const single = alone.map((place) =>
    itemAt(nodes, [place], {
      key: `${place}`,
      name: nodeName(nodes[place] as TraceNode),
      pinned: held.has(place),
      group: false,
    }),
  );
  return [...single, ...supernodes];
}

type Named = Pick<Item, "key" | "name" | "pinned" | "group">;

/** A group stands where its strongest node does. */
function itemAt(nodes: readonly TraceNode[], places: readonly number[], named: Named): Item {
  const { source, layer, position } = nodes[places[0] ?? 0] as TraceNode;
  const effect = places.reduce((sum, place) => sum + (nodes[place]?.effect ?? 0), 0);
  return { ...named, nodes: places, source, layer, position, effect };
}

/** Edges between items, those of the same two added up; inside a group there is none. */
function through({ edges }: TraceReport, itemOf: ReadonlyMap<number, string>): Link[] {
  const found = new Map<string, Link>();
  for (const { source, target, effect } of edges ?? []) {
    const [from, to] = [itemOf.get(source), itemOf.get(target)];
    if (from === undefined || to === undefined || from === to) continue;
    const before = found.get(`${from} ${to}`)?.effect ?? 0;
    found.set(`${from} ${to}`, { from, to, effect: before + effect });
  }
  return [...found.values()];
}

/** What is next to an item, itself too. */
export function around(links: readonly Link[], key: string): ReadonlySet<string> {
  const near = links.filter(({ from, to }) => from === key || to === key);
  return new Set([key, ...near.flatMap(({ from, to }) => [from, to])]);
}

/** Where a link comes from and goes to, the strongest first. */
export const linksOf = (links: readonly Link[], key: string) => ({
  from: links.filter(({ to }) => to === key),
  to: links.filter(({ from }) => from === key),
});
