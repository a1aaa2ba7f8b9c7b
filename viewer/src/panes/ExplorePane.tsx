/** All units of a dataset: filters, layers, table and plot, each showing the same selection. */
import { useDeferredValue, useRef, useState } from "react";
import { isMeasure, MEASURES, type Measure } from "../columns";
import { Failed, Loading } from "../components/States";
import { useMatch } from "../components/useMatch";
import { cellsOf, type Exploring } from "../explore";
import type { DatasetEntry, UnitAddress, UnitColumns } from "../nouns";
import { count } from "../tokens";
import { FiltersPane } from "./FiltersPane";
import { OverviewPane } from "./OverviewPane";
import { PlotPane } from "./PlotPane";
import { QueryView } from "./QueryView";
import { TablePane } from "./TablePane";
import { type Columns, useColumns } from "./useColumns";
import { columnsOf, type Selected, useSelection } from "./useSelection";

export type ExploreProps = {
  dataset: DatasetEntry;
  name: string; // of one unit
  state: Exploring;
  onState: (change: Partial<Exploring>) => void;
  hrefOf: (to: UnitAddress) => string;
  onOpen: (to: UnitAddress) => void;
  onList: (units: readonly UnitAddress[]) => void; // makes a list of them
  row: number; // where the table's cursor was when a person left
  onRow: (row: number) => void;
};

export function ExplorePane(props: ExploreProps) {
  const { dataset, name, state } = props;
  const narrow = useMatch("(max-width: 900px)");
  const cells = cellsOf(state, narrow);
  const { x, y, strips } = state;
  const names = [
    ...columnsOf(state),
    ...cells.filter((cell) => isMeasure(cell)),
    x.column,
    y.column,
    strips,
  ] as const;
  const columns = useColumns(dataset, names, dataset.parts.includes("units"));
  const many = `${name.toLowerCase()}s`;
  const none = `This dataset has no tables of its ${many}, so there is nothing to sort or plot. \`neuronscope index\` makes them.`;
  if (!dataset.parts.includes("units")) return <p className="note">{none}</p>;
  const nobody = `Nothing answers for all ${many} at once here: a site that is a folder of files cannot. \`neuronscope serve\` can.`;
  return (
    <QueryView query={columns.head} lines={12} missing={nobody}>
      {(head) =>
        head.units === 0 ? (
          <p className="note">{none}</p>
        ) : (
          <Explored {...props} {...{ head, columns, cells }} />
        )
      }
    </QueryView>
  );
}

type Props = ExploreProps & { head: UnitColumns; columns: Columns; cells: ReturnType<typeof cellsOf> };

function Explored({ head, columns, cells, ...props }: Props) {
  const { name, state, onState } = props;
  const selected = useLast(useSelection(columns.values, state));
  const later = useDeferredValue(selected, null); // the table first
  const [pointed, setPointed] = useState<number | null>(null);
  const known = MEASURES.filter((measure) =>
    head.columns.some((one) => one.name === measure && one.known > 0),
  );
  const shared = { ...props, known, values: columns.values, pointed, onPoint: setPointed };
  const many = `${name.toLowerCase()}s`;
  return (
    <>
      <FiltersPane {...{ state, onState, known }} deaths={deathsIn(head)}>
        {selected && (
          <>
            <b>{count(selected.rows.length)}</b> of {count(head.units)} {many}
          </>
        )}
      </FiltersPane>
      {columns.renewed && (
        <p className="note" role="status">
          The dataset has changed since this page was opened; these are its {many} as they are now.
        </p>
      )}
      {columns.failed && <Failed message={columns.failed.message} onRetry={columns.failed.retry} />}
      {selected ? (
        <>
          <OverviewPane {...shared} selected={later} />
          <div className="explored">
            <TablePane {...shared} {...{ selected, cells }} />
            <PlotPane {...shared} selected={later} />
          </div>
        </>
      ) : (
        columns.failed === null && <Loading lines={12} />
      )}
    </>
  );
}

/** What the panes beside each other share. */
export type Shared = ExploreProps & {
  known: readonly Measure[]; // columns that have a number at all
  values: Columns["values"];
  pointed: number | null; // the place of the unit under the pointer
  onPoint: (place: number | null) => void;
};

/** Null until the table has been drawn. */
export type Later = Shared & { selected: Selected | null };

const deathsIn = ({ columns }: UnitColumns): boolean =>
  columns.some(({ name, max }) => name === "dead" && max === 1);

/** The last one there was, while the next is on its way. */
function useLast<T>(value: T | null): T | null {
  const last = useRef(value);
  if (value !== null) last.current = value;
  return last.current;
}
