/**
 * What a person set on the trace page, and its link: the query in, the settings out, and back. Nodes are named by their
 * places in the trace's own list, which never changes. What a link says wrongly is as it was at first. Pure.
 */
import type { NodeKind } from "./nouns";

export const SORTS = ["size", "effect", "layer", "token", "activation", "baseline"] as const;
export type NodeSort = (typeof SORTS)[number]; // "size": the effect's, whichever way it goes

/** Nodes that are drawn as one, under a name. */
export type NodeGroup = { name: string; nodes: readonly number[] };

export type NodeFilters = {
  layers: readonly number[]; // none: all
  token: number | null; // a position
  kind: NodeKind | null;
  words: string; // that the explanation has
};

export type Tracing = NodeFilters & {
  model: string | null; // whose live trace it is; null: one that the dataset has
  shown: number; // nodes of the graph, the strongest
  edges: number; // of the graph, the strongest
  pins: readonly number[]; // nodes that are shown however weak they are
  groups: readonly NodeGroup[];
  focus: string | null; // what is looked at in the graph, by its key
  counted: number; // units that count
  sort: NodeSort;
  order: "asc" | "desc";
  page: number; // of the table, from 0
};

export type TraceChange = (change: Partial<Tracing>) => void;

export const MOST_SHOWN = 300; // nodes of a graph that can be told apart
export const MOST_EDGES = 1000;
export const MOST_COUNTED = 10_000;
const MOST_PINS = 200;
const LONGEST_NAME = 60;
const MOST_LAYERS = 1000;

export const FIRST_TRACING: Tracing = {
  model: null,
  shown: 40,
  edges: 60,
  pins: [],
  groups: [],
  focus: null,
  counted: 100,
  layers: [],
  token: null,
  kind: null,
  words: "",
  sort: "size",
  order: "desc",
  page: 0,
};

/** The order that a column is mostly wanted in; of effects those that raise come first. */
export const firstOrder = (sort: NodeSort): Tracing["order"] =>
  sort === "size" || sort === "activation" ? "desc" : "asc";

export function parseTracing(query: string): Tracing {
  const asked = new URLSearchParams(query);
  const of = (name: string) => asked.get(name) ?? "";
  const amount = (name: string, least: number, most: number, first: number) =>
    Math.min(most, Math.max(least, whole(of(name)) ?? first));
  const sort = SORTS.find((one) => one === of("sort")) ?? FIRST_TRACING.sort;
  const groups = asked.getAll("group").reduce<readonly NodeGroup[]>(withGroupText, []);
  const grouped = new Set(groups.flatMap(({ nodes }) => nodes));
  return {
    model: of("model") || null,
    shown: amount("nodes", 1, MOST_SHOWN, FIRST_TRACING.shown),
    edges: amount("edges", 0, MOST_EDGES, FIRST_TRACING.edges),
    pins: numbersIn(of("pins"), MOST_PINS).filter((node) => !grouped.has(node)),
    groups,
    focus: FOCUS.test(of("focus")) ? of("focus") : null,
    counted: amount("units", 1, MOST_COUNTED, FIRST_TRACING.counted),
    layers: numbersIn(of("layer"), MOST_LAYERS).toSorted((one, other) => one - other),
    token: whole(of("token")),
    kind: KINDS.find((one) => one === of("kind")) ?? null,
    words: of("words"),
    sort,
    order: (["asc", "desc"] as const).find((one) => one === of("order")) ?? firstOrder(sort),
    page: whole(of("page")) ?? 0,
  };
}

export const KINDS = ["unit", "error", "embedding"] as const satisfies readonly NodeKind[];

const FOCUS = /^(\d{1,6}|g\d{1,3}|metric)$/;

const whole = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

function numbersIn(text: string, most: number): number[] {
  const found = text.split(/[.,]/).flatMap((one) => whole(one) ?? []);
  return [...new Set(found)].slice(0, most);
}

/** `name:3.17`; a node is in one group at most. */
function withGroupText(groups: readonly NodeGroup[], text: string): readonly NodeGroup[] {
  const at = text.lastIndexOf(":");
  const taken = new Set(groups.flatMap(({ nodes }) => nodes));
  const nodes = numbersIn(text.slice(at + 1), MOST_PINS).filter((node) => !taken.has(node));
  const name = text.slice(0, Math.max(0, at)).trim().slice(0, LONGEST_NAME);
  return name === "" || nodes.length === 0 ? groups : [...groups, { name, nodes }];
}

/** The query of a link, shortest form: what is as it was at first is left out. */
export function formatTracing(state: Tracing): string {
  const query = new URLSearchParams();
  const one = (name: string, value: unknown, first: unknown) => {
    if (value !== first) query.set(name, String(value));
  };
  one("model", state.model, null);
  one("nodes", state.shown, FIRST_TRACING.shown);
  one("edges", state.edges, FIRST_TRACING.edges);
  one("pins", state.pins.join("."), "");
  for (const { name, nodes } of state.groups) query.append("group", `${name}:${nodes.join(".")}`);
  one("focus", state.focus, null);
  one("units", state.counted, FIRST_TRACING.counted);
  one("layer", state.layers.join("."), "");
  for (const name of ["token", "kind", "words", "sort"] as const) one(name, state[name], FIRST_TRACING[name]);
  one("order", state.order, firstOrder(state.sort));
  one("page", state.page, 0);
  return query.toString();
}

/** With this node pinned if it is not, else without; one of a group leaves that. */
export function pinned({ pins, groups }: Tracing, node: number): Pick<Tracing, "pins" | "groups"> {
  const left = groups
    .map(({ name, nodes }) => ({ name, nodes: nodes.filter((other) => other !== node) }))
    .filter(({ nodes }) => nodes.length > 0);
  return {
    pins: pins.includes(node) ? pins.filter((other) => other !== node) : [...pins, node],
    groups: left,
  };
}

/** The pinned nodes as one, under a name; a sentence where that is none. */
export function groupedUnder(
  { pins, groups }: Tracing,
  text: string,
): Pick<Tracing, "pins" | "groups" | "focus"> | string {
  const name = text.trim().slice(0, LONGEST_NAME);
  if (pins.length === 0) return "Pin nodes first: these become the group.";
  if (name === "") return "Type a name for the group, such as what its nodes have in common.";
  return { pins: [], groups: [...groups, { name, nodes: pins }], focus: `g${groups.length}` };
}

/** Without the group at a place; its nodes are pinned one by one again. */
export function ungrouped({ pins, groups }: Tracing, at: number): Pick<Tracing, "pins" | "groups" | "focus"> {
  const nodes = groups[at]?.nodes ?? [];
  return { pins: [...pins, ...nodes], groups: groups.toSpliced(at, 1), focus: null };
}

/** By a column the way it is mostly wanted; by the one it is sorted by already, the other way round. */
export function sortedBy({ sort, order }: Tracing, by: NodeSort): Pick<Tracing, "sort" | "order" | "page"> {
  if (sort !== by) return { sort: by, order: firstOrder(by), page: 0 };
  return { sort: by, order: order === "asc" ? "desc" : "asc", page: 0 };
}
