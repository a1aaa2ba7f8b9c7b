/** One token with its strength: the number, and a bar whose colour and side follow the sign. */
import type { CSSProperties } from "react";
import type { TokenRow } from "../related";
import { count, named, short } from "../tokens";

export function RelatedToken({ row: { token, strength, share, count: times } }: { row: TokenRow }) {
  const below = strength !== null && strength < 0;
  return (
    <li className={below ? "below" : undefined} style={{ "--share": `${100 * share}%` } as CSSProperties}>
      <code>{named(token)}</code>
      <b>{short(strength)}</b>
      {times !== null && <small>over {count(times)}</small>}
    </li>
  );
}
