/** The names of a table's columns: buttons that sort by them, where they are numbers. */
import { type Cell, isMeasure, type Measure, wordsOf } from "../columns";
import type { Order } from "../explore";

type Props = {
  name: string;
  cells: readonly Cell[];
  sort: Measure;
  order: Order;
  onSort: (by: Measure) => void;
};

export function GridHead({ name, cells, sort, order, onSort }: Props) {
  const by = { sort, order, onSort };
  return (
    <thead>
      <tr aria-rowindex={1}>
        <Head measure="layer" title={name} about="by layer and number" {...by} />
        {cells.map((cell) =>
          isMeasure(cell) ? (
            <Head key={cell} measure={cell} {...wordsOf(cell)} {...by} />
          ) : (
            <th key={cell} scope="col" className="words" title={wordsOf(cell).about}>
              {wordsOf(cell).title}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}

type HeadProps = Omit<Props, "name" | "cells"> & { measure: Measure; title: string; about: string };

function Head({ measure, title, about, sort, order, onSort }: HeadProps) {
  const chosen = measure === sort;
  const way = order === "asc" ? "ascending" : "descending";
  return (
    <th scope="col" aria-sort={chosen ? way : "none"} className={chosen ? "sorted" : undefined}>
      <button type="button" title={about} onClick={() => onSort(measure)}>
        {title}
        <i aria-hidden="true">{chosen ? (order === "asc" ? "↑" : "↓") : ""}</i>
      </button>
    </th>
  );
}
