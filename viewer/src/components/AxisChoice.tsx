/** Which column an axis shows, and whether by powers of ten. */
import { MEASURES, type Measure, spansPowers, titleOf } from "../columns";
import type { Axis } from "../plot";

type Props = { label: string; axis: Axis; columns: readonly Measure[]; onChange: (axis: Axis) => void };

export function AxisChoice({ label, axis: { column, log }, columns, onChange }: Props) {
  return (
    <span className="axis">
      <label>
        {label}{" "}
        <select
          value={column}
          onChange={({ target }) => {
            const next = target.value as Measure;
            onChange({ column: next, log: spansPowers(next) });
          }}
        >
          {MEASURES.filter((name) => columns.includes(name) || name === column).map((name) => (
            <option key={name} value={name}>
              {titleOf(name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input type="checkbox" checked={log} onChange={() => onChange({ column, log: !log })} /> log
        <span className="hidden"> scale {label}</span>
      </label>
    </span>
  );
}
