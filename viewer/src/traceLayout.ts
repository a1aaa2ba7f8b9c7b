/** Where the graph of a trace is drawn: tokens across, layers up, the metric on top. Items in, px out. Pure. */

import { named } from "./tokens";
import { type Item, METRIC } from "./traceGraph";

export type Spot = { x: number; y: number; width: number }; // the middle, and how wide it is
export type Column = { position: number; x: number; width: number; label: string };
export type Row = { name: string; y: number; height: number };
export type Drawing = {
  width: number;
  height: number;
  spots: ReadonlyMap<string, Spot>;
  columns: readonly Column[];
  rows: readonly Row[]; // the last layer first
};

export const NODE = 6; // px, the radius of one
const SLOT = 18; // px that a node takes
const LINE = 20; // px from one line of nodes to the next in a cell
const MOST_ACROSS = 6 * SLOT; // then a cell has another line
const COLUMN = 48; // px at least
const PADDING = 6;
const GUTTER = 44; // for the names of layers
const TOP = 44; // for the metric
const BOTTOM = 30; // for the tokens
const LETTER = 6.8; // px of the captions' font
const LONGEST = 22; // letters of a group's name

export const groupLabel = (name: string): string =>
  name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;

const widthOf = ({ group, name }: Item): number =>
  group ? Math.round(groupLabel(name).length * LETTER) + 20 : SLOT;

/** The items of one layer and token, in lines. */
type Lines = Item[][];

function linesOf(items: readonly Item[]): Lines {
  const lines: Lines = [];
  let width = 0;
  for (const item of items) {
    const more = widthOf(item);
    if (lines.length === 0 || width + more > MOST_ACROSS) {
      lines.push([]);
      width = 0;
    }
    lines.at(-1)?.push(item);
    width += more;
  }
  return lines;
}

const lineWidth = (line: readonly Item[]): number => line.reduce((sum, item) => sum + widthOf(item), 0);

/** `at`: the token after which the metric is read; `room`: px that are there, columns grow into what is left. */
export function laidOut(
  items: readonly Item[],
  tokens: readonly string[],
  { at, room }: { at: number; room: number },
): Drawing {
  const rowsOf = new Map<string, Item[]>();
  const sources = new Set(items.map(({ source }) => source));
  const rowName = ({ layer, source }: Item) => (sources.size > 1 ? `${layer} ${source}` : `${layer}`);
  for (const item of items.toSorted((a, b) => b.layer - a.layer || (b.source < a.source ? -1 : 1)))
    rowsOf.set(rowName(item), [...(rowsOf.get(rowName(item)) ?? []), item]);
  const cells = [...rowsOf].map(([name, row]) => ({
    name,
    cells: tokens.map((_, position) => linesOf(row.filter((item) => item.position === position))),
  }));
  const columns = columnsOf(
    tokens,
    cells.map((row) => row.cells),
    room,
  );
  const spots = new Map<string, Spot>();
  let y = TOP;
  const rows = cells.map(({ name, cells: row }): Row => {
    const height = Math.max(1, ...row.map((lines) => lines.length)) * LINE + 2 * PADDING;
    row.forEach((lines, position) => {
      place(lines, columns[position], y + height / 2, spots);
    });
    y += height;
    return { name, y: y - height, height };
  });
  const above = columns[Math.min(tokens.length - 1, Math.max(0, at))];
  spots.set(METRIC, { x: above ? above.x + above.width / 2 : GUTTER, y: TOP / 2, width: SLOT });
  const last = columns.at(-1);
  return { width: last ? last.x + last.width : GUTTER, height: y + BOTTOM, spots, columns, rows };
}

function columnsOf(tokens: readonly string[], rows: readonly Lines[][], room: number): Column[] {
  const widths = tokens.map((_, position) =>
    Math.max(
      COLUMN,
      ...rows.flatMap((row) => row[position] ?? []).map((line) => lineWidth(line) + 2 * PADDING),
    ),
  );
  const free = room - GUTTER - widths.reduce((sum, width) => sum + width, 0);
  const more = Math.max(0, free / Math.max(1, tokens.length));
  let x = GUTTER;
  return tokens.map((token, position) => {
    const width = (widths[position] ?? COLUMN) + more;
    x += width;
    const letters = Math.max(2, Math.floor((width - 4) / LETTER));
    const label = named(token);
    return {
      position,
      x: x - width,
      width,
      label: label.length > letters ? `${label.slice(0, letters - 1)}…` : label,
    };
  });
}

function place(lines: Lines, column: Column | undefined, middle: number, spots: Map<string, Spot>): void {
  if (!column) return;
  lines.forEach((line, at) => {
    let x = column.x + (column.width - lineWidth(line)) / 2;
    for (const item of line) {
      const width = widthOf(item);
      spots.set(item.key, { x: x + width / 2, y: middle + (at - (lines.length - 1) / 2) * LINE, width });
      x += width;
    }
  });
}

/** The item that an arrow leads to: along a line to the next one, up and down to the nearest of the next line. */
export function walked(spots: ReadonlyMap<string, Spot>, key: string, arrow: string): string | null {
  const from = spots.get(key);
  const way = WAYS[arrow];
  if (!from || !way) return null;
  let best: { key: string; far: readonly [number, number] } | null = null;
  for (const [other, to] of spots) {
    const far = other === key ? null : way(to.x - from.x, to.y - from.y);
    if (far && (!best || far[0] < best.far[0] || (far[0] === best.far[0] && far[1] < best.far[1])))
      best = { key: other, far };
  }
  return best?.key ?? null;
}

type Way = (across: number, down: number) => readonly [number, number] | null;

/** How far it is that way: first along what the arrow says, then beside it; null: it lies elsewhere. */
const WAYS: Record<string, Way> = {
  ArrowUp: (across, down) => (down < 0 ? [-down, Math.abs(across)] : null),
  ArrowDown: (across, down) => (down > 0 ? [down, Math.abs(across)] : null),
  ArrowLeft: (across, down) =>
    across < 0 && Math.abs(down) < LINE ? [Math.abs(across), Math.abs(down)] : null,
  ArrowRight: (across, down) => (across > 0 && Math.abs(down) < LINE ? [across, Math.abs(down)] : null),
};

/** A link's way from the top of one item to the bottom of another, as an SVG path. */
export function curve(from: Spot, to: Spot): string {
  const [start, end] = [from.y - NODE, to.y + NODE];
  const bend = Math.max(12, (start - end) / 2);
  const n = (value: number) => Math.round(10 * value) / 10;
  return `M${n(from.x)} ${n(start)}C${n(from.x)} ${n(start - bend)} ${n(to.x)} ${n(end + bend)} ${n(to.x)} ${n(end)}`;
}
