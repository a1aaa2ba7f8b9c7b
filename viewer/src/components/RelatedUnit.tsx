/** One related unit: the way to it, how strongly it is related, and what is known of it. */
import type { UnitAddress } from "../nouns";
import type { RelatedRow } from "../relatedUnits";

type Props = { row: RelatedRow; name: string; hrefOf: (to: UnitAddress) => string };

export function RelatedUnit({ row, name, hrefOf }: Props) {
  const { at, value, explanation, known } = row;
  return (
    <li>
      {at ? (
        <a href={hrefOf(at)}>
          <span className="hidden">{name}</span> {row.name}
        </a>
      ) : (
        <span>{row.name}</span>
      )}
      <b>{value}</b>
      <p>{[known, explanation].filter(Boolean).join(" · ")}</p>
    </li>
  );
}
