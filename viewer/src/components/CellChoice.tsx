/** Which columns the table shows. */
import { CELLS, type Cell, titleOf, wordsOf } from "../columns";
import { Dropdown } from "./Dropdown";

type Props = {
  shown: readonly Cell[];
  always: Cell | null;
  onChange: (cells: readonly Cell[] | null) => void;
};

export function CellChoice({ shown, always, onChange }: Props) {
  const change = (name: Cell, on: boolean) => {
    const next = CELLS.filter((cell) => (cell === name ? on : shown.includes(cell)));
    onChange(next);
  };
  return (
    <Dropdown title="Columns">
      <fieldset className="cells">
        <legend className="hidden">Columns of the table</legend>
        {CELLS.map((name) => (
          <label key={name} title={wordsOf(name).about}>
            <input
              type="checkbox"
              checked={shown.includes(name)}
              disabled={name === always || (shown.length === 1 && shown.includes(name))}
              onChange={(event) => change(name, event.target.checked)}
            />{" "}
            {titleOf(name)}
          </label>
        ))}
        <button type="button" onClick={() => onChange(null)}>
          As at first
        </button>
      </fieldset>
    </Dropdown>
  );
}
