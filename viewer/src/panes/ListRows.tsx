/** The units of a list in its order, each with what is said and known of it; where it is one's own, what can be changed. */
import { useEffect, useRef, useState } from "react";
import { manifestQuery, tableQuery } from "../api";
import { ListRow } from "../components/ListRow";
import { NoteForm } from "../components/NoteForm";
import { RowControls } from "../components/RowControls";
import { Empty } from "../components/States";
import { useKeys, walk } from "../keys";
import type { Editing } from "../listActs";
import { annotated, moved, type Note, without } from "../lists";
import { holds } from "../neighbours";
import type { DatasetEntry, ListedUnit, UnitList } from "../nouns";
import { useQuery } from "../queries";
import { rowOf } from "../table";
import { drawn } from "../tokens";
import { placeOf, unitName } from "../words";
import type { OneProps } from "./OneList";
import { Preview } from "./Preview";

const SHOWN = 50; // at a time: each may ask for a file

type Props = OneProps & { list: UnitList; editing: Editing | null };
type Act = "up" | "down" | "note" | "link";

export function ListRows({ dataset, ways, deeds, list, editing }: Props) {
  const [wanted, setWanted] = useState(SHOWN);
  const [noting, setNoting] = useState<string | null>(null);
  const rows = useRef<HTMLOListElement>(null);
  const focusOn = useFocus(rows.current, list);
  const from = useRef<number | null>(null); // the row that is dragged
  const links = () => [...(rows.current?.querySelectorAll<HTMLAnchorElement>(".unit-row > a") ?? [])];
  useKeys({
    j: ["Next unit of the list", () => walk(links(), 1)],
    k: ["Previous unit", () => walk(links(), -1)],
  });
  const change = (said: string, edit: (list: UnitList) => UnitList) =>
    deeds.act(async () => ({ said, undo: await editing?.change(edit) }));
  const keys = keysOf(list.units);
  const move = (place: number, to: number, act: Act) => {
    if (!editing || to < 0 || to >= list.units.length) return;
    focusOn(keys[place], act);
    change(`Moved ${keys[place]} to place ${to + 1} of ${list.units.length}.`, (now) =>
      moved(now, place, to),
    );
  };
  const remove = (place: number) => {
    focusOn(keys[place + 1] ?? keys[place - 1], "link");
    change(`Removed ${keys[place]}.`, (now) => without(now, place));
  };
  const annotate = (place: number, note: Note) => {
    annotated(list, place, note); // what is refused is said at the form
    focusOn(keys[place], "note");
    setNoting(null);
    change(`Noted at ${keys[place]}.`, (now) => annotated(now, place, note));
  };
  if (list.units.length === 0)
    return <Empty>No units yet. On a unit’s page, the key a adds it to a list.</Empty>;
  const rowOfUnit = (unit: ListedUnit, place: number) => {
    const key = keys[place] ?? "";
    return (
      <Row
        key={key}
        id={key}
        {...{ dataset, unit }}
        href={ways.unit(unit)}
        onDrag={
          editing &&
          (() => {
            from.current = place;
          })
        }
        onDrop={() => {
          if (from.current !== null) move(from.current, place, "link");
          from.current = null;
        }}
        onMove={(by) => move(place, place + by, "link")}
        controls={
          editing && (
            <RowControls
              of={key}
              first={place === 0}
              last={place === list.units.length - 1}
              onMove={(by) => move(place, place + by, by < 0 ? "up" : "down")}
              onNote={() => setNoting(key)}
              onRemove={() => remove(place)}
            />
          )
        }
        form={
          noting === key && (
            <NoteForm
              of={key}
              first={unit}
              onSave={(note) => annotate(place, note)}
              onClose={() => {
                focusOn(key, "note");
                setNoting(null);
              }}
            />
          )
        }
      />
    );
  };
  const left = list.units.length - wanted;
  return (
    <>
      <ol className="unit-rows list-rows" ref={rows}>
        {list.units.slice(0, wanted).map(rowOfUnit)}
      </ol>
      {left > 0 && (
        <button type="button" onClick={() => setWanted(wanted + SHOWN)}>
          Show {Math.min(left, SHOWN)} more of {list.units.length}
        </button>
      )}
    </>
  );
}

/** A name for each row that stays with it when it moves; a unit that stands twice has two. */
function keysOf(units: readonly ListedUnit[]): string[] {
  const seen = new Map<string, number>();
  return units.map((unit) => {
    const place = placeOf(unit);
    const times = (seen.get(place) ?? 0) + 1;
    seen.set(place, times);
    return times === 1 ? place : `${place} (${times})`;
  });
}

/** The focus to a part of a row once the list is drawn anew: a row that moves loses it. */
function useFocus(rows: HTMLElement | null, list: UnitList) {
  const wanted = useRef<{ key: string; act: Act } | null>(null);
  const put = () => {
    const row = [...(rows?.children ?? [])].find(
      (row) => row.getAttribute("data-row") === wanted.current?.key,
    );
    const part = row?.querySelector<HTMLElement>(`[data-act=${wanted.current?.act}]:not(:disabled)`);
    (part ?? row?.querySelector<HTMLElement>("a"))?.focus();
    wanted.current = null;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the list is another
  useEffect(() => {
    if (wanted.current) put();
  }, [list]);
  return (key: string | undefined, act: Act) => {
    wanted.current = key === undefined ? null : { key, act };
    if (act === "note") setTimeout(put); // also where nothing was changed
  };
}

type RowProps = Pick<
  Parameters<typeof ListRow>[0],
  "id" | "href" | "controls" | "form" | "onDrag" | "onDrop" | "onMove"
> & {
  dataset: DatasetEntry;
  unit: ListedUnit;
};

function Row({ dataset, unit, href, ...props }: RowProps) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  const table = useQuery(tableQuery(dataset, unit.layer), dataset.parts.includes("units")).data;
  const known = table && rowOf(table, unit.unit);
  const there = !layers || holds(layers, unit);
  const offered = there && layers !== undefined && dataset.parts.includes("collated-activations");
  return (
    <ListRow
      {...{ ...props, unit }}
      href={there ? href : null}
      name={unitName(dataset.source)}
      max={known?.max ?? null}
      density={known?.density ?? null}
      text={
        there ? (
          ((known?.explanation && drawn(known.explanation)) ?? (
            <Preview {...{ dataset, offered }} at={unit} peakToken={known?.peakToken ?? null} />
          ))
        ) : (
          <span className="note">is not in this dataset</span>
        )
      }
    />
  );
}
