/** All rows of a selection in a table of its own scroller; only those on screen are drawn, however many there are. */
import { useEffect, useRef } from "react";
import type { Cell, Measure } from "../columns";
import type { Order } from "../explore";
import type { UnitAddress, UnitRow } from "../nouns";
import { contentHeight } from "../scrolling";
import { GridHead } from "./GridHead";
import { GridRow } from "./GridRow";
import { useCursor } from "./useCursor";
import { useSize } from "./useSize";

const ROW = 32; // px, as in explore.css
const HEAD = 34;
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
  const { name, rows, cells, sort, order, first, onSort, onSee, onRow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller, FIRST_SIZE);
  const port = { rows: rows.length, rowHeight: ROW, height: size.height - HEAD };
  const onEnter = (row: number) => {
    const [unit] = props.unitsOf(rows.subarray(row, row + 1));
    if (unit) props.onOpen(unit);
  };
  const { table, active, seen, press, onScroll } = useCursor(scroller, { rows, port, first, onRow, onEnter });
  useEffect(() => onSee(seen.first, seen.end), [onSee, seen.first, seen.end]);
  const length = { height: contentHeight(port) + HEAD, minWidth: leastWidth(cells) };
  return (
    <div className="grid-scroller" ref={scroller} onScroll={onScroll}>
      <div style={length}>
        <div className="grid-port" style={{ height: size.height }}>
          <table
            ref={table}
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that is walked row by row
            role="grid"
            tabIndex={0}
            aria-label={`${name}s of the selection`}
            aria-rowcount={rows.length + 1}
            aria-colcount={cells.length + 1}
            aria-activedescendant={active >= seen.first && active < seen.end ? rowId(active) : undefined}
            style={{ gridTemplateColumns: widthsOf(cells) }}
            onKeyDown={press}
            onPointerLeave={() => props.onPoint(null)}
          >
            <GridHead {...{ name, cells, sort, order, onSort }} />
            <tbody style={{ transform: `translateY(${-seen.shift}px)` }}>
              <SeenRows {...props} {...{ active }} from={seen.first} end={seen.end} />
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}

/** The rows from one on up to but not another. */
function SeenRows({ from, end, active, ...props }: Props & { from: number; end: number; active: number }) {
  const { rows, cells, sort, numbers, words, pointed } = props;
  const places = rows.subarray(from, end);
  return props.unitsOf(places).map((unit, at) => {
    const [index, place] = [from + at, places[at] ?? 0];
    return (
      <GridRow
        key={place}
        id={rowId(index)}
        {...{ index, place, unit, cells, sort, numbers, pointed }}
        words={words.get(place)}
        active={index === active}
        href={props.hrefOf(unit)}
        onPoint={props.onPoint}
        onLeave={() => props.onRow(index)}
      />
    );
  });
}

const rowId = (row: number): string => `row-${row}`;

const PLACE = 84; // px
const NUMBER = 96;
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
