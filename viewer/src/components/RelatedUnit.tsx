/**
 * One related unit: the way to it, how strongly it is related, and what is known of it. Beside that the way to a
 * comparison, which is no stop of the keyboard: the page's own leads to the same units.
 */
import type { UnitAddress } from "../nouns";
import type { RelatedRow } from "../relatedUnits";
import { visible } from "../tokens";

type Props = {
  row: RelatedRow;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  compareHref?: ((to: UnitAddress) => string) | undefined;
};

export function RelatedUnit({ row, name, hrefOf, compareHref }: Props) {
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
      {at && compareHref && (
        <a
          className="with"
          href={compareHref(at)}
          tabIndex={-1}
          title={`Compare with ${row.name}`}
          aria-label={`Compare with ${row.name}`}
        >
          ⇄
        </a>
      )}
      <p>{visible([known, explanation].filter(Boolean).join(" · "))}</p>
    </li>
  );
}
