/** The part of a text that is shown: the page's context, or a wider one that this text was opened to. */
import { useMemo } from "react";
import type { TokenValues } from "../nouns";
import { type Context, covers, type Glyph, glyphs, peakOf, type Sign, wider, windowOf } from "../tokens";

export type Text = {
  shown: readonly Glyph[];
  peak: number | null;
  context: Context;
  cutBefore: boolean;
  cutAfter: boolean;
  /** To the next wider context, or from the widest back to the page's; null where there is nothing to change. */
  widen: (() => void) | null;
  toFull: () => void;
};

type Shown = {
  context: Context; // the page's
  opened: Context | null; // this text's own
  middle?: number | null | undefined; // around which it is shown, where that is not its peak
  onOpened: (context: Context | null) => void;
  mark?: number | undefined; // the position that is meant, where that is not the peak
};

export function useText(
  record: TokenValues,
  sign: Sign,
  { context: pageContext, opened, onOpened, middle, mark }: Shown,
): Text {
  const all = useMemo(() => glyphs(record.tokens), [record]);
  const peak = useMemo(() => mark ?? peakOf(record, sign), [record, sign, mark]);
  const context = opened ?? pageContext;
  const centre = middle ?? peak;
  const shown = useMemo(() => windowOf(all, centre, context), [all, centre, context]);
  const next = wider(all, context);
  return {
    shown,
    peak,
    context,
    cutBefore: shown[0] !== all[0],
    cutAfter: shown.at(-1) !== all.at(-1),
    widen: next === null && opened === null ? null : () => onOpened(next),
    toFull: () => onOpened("full"),
  };
}

/** Where a walk goes: first to the peak, then token by token inside what is shown. */
export function nextPosition({ shown, peak }: Text, cursor: number | null, direction: 1 | -1): number {
  const first = shown[0]?.start ?? 0;
  const last = (shown.at(-1)?.end ?? 1) - 1;
  if (cursor === null) return peak ?? first;
  return Math.max(first, Math.min(last, cursor + direction));
}

/** The shown glyph that a position belongs to. */
export const glyphAt = (shown: readonly Glyph[], position: number): Glyph | undefined =>
  shown.find((glyph) => covers(glyph, position));
