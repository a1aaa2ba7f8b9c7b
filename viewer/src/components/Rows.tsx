/** Names, values, and what they mean. */
export type Row = { name: string; value: string; note?: string };

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
