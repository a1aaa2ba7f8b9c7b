/** One group of texts: title, denominator, and its first or all records with each one's peak in the margin. */
import { type MouseEvent, memo, useMemo } from "react";
import { type Colouring, type Scale, scaleOfText } from "../color";
import { denominator, type RecordGroupData } from "../groups";
import type { ActivationRecord } from "../nouns";
import { type Breaks, type Context, exact, extremeOf, named, peakOf, type Sign, short } from "../tokens";
import { contextOf, type UnitView } from "../view";
import { openedBy, useMenu } from "./Menu";
import { Empty } from "./States";
import { TokenHeatmap } from "./TokenHeatmap";

type Props = {
  group: RecordGroupData;
  scale: Scale;
  view: Pick<UnitView, "context" | "breaks" | "colour" | "open">;
  onOpen: (key: string, open: boolean) => void;
  onOpened: (text: string, context: Context | null) => void;
};

export const RecordGroup = memo(function RecordGroup({ group, scale, view, onOpen, onOpened }: Props) {
  const { context, breaks, colour } = view;
  const open = view.open.includes(group.key);
  const { key, title, about, records, counted } = group;
  const shown = open ? records : records.slice(0, group.first);
  const told = records.length > 0 && shown.length === records.length;
  return (
    <section className="group" aria-labelledby={`group-${key}`}>
      <header title={about}>
        <h3 id={`group-${key}`}>{title}</h3>
        <p>{denominator(group)}</p>
        <p className={told ? "meaning" : "hidden"}>{about}</p>
        {records.length > group.first && (
          <button type="button" aria-expanded={open} onClick={() => onOpen(key, !open)}>
            {open ? "Show fewer" : `Show all ${records.length}`} <span className="hidden">of {title}</span>
          </button>
        )}
      </header>
      {counted?.note && <Empty>{counted.note}</Empty>}
      {records.length === 0 && !counted?.note && <Empty>{emptySentence(group)}</Empty>}
      {shown.length > 0 && (
        <ol className={`records ${context}`}>
          {shown.map((record, place) => (
            <RecordRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a group's records have no other name than their place
              key={place}
              {...{ record, scale, context, breaks, colour, onOpened, sign: group.sign }}
              id={`${key}:${place}`}
              opened={contextOf(view.open, `${key}:${place}`)}
              name={`${title} ${place + 1} of ${records.length}`}
            />
          ))}
        </ol>
      )}
    </section>
  );
});

/** That it never fired is said only where the counts prove it. */
function emptySentence({ key, about, counted }: RecordGroupData): string {
  if (key !== "top") return `No texts: ${about}.`;
  const silent = counted !== null && counted.sequences > 0 && counted.fired === 0;
  return silent ? "It fired on none of the texts." : "This file holds no top texts.";
}

type RowProps = {
  record: ActivationRecord;
  scale: Scale;
  context: Context;
  breaks: Breaks;
  colour: Colouring;
  sign: Sign;
  name: string;
  id: string;
  opened: Context | null;
  onOpened: (text: string, context: Context | null) => void;
};

function RecordRow({ record, scale, colour, sign, name, ...shown }: RowProps) {
  const own = useMemo(() => (colour === "text" ? scaleOfText(record) : scale), [colour, record, scale]);
  const peak = peakOf(record, sign);
  const extreme = extremeOf(record, sign);
  const value = extreme === null ? null : (record.activations[extreme] ?? null);
  const label =
    peak === null
      ? `${name}, no peak`
      : `${name}, peak ${named(record.tokens[peak] ?? "")} ${exact(value ?? 0)}`;
  const menu = useMenu();
  const onMenu = (event: MouseEvent<HTMLElement>) => {
    const opened = openedBy(event, record);
    if (opened) menu(opened);
  };
  return (
    <li onContextMenu={onMenu}>
      <span className="margin">
        {short(value)}
        <button
          type="button"
          aria-label={`Copy ${name}`}
          aria-haspopup="menu"
          tabIndex={-1}
          onClick={onMenu}
        />
      </span>
      <TokenHeatmap {...{ record, sign, label, scale: own, ...shown }} />
    </li>
  );
}
