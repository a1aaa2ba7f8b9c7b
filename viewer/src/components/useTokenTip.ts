/** The page's tooltip for the tokens of one text: by position, by element, or by a place on the screen. */
import type { RefObject } from "react";
import type { Scale } from "../color";
import type { TokenValues } from "../nouns";
import { besides, detail, type Glyph, named, otherParts, spoken, type Under, valueAt } from "../tokens";
import { elementAt } from "../tree";
import { useTip } from "./Tooltip";
import { glyphAt } from "./useText";

type Text = {
  box: RefObject<HTMLElement | null>;
  record: TokenValues;
  shown: readonly Glyph[];
  scale: Scale;
  under: Under | undefined;
};
type Point = { clientX: number; clientY: number };

export function useTokenTip({ box, record, shown, scale, under }: Text) {
  const tip = useTip();
  const elementOf = (glyph: Glyph | undefined) =>
    glyph && box.current?.querySelector(`[data-from="${glyph.start}"]`);
  const show = (position: number) => {
    const glyph = glyphAt(shown, position);
    const at = elementOf(glyph);
    if (!glyph || !at) return;
    tip.show(at, {
      token: named(record.tokens[position] ?? ""),
      value: valueAt(record, position),
      detail: detail(record, position, scale),
      more:
        [besides(under, position), otherParts(record, glyph, position), record.tips?.[position]]
          .filter(Boolean)
          .join("; ") || null,
    });
  };
  /** Shows it for a token that may lie outside the window. Answers how to call that off. */
  const bring = (position: number) => {
    elementOf(glyphAt(shown, position))?.scrollIntoView({ block: "nearest" });
    show(position);
    // scrolling hides every tooltip, and its event comes just before the next frame
    const frame = requestAnimationFrame(() => show(position));
    return () => cancelAnimationFrame(frame);
  };
  const showOf = (element: Element | null | undefined) => {
    const token = element?.closest("[data-from]");
    if (token && box.current?.contains(token)) show(Number(token.getAttribute("data-from")));
    else tip.hide();
  };
  return {
    bring,
    showOf,
    showUnder: ({ clientX, clientY }: Point) => showOf(elementAt(box.current, clientX, clientY)),
    hide: tip.hide,
    say: (position: number) => tip.say(spoken(record, position, scale, under)),
  };
}
