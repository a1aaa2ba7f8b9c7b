/** All rows of a selection in a table of its own scroller; only those on screen are drawn, however many there are. */
import { type KeyboardEvent, type UIEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Cell, Measure } from "../columns";
import type { Order } from "../explore";
import type { UnitAddress, UnitRow } from "../nouns";
import { contentHeight, rowByKey, scrolledTo, windowAt } from "../scrolling";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { useSize } from "./useSize";

export const ROW = 32; // px, as in explore.css
const HEAD = 34;
const BELOW = 6; // rows that are seen below the one that a person comes back to
const FIRST_SIZE = { width: 800, height: 480 };

type Props = {
  name: string;
  rows: Uint32Array;
  cells: readonly Cell[];
  sort: Measure;
  order: Order;
  numbers: (name: Measure) => Float64Array | undefined;
  words: ReadonlyMap<number, UnitRow>;
  unitsOf: (rows: Uint32Array) => UnitAddress[];
  first: number; // the row that has the cursor at first
  pointed: number | null; // a place
  hrefOf: (to: UnitAddress) => string;
  onOpen: (to: UnitAddress) => void;
  onSort: (by: Measure) => void;
  onPoint: (place: number | null) => void;
  onSee: (first: number, end: number) => void;
  onRow: (row: number) => void; // the cursor is there now
};

export function UnitGrid(props: Props) {
  const { name, rows, cells, sort, order, numbers, words, unitsOf, pointed, onOpen, onSee } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller, FIRST_SIZE);
  const port = { rows: rows.length, rowHeight: ROW, height: size.height - HEAD };
  const [scrolled, setScrolled] = useState(0);
  const [active, setActive] = useActive(rows, props.first);
  const { first, end, shift } = windowAt(port, scrolled);
  const reach = (row: number, shown = row) => {
    const to = scrolledTo(port, scrolled, shown);
    setActive(row);
    props.onRow(row);
    setScrolled(to);
    if (scroller.current) scroller.current.scrollTop = to;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order begins at its first row
  useLayoutEffect(() => reach(active, Math.min(active + BELOW, Math.max(0, rows.length - 1))), [rows]);
  useEffect(() => onSee(first, end), [onSee, first, end]);
  const seen = rows.subarray(first, end);
  const units = unitsOf(seen);
  const press = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = rowByKey(event.key, active, port);
    const [unit] = unitsOf(rows.subarray(active, active + 1));
    if (to !== null) reach(to);
    else if (event.key === "Enter" && unit) onOpen(unit);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="grid-scroller"
      ref={scroller}
      onScroll={(event: UIEvent<HTMLDivElement>) => setScrolled(event.currentTarget.scrollTop)}
    >
      <div
        className="grid-length"
        style={{ height: contentHeight(port) + HEAD, minWidth: leastWidth(cells) }}
      >
        <div className="grid-port" style={{ height: size.height }}>
          <table
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that is walked row by row
            role="grid"
            tabIndex={0}
            aria-label={`${name}s of the selection`}
            aria-rowcount={rows.length + 1}
            aria-colcount={cells.length + 1}
            aria-activedescendant={active >= first && active < end ? rowId(active) : undefined}
            style={{ gridTemplateColumns: widthsOf(cells) }}
            onKeyDown={press}
            onPointerLeave={() => props.onPoint(null)}
          >
            <GridHead {...{ name, cells, sort, order }} onSort={props.onSort} />
            <tbody style={{ transform: `translateY(${-shift}px)` }}>
              {units.map((unit, at) => (
                <GridRow
                  key={rows[first + at]}
                  id={rowId(first + at)}
                  index={first + at}
                  place={rows[first + at] ?? 0}
                  {...{ unit, cells, sort, numbers, pointed }}
                  words={words.get(rows[first + at] ?? -1)}
                  active={first + at === active}
                  href={props.hrefOf(unit)}
                  onPoint={props.onPoint}
                  onLeave={() => props.onRow(first + at)}
                />
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}

const rowId = (row: number): string => `row-${row}`;

const PLACE = 84; // px
const NUMBER = 88;
const WIDTHS: Partial<Record<Cell, number>> = { about: 150, peak_token: 112, author: 120 };

const widthOf = (cell: Cell): number => WIDTHS[cell] ?? NUMBER;

/** What is left goes to the explanations, or else to all columns. */
function widthsOf(cells: readonly Cell[]): string {
  const grows = (cell: Cell) => cell === "about" || !cells.includes("about");
  const widths = cells.map((cell) =>
    grows(cell) ? `minmax(${widthOf(cell)}px, 1fr)` : `${widthOf(cell)}px`,
  );
  return [`${PLACE}px`, ...widths].join(" ");
}

const leastWidth = (cells: readonly Cell[]): number =>
  cells.reduce((sum, cell) => sum + widthOf(cell), PLACE);

/** The row with the cursor: of another order the first one. */
function useActive(rows: Uint32Array, first: number): [number, (row: number) => void] {
  const [cursor, setCursor] = useState({ rows, row: first });
  const row = cursor.rows === rows ? Math.min(cursor.row, Math.max(0, rows.length - 1)) : 0;
  return [row, (to) => setCursor({ rows, row: to })];
}
