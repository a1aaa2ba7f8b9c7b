/** Names, values, and what they mean. */
import type { Row } from "../nouns";

export function Rows({ className, rows }: { className: string; rows: readonly Row[] }) {
  return (
    <dl className={className}>
      {rows.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note && <dd className="about">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
