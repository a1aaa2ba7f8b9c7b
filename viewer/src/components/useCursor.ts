/** Where a table's scroller and its cursor are: rows and size in, what is seen and how to walk out. */
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { useKeys } from "../keys";
import { type Port, rowByKey, scrolledTo, windowAt } from "../scrolling";

const BELOW = 6; // rows that are seen below the one that a person comes back to

type Walk = {
  rows: Uint32Array;
  port: Port;
  first: number; // the row that has the cursor at first
  onRow: (row: number) => void; // the cursor is there now
  onEnter: (row: number) => void;
};

export function useCursor(scroller: RefObject<HTMLElement | null>, walked: Walk) {
  const { rows, port, first, onRow, onEnter } = walked;
  const table = useRef<HTMLTableElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [active, setActive] = useActive(rows, first);
  const go = (row: number, to: number) => {
    setActive(row);
    onRow(row);
    setScrolled(to);
    if (scroller.current) scroller.current.scrollTop = to;
  };
  const reach = (row: number) => go(row, scrolledTo(port, scrolled, row));
  const below = Math.min(active + BELOW, Math.max(0, rows.length - 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order begins at its first row
  useLayoutEffect(() => go(active, scrolledTo(port, 0, below)), [rows]);
  const walk = (key: string) => () => {
    table.current?.focus({ preventScroll: true });
    reach(rowByKey(key, active, port) ?? active);
  };
  useKeys({ j: ["Next row", walk("ArrowDown")], k: ["Previous row", walk("ArrowUp")] });
  const press = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = rowByKey(event.key, active, port);
    if (to !== null) reach(to);
    else if (event.key === "Enter") onEnter(active);
    else return;
    event.preventDefault();
  };
  const onScroll = () => setScrolled(scroller.current?.scrollTop ?? 0);
  return { table, active, seen: windowAt(port, scrolled), press, onScroll };
}

/** The row with the cursor: of another order the first one. */
function useActive(rows: Uint32Array, first: number): [number, (row: number) => void] {
  const [cursor, setCursor] = useState({ rows, row: first });
  const row = cursor.rows === rows ? Math.min(cursor.row, Math.max(0, rows.length - 1)) : 0;
  return [row, (to) => setCursor({ rows, row: to })];
}
