/** One unit in the table of all: its place, which is a link over the whole row, its words, its numbers. */
import { type Cell, isMeasure, type Measure, read } from "../columns";
import type { UnitAddress, UnitRow } from "../nouns";
import { named, visible } from "../tokens";

type Props = {
  id: string;
  index: number;
  place: number;
  unit: UnitAddress;
  cells: readonly Cell[];
  sort: Measure;
  numbers: (name: Measure) => Float64Array | undefined;
  words: UnitRow | undefined; // until they are there
  pointed: number | null;
  active: boolean;
  href: string;
  onPoint: (place: number) => void;
  onLeave: () => void; // by its link
};

export function GridRow(props: Props) {
  const { id, index, place, unit, cells, sort, numbers, words, pointed, active } = props;
  const marks = [active && "active", pointed === place && "pointed", index % 2 === 1 && "odd"];
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      className={marks.filter(Boolean).join(" ") || undefined}
      onPointerEnter={() => props.onPoint(place)}
    >
      <th scope="row">
        <a href={props.href} tabIndex={-1} onClick={props.onLeave}>
          {unit.layer}:{unit.unit}
        </a>
      </th>
      {cells.map((cell) =>
        isMeasure(cell) ? (
          <td key={cell} className={cell === sort ? "number sorted" : "number"}>
            <Value value={numbers(cell)?.[place]} {...{ cell }} />
          </td>
        ) : (
          <td key={cell} className="words">
            {words ? <Words {...{ cell, words }} /> : <i className="wait" />}
          </td>
        ),
      )}
    </tr>
  );
}

const Value = ({ cell, value }: { cell: Measure; value: number | undefined }) =>
  value === undefined ? <i className="wait" /> : read(cell, value);

function Words({ cell, words }: { cell: Exclude<Cell, Measure>; words: UnitRow }) {
  const { explanation, peak_token: token, author } = words;
  if (cell === "author") return author ?? "–";
  if (cell === "about" && explanation !== null)
    return <span title={visible(explanation)}>{visible(explanation)}</span>;
  if (token === null) return "–";
  return (
    <code title={cell === "about" ? "its strongest token; it has no explanation" : undefined}>
      {named(token)}
    </code>
  );
}
