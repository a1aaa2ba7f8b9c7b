/** One unit of a list: its numbers, which are the link, what its list says of it, what is known of it. */

import type { ReactNode } from "react";
import type { ListedUnit } from "../nouns";
import { percent, short, visible } from "../tokens";
import { placeOf } from "../words";

type Props = {
  id: string;
  unit: ListedUnit;
  name: string;
  href: string | null; // null: the dataset has no such unit
  text: ReactNode;
  max: number | null;
  density: number | null;
  controls: ReactNode;
  form: ReactNode;
  onDrag: (() => void) | null; // null: it cannot be moved
  onDrop: () => void;
  onMove: (by: 1 | -1) => void;
};

export function ListRow({ id, unit, name, href, text, max, density, controls, form, ...moving }: Props) {
  const { onDrag, onDrop, onMove } = moving;
  return (
    <li
      className="unit-row"
      data-row={id}
      onDragOver={(event) => onDrag && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!event.altKey || !by || !onDrag) return;
        event.preventDefault();
        onMove(by as 1 | -1);
      }}
    >
      {href ? (
        <a href={href} data-act="link" draggable={onDrag !== null} onDragStart={() => onDrag?.()}>
          <span className="hidden">{name}</span> {placeOf(unit)}
        </a>
      ) : (
        <span className="place">{placeOf(unit)}</span>
      )}
      <div className="said-of">
        {unit.label && <b dir="auto">{visible(unit.label)}</b>}
        <div className="preview">{text}</div>
        {unit.description && (
          <div className="note" dir="auto">
            {visible(unit.description)}
          </div>
        )}
      </div>
      <p>
        {max !== null && (
          <span>
            max <b>{short(max)}</b>
          </span>
        )}
        {density !== null && <span className="soft">{percent(density)} of tokens</span>}
      </p>
      {controls}
      {form}
    </li>
  );
}
