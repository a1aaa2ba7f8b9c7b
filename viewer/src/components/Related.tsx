/** One relation: its title, what its numbers are, and the first or all rows of its lists, each a list item by `children`. */
import { createContext, Fragment, type ReactNode, useContext, useId, useState } from "react";
import type { Relation, Side } from "../related";
import { type Change, opening, type UnitView } from "../view";
import { Empty } from "./States";

/** Where the page remembers which lists are shown whole; without it each list does itself. */
export const OpenContext = createContext<{ view: UnitView; onView: Change } | null>(null);

type Props<R> = { relation: Relation<R>; className: string; children: (row: R) => ReactNode };

export function Related<R>({ relation, className, children }: Props<R>) {
  const { title, about, sides, first } = relation;
  const [all, setAll] = useOpen(title);
  const id = useId();
  const most = Math.max(0, ...sides.map(({ rows }) => rows.length));
  const shown = all ? most : first;
  return (
    <section className="group" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        {about && <p className={shown > 0 || most === 0 ? "meaning" : "hidden"}>{about}</p>}
        {most > first && (
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${most}`} <span className="hidden">of {title}</span>
          </button>
        )}
      </header>
      {sides.length > 0 && most === 0 && <Empty>The file lists none.</Empty>}
      {most > 0 && shown > 0 && (
        <div className={className}>
          {sides.map((side) => (
            <OneSide key={side.name} {...{ side, shown, title, children }} />
          ))}
        </div>
      )}
    </section>
  );
}

type SideProps<R> = { side: Side<R>; shown: number; title: string; children: (row: R) => ReactNode };

function OneSide<R>({ side, shown, title, children }: SideProps<R>) {
  const { name, rows } = side;
  return (
    <div>
      {name && <p className="note">{name}</p>}
      {rows.length === 0 && <Empty>none</Empty>}
      <ol aria-label={name ? `${title}, ${name.toLowerCase()}` : title}>
        {rows.slice(0, shown).map((row, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token may stand twice, so a row's name is its place
          <Fragment key={place}>{children(row)}</Fragment>
        ))}
      </ol>
    </div>
  );
}

function useOpen(title: string): [boolean, (on: boolean) => void] {
  const page = useContext(OpenContext);
  const own = useState(false);
  if (!page) return own;
  const { open, onOpen } = opening(page, `r.${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`);
  return [open, onOpen];
}
