/** The selection as a table: its rows' numbers from the columns, their words as they come on screen. */

import { useCallback, useState } from "react";
import { isLive, manifestQuery } from "../api";
import { fileOf, publishedRows } from "../columnQueries";
import { type Cell, isMeasure, type Measure } from "../columns";
import { CellChoice } from "../components/CellChoice";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import { UnitGrid } from "../components/UnitGrid";
import { questionOf, sortedBy } from "../explore";
import { MOST_UNITS } from "../lists";
import type { UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { MOST_ASKED } from "../questions";
import { count } from "../tokens";
import type { Shared } from "./ExplorePane";
import { UnitsSaved } from "./UnitsSaved";
import { useOrdersAhead } from "./useOrdersAhead";
import { useRowWords } from "./useRowWords";
import type { Selected } from "./useSelection";

const FIRST_SEEN = { first: 0, end: 20 };
const FILES = [
  ["csv", "CSV"],
  ["parquet", "Parquet"],
  ["json", "JSON"],
] as const;

const MOST_SAVED = 10_000; // units that the page itself makes a file of

type Props = Shared & {
  selected: Selected;
  cells: readonly Cell[];
  onList: (units: readonly UnitAddress[]) => void;
};

/** The selection as a file, which a server makes. */
const Files = ({ dataset, state }: Pick<Props, "dataset" | "state">) => (
  <>
    <span>Export</span>
    {FILES.map(([ending, title]) => (
      <a key={ending} href={fileOf(dataset, state, ending)} download={`${dataset.name}-units.${ending}`}>
        {title}
      </a>
    ))}
  </>
);

/** The same where no server makes files: of what is published of the units, by the page. */
function PublishedFiles({ dataset, selected }: Pick<Props, "dataset" | "selected">) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  if (!layers || selected.rows.length === 0) return null;
  const all = selected.rows.length <= MOST_SAVED;
  return (
    <>
      <span>{all ? "Export" : `Export the first ${count(MOST_SAVED)}`}</span>
      <UnitsSaved
        name={`${dataset.name}-units`}
        of="the selection"
        rowsOf={(signal, told) =>
          publishedRows(dataset, layers, selected.selectedUnits(MOST_SAVED), signal, told)
        }
      />
      <span className="note">Parquet needs a server.</span>
    </>
  );
}

export function TablePane({ cells, ...props }: Props) {
  const { dataset, name, state, onState, selected, values } = props;
  const [seen, setSeen] = useState(FIRST_SEEN);
  const onSee = useCallback((first: number, end: number) => setSeen({ first, end }), []);
  const wordy = cells.some((cell) => !isMeasure(cell));
  const words = useRowWords(dataset, selected, wordy ? seen : { first: 0, end: 0 });
  const numbers = (column: Measure) => values.get(column);
  useOrdersAhead(numbers, ["layer", ...cells.filter((cell) => isMeasure(cell))]);
  const asked = Math.max(1, Math.min(selected.rows.length, MOST_ASKED));
  const always = cells.find((cell) => cell === state.sort) ?? null;
  return (
    <Pane id="table" title="Table" ask={questionOf(state, asked)}>
      <div className="toolbar">
        <CellChoice shown={cells} {...{ always }} onChange={(next) => onState({ cells: next })} />
        <nav aria-label="The selection as a file">
          {isLive(dataset) ? (
            <Files {...{ dataset, state }} />
          ) : (
            <PublishedFiles {...{ dataset, selected }} />
          )}
          {selected.rows.length > 0 && (
            <button type="button" onClick={() => props.onList(selected.selectedUnits(MOST_UNITS))}>
              {selected.rows.length > MOST_UNITS ? `First ${count(MOST_UNITS)} as a list` : "As a list"}
            </button>
          )}
        </nav>
      </div>
      {selected.rows.length > 0 ? (
        <UnitGrid
          {...{ name, cells, words, onSee }}
          rows={selected.rows}
          sort={state.sort}
          order={state.order}
          numbers={numbers}
          unitsOf={selected.units}
          first={props.row}
          pointed={props.pointed}
          hrefOf={props.hrefOf}
          onOpen={props.onOpen}
          onSort={(by) => onState(sortedBy(state, by))}
          onPoint={props.onPoint}
          onRow={props.onRow}
        />
      ) : (
        <Empty>No {name.toLowerCase()} meets all of these filters. Take one away, or widen it.</Empty>
      )}
    </Pane>
  );
}
