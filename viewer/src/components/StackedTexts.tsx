/** Texts that several rows of numbers belong to: each text once per row, the rows under each other, token under token. */
import { type ReactNode, useCallback } from "react";
import type { Scale } from "../color";
import type { Change, CompareView } from "../compare";
import type { TokenValues } from "../nouns";
import type { Context, Sign } from "../tokens";
import { contextOf, toggled, withContext } from "../view";
import { TokenHeatmap } from "./TokenHeatmap";

/** `text` null: there are no numbers, and `about` says why. */
export type StackedRow = {
  name: string;
  about: string;
  value: string;
  text: { values: TokenValues; scale: Scale; sign: Sign } | null;
};
/** `middle`: the position around which all rows are shown. */
export type Stacked = { title: string; middle: number | null; rows: readonly StackedRow[] };

const SHOWN = 6;

type Props = {
  texts: readonly Stacked[];
  name: string; // in the link
  view: CompareView;
  onView: Change;
};

export function StackedTexts({ texts, name, view, onView }: Props) {
  const open = view.open.includes(name);
  const shown = open ? texts : texts.slice(0, SHOWN);
  const onOpen = (key: string, on: boolean) =>
    onView((before) => ({ ...before, open: toggled(before.open, key, on) }));
  // stays the same, so that texts which did not change are not drawn again
  const onOpened = useCallback(
    (text: string, context: Context | null) =>
      onView((before) => ({ ...before, open: withContext(before.open, text, context) })),
    [onView],
  );
  return (
    <>
      <ol className="stacked">
        {shown.map((text, place) => {
          const id = `${name}:${place}`;
          // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other name than its place
          return <OneText key={place} {...{ text, id, view, onOpened }} />;
        })}
      </ol>
      {texts.length > SHOWN && (
        <button type="button" aria-expanded={open} onClick={() => onOpen(name, !open)}>
          {open ? "Show fewer" : `Show all ${texts.length} texts`}
        </button>
      )}
    </>
  );
}

type TextProps = {
  text: Stacked;
  id: string;
  view: CompareView;
  onOpened: (text: string, context: Context | null) => void;
};

function OneText({ text: { title, middle, rows }, id, view, onOpened }: TextProps) {
  const { context, breaks } = view;
  const drawing = { id, context, breaks, middle, opened: contextOf(view.open, id), onOpened };
  return (
    <li>
      <h3>{title}</h3>
      {rows.map(({ name, about, value, text }) => (
        <Row key={name} {...{ name, value }} about={text ? about : ""}>
          {text ? (
            <TokenHeatmap
              {...drawing}
              record={text.values}
              scale={text.scale}
              sign={text.sign}
              label={`${title}, ${name}${about && `, ${about}`}`}
            />
          ) : (
            <p className="note">{about}</p>
          )}
        </Row>
      ))}
    </li>
  );
}

type RowProps = { name: string; value: string; about: string; children: ReactNode };

const Row = ({ name, value, about, children }: RowProps) => (
  <div className="row">
    <p>
      <b>{name}</b> <span>{value}</span> <small>{about}</small>
    </p>
    {children}
  </div>
);
