/**
 * What a person changed on the page of all units: the part of a link behind "?" in, the state out, and back; sort and
 * filters have the names that the server reads. Pure.
 */
import { CELLS, type Cell, isCell, isMeasure, type Measure, spansPowers } from "./columns";
import type { Axis, Windows } from "./plot";
import type { UnitsQuestion } from "./questions";

export type Side = "least" | "most";
export type Condition = { column: Measure; side: Side; value: number };
export type Order = "asc" | "desc";

/** Which units, and in which order: all that a list or an export of them depends on. */
export type Selection = {
  sort: Measure; // by layer is by layer and number
  order: Order;
  where: readonly Condition[]; // one of each column and side
  layers: readonly number[]; // none: all
  dead: boolean | null; // true: only those that never fired, false: only others
};

/** `cells` null: those that the page chooses; `zoom` null: all points, else the numbers at the plot's ends. */
export type Exploring = Selection & {
  cells: readonly Cell[] | null;
  x: Axis;
  y: Axis;
  zoom: Windows | null;
  strips: Measure;
};

/** What the small plots of every layer can show. */
export const STRIPS = ["density", "kurtosis", "score"] as const satisfies readonly Measure[];

const axis = (column: Measure): Axis => ({ column, log: spansPowers(column) });

export const FIRST: Exploring = {
  sort: "kurtosis",
  order: "desc",
  where: [],
  layers: [],
  dead: null,
  cells: null,
  x: axis("density"),
  y: axis("kurtosis"),
  zoom: null,
  strips: "density",
};

/** Of a dataset that holds words alone: which units have any. */
export const FIRST_OF_WORDS: Exploring = {
  ...FIRST,
  sort: "explanations",
  cells: ["about", "explanations", "author", "score"],
  x: axis("layer"),
  y: axis("explanations"),
  strips: "score",
};

/** The order that a column is mostly wanted in. */
export const firstOrder = (sort: Measure): Order => (sort === "layer" ? "asc" : "desc");

const SIGNS: Record<Side, string> = { least: ">=", most: "<=" };
const CONDITION = /^([a-z_]+)(>=|<=)(.+)$/;
const NUMBER = /^-?\d{1,21}(\.\d{1,20})?(e[+-]?\d{1,3})?$/;
const MOST_LAYERS = 1000; // that the server reads

/** What a link says wrongly is as it was at first. */
export function parseExploring(query: string, first: Exploring = FIRST): Exploring {
  const asked = new URLSearchParams(query);
  const sort = measureIn(asked.get("sort")) ?? first.sort;
  const order = asked.get("order");
  const [x, y] = [axisIn(asked.get("x"), first.x), axisIn(asked.get("y"), first.y)];
  const dead = asked.get("dead");
  return {
    sort,
    order: order === "asc" || order === "desc" ? order : firstOrder(sort),
    where: asked.getAll("where").reduce<readonly Condition[]>(withText, []),
    layers: layersIn(asked.get("layer") ?? ""),
    dead: dead === "true" ? true : dead === "false" ? false : null,
    cells: cellsIn(asked.get("columns")) ?? first.cells,
    x,
    y,
    zoom: zoomIn(asked.get("zoom"), x, y),
    strips: STRIPS.find((name) => name === asked.get("strips")) ?? first.strips,
  };
}

const READS: Record<string, (text: string) => boolean> = {
  sort: isMeasure,
  order: (text) => text === "asc" || text === "desc",
  where: (text) => withText([], text).length > 0,
  layer: (text) => text.split(",").every((layer) => /^\d{1,9}$/.test(layer)),
  dead: (text) => text === "true" || text === "false",
  columns: (text) => text.split(",").every(isCell),
  x: (text) => isMeasure(text.split(":")[0] ?? ""),
  y: (text) => isMeasure(text.split(":")[0] ?? ""),
  zoom: (text) =>
    text.split(",").length === 4 && text.split(",").every((number) => numberIn(number) !== null),
  strips: (text) => STRIPS.some((name) => name === text),
};

/** What a link says that means nothing here. */
export const leftOut = (query: string): string[] =>
  [...new URLSearchParams(query)]
    .filter(([name, text]) => !READS[name]?.(text))
    .map(([name, text]) => `${name}=${text}`);

const measureIn = (name: string | null): Measure | null => (name !== null && isMeasure(name) ? name : null);

/** A finite number as numbers are written; null for anything else. Zero has no sign. */
export function numberIn(text: string): number | null {
  const value = NUMBER.test(text) ? Number(text) + 0 : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function withText(where: readonly Condition[], text: string): readonly Condition[] {
  const [, name = "", sign, number = ""] = text.match(CONDITION) ?? [];
  const value = numberIn(number);
  if (!isMeasure(name) || value === null) return where;
  return withCondition(where, { column: name, side: sign === SIGNS.least ? "least" : "most", value });
}

function layersIn(text: string): readonly number[] {
  const layers = text.split(",").filter((layer) => /^\d{1,9}$/.test(layer));
  return [...new Set(layers.map(Number))].toSorted((one, other) => one - other).slice(0, MOST_LAYERS);
}

function cellsIn(text: string | null): readonly Cell[] | null {
  const names = (text ?? "").split(",").filter(isCell);
  return names.length === 0 ? null : CELLS.filter((name) => names.includes(name));
}

/** `kurtosis`, with `:log` or `:linear` where the column would be drawn the other way by itself. */
function axisIn(text: string | null, first: Axis): Axis {
  const [name = "", scale] = (text ?? "").split(":");
  if (!isMeasure(name)) return first;
  return { column: name, log: scale === "log" || (scale !== "linear" && spansPowers(name)) };
}

function zoomIn(text: string | null, x: Axis, y: Axis): Exploring["zoom"] {
  const [left, right, bottom, top] = (text ?? "").split(",").map(numberIn);
  if (left == null || right == null || bottom == null || top == null) return null;
  if (!(left < right && bottom < top) || (x.log && left <= 0) || (y.log && bottom <= 0)) return null;
  return { x: { low: left, high: right }, y: { low: bottom, high: top } };
}

/** Shortest form: what is as it was at first is left out. Empty, or without its "?". */
export function formatExploring(state: Exploring, first: Exploring = FIRST): string {
  const { cells, x, y, zoom, strips } = state;
  const sorted = state.sort !== first.sort && ["sort", state.sort];
  const ordered = state.order !== firstOrder(state.sort) && ["order", state.order];
  const parts = [
    sorted,
    ordered,
    ...filters(state),
    cells !== null && cells.join() !== first.cells?.join() && ["columns", cells.join(",")],
    axisText(x) !== axisText(first.x) && ["x", axisText(x)],
    axisText(y) !== axisText(first.y) && ["y", axisText(y)],
    zoom && ["zoom", [zoom.x.low, zoom.x.high, zoom.y.low, zoom.y.high].join(",")],
    strips !== first.strips && ["strips", strips],
  ];
  return joined(parts);
}

/** The first units of a selection, as one asks for them without this page. */
export const questionOf = (
  { sort, order, layers, where, dead }: Selection,
  limit: number,
): UnitsQuestion => ({
  kind: "units",
  sort,
  order,
  limit,
  ...(layers.length > 0 && { layers }),
  ...(where.length > 0 && { where: where.map(conditionText) }),
  ...(dead !== null && { dead }),
});

/** What the server is asked for to have the same units in the same order. */
export const formatSelection = (selection: Selection): string =>
  joined([["sort", selection.sort], ["order", selection.order], ...filters(selection)]);

export const conditionText = ({ column, side, value }: Condition): string =>
  `${column}${SIGNS[side]}${value}`;

const axisText = ({ column, log }: Axis): string =>
  log === spansPowers(column) ? column : `${column}:${log ? "log" : "linear"}`;

type Part = readonly (string | undefined)[] | false | null;

const filters = ({ where, layers, dead }: Selection): Part[] => [
  ...where.map((condition) => ["where", conditionText(condition)]),
  layers.length > 0 && ["layer", layers.join(",")],
  dead !== null && ["dead", String(dead)],
];

/** Commas and the second "=" need no escape, and a link without them can be read. */
const escaped = (value: string): string =>
  encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3D", "=").replaceAll("%3A", ":");

const joined = (parts: readonly Part[]): string =>
  parts.flatMap((part) => (part ? [`${part[0]}=${escaped(part[1] ?? "")}`] : [])).join("&");

/** With a condition, in place of the one of the same column and side. */
export function withCondition(where: readonly Condition[], one: Condition): readonly Condition[] {
  const at = where.findIndex(({ column, side }) => column === one.column && side === one.side);
  return at < 0 ? [...where, one] : where.with(at, one);
}

export const withConditions = (where: readonly Condition[], more: readonly Condition[]) =>
  more.reduce(withCondition, where);

export const without = (where: readonly Condition[], one: Condition): readonly Condition[] =>
  where.filter((other) => other !== one);

/** With this layer if it is not there, else without it. */
export const toggled = (layers: readonly number[], layer: number): readonly number[] =>
  layers.includes(layer)
    ? layers.filter((other) => other !== layer)
    : [...layers, layer].toSorted((one, other) => one - other);

/** By a column the way it is mostly wanted; by the one it is sorted by already, the other way round. */
export function sortedBy({ sort, order }: Selection, column: Measure): Pick<Selection, "sort" | "order"> {
  if (sort !== column) return { sort: column, order: firstOrder(column) };
  return { sort, order: order === "asc" ? "desc" : "asc" };
}

export const isFiltered = ({ where, layers, dead }: Selection): boolean =>
  where.length > 0 || layers.length > 0 || dead !== null;

export const UNFILTERED: Pick<Selection, "where" | "layers" | "dead"> = { where: [], layers: [], dead: null };

/** What the table shows: what was chosen, or else what fits; what it is sorted by is always there. */
export function cellsOf({ cells, sort }: Exploring, narrow: boolean): readonly Cell[] {
  const chosen = cells ?? (narrow ? NARROW : WIDE);
  return CELLS.filter((name) => chosen.includes(name) || name === sort);
}

const WIDE: readonly Cell[] = ["about", "density", "kurtosis", "max", "score"];
const NARROW: readonly Cell[] = ["about"];
