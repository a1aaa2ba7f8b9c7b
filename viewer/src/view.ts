/** What a person changed on a unit's page: plain values in, changed values out. Pure; route.ts writes them into the link. */
import type { Colouring } from "./color";
import type { Beside } from "./simulated";
import type { Breaks, Context } from "./tokens";

/** The panes of a unit's page by their ids, in the page's order; a link for frames names those that it shows. */
export const PANES = [
  "explanation",
  "try",
  "activations",
  "related-tokens",
  "related-units",
  "logits",
  "statistics",
  "provenance",
] as const;
export type PaneName = (typeof PANES)[number];

/** Those in a frame of which the link names none. */
export const FRAMED: readonly PaneName[] = ["explanation", "activations"];

/**
 * `open` names what is shown in full: groups by their key, single texts as `group:place:context`, and what hangs on an
 * explanation as `e0.texts`, or `p.` and an id's beginning for one that a person wrote, related lists as `r.upstream`.
 */
export type UnitView = {
  context: Context;
  breaks: Breaks;
  colour: Colouring;
  beside: Beside;
  open: readonly string[];
  /** What a person tries on the live model. */
  text: string;
  /** In a frame of another page, the panes that it shows; null on the page itself. */
  framed: readonly PaneName[] | null;
};

export const FIRST_VIEW: UnitView = {
  context: "snippet",
  breaks: "inline",
  colour: "unit",
  beside: "side",
  open: [],
  text: "",
  framed: null,
};

const isText = (key: string): boolean => key.split(":").length === 3;

/** `open` with or without a key. */
export function toggled(open: readonly string[], key: string, on: boolean): string[] {
  const others = open.filter((other) => other !== key);
  return on ? [...others, key] : others;
}

/** All of `keys`, or none of them where all are open already; the rest stays. */
export function toggledAll(open: readonly string[], keys: readonly string[]): string[] {
  const others = open.filter((other) => !keys.includes(other));
  return keys.every((key) => open.includes(key)) ? others : [...others, ...keys];
}

/** What goes along to another unit's page: not what hangs on words that a person wrote about this one, and no frame. */
export const elsewhere = (view: UnitView): UnitView => ({
  ...view,
  framed: null,
  open: view.open.filter((key) => !key.startsWith("p.")),
});

/** How much of one text is shown, where that is not what the page says. */
export function contextOf(open: readonly string[], text: string): Context | null {
  const found = open.find((key) => isText(key) && key.startsWith(`${text}:`));
  return (found?.slice(text.length + 1) as Context | undefined) ?? null;
}

/** The same changed; null is what the page says. */
export function withContext(open: readonly string[], text: string, context: Context | null): string[] {
  const others = open.filter((key) => !isText(key) || !key.startsWith(`${text}:`));
  return context === null ? others : [...others, `${text}:${context}`];
}

/** The page's choice wins over what single texts were opened to. */
export const withPageContext = (view: UnitView, context: Context): UnitView => ({
  ...view,
  context,
  open: view.open.filter((key) => !isText(key)),
});

export type Change = (from: (view: UnitView) => UnitView) => void;

/** Whether something is open, and how to change that. */
export const opening = ({ view, onView }: { view: UnitView; onView: Change }, key: string) => ({
  open: view.open.includes(key),
  onOpen: (on: boolean) => onView((before) => ({ ...before, open: toggled(before.open, key, on) })),
});
