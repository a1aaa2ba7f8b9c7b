/** One unit in a list: its number, a piece of text, and two of its numbers; the whole row is the link. */
import type { ReactNode } from "react";
import { percent, short } from "../tokens";

type Props = {
  href: string;
  name: string;
  unit: number;
  text: ReactNode;
  max: number | null;
  density: number | null;
};

export function UnitRow({ href, name, unit, text, max, density }: Props) {
  return (
    <li className="unit-row">
      <a href={href}>
        <span className="hidden">{name}</span> {unit}
      </a>
      <div className="preview">{text}</div>
      <p>
        {max !== null && (
          <span>
            max <b>{short(max)}</b>
          </span>
        )}
        {density !== null && <span className="soft">{percent(density)} of tokens</span>}
      </p>
    </li>
  );
}
