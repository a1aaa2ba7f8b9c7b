/** Several units' numbers, a column each and a row per number, to be read across. */
import type { StatRow } from "../sideBySide";

type Props = { columns: readonly string[]; rows: readonly StatRow[] };

export const StatTable = ({ columns, rows }: Props) => (
  <table className="across">
    <thead>
      <tr>
        <td />
        {columns.map((name) => (
          <th key={name} scope="col">
            <span>{name}</span>
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map(({ name, values, note, notes }) => (
        <tr key={name}>
          <th scope="row">
            {name} <small>{note}</small>
          </th>
          {columns.map((column, place) => (
            <td key={column}>
              {values[place]} <small>{notes[place]}</small>
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
