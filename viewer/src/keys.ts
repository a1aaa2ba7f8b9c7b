/**
 * Keys for the whole page, and all that can be done on it: single ones never while someone writes, those with Ctrl (or ⌘)
 * then too, none of them behind a dialog. What has a title is listed by the help and by the palette.
 */
import { createContext, type RefObject, useContext, useEffect, useRef } from "react";

type Named = readonly [title: string, run: () => void];
/** What a key does; `Ctrl k` is k with Ctrl or ⌘. */
export type Bindings = Readonly<Record<string, (() => void) | Named>>;
/** Something that can be done on this page; `key` null: only by its name. */
export type Action = { title: string; key: string | null; run: () => void };

/** Where keys are listened to, where that is not the whole page: a part of somebody else's. */
export const KeysContext = createContext<HTMLElement | null>(null);

const WRITING = "input, textarea, select, [contenteditable]";
type Here = { bindings: Bindings; more: readonly Action[] };
const parts = new Set<RefObject<Here>>();

/** Whether a key press is meant for the page and not for a field, a dialog or the browser. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || (event.ctrlKey && event.metaKey)) return false;
  if (document.querySelector("dialog[open]")) return false;
  if (event.ctrlKey || event.metaKey) return !event.shiftKey;
  const target = event.target instanceof Element ? event.target : null;
  return !target?.closest(WRITING);
}

const nameOf = ({ key, ctrlKey, metaKey }: KeyboardEvent): string =>
  ctrlKey || metaKey ? `Ctrl ${key.toLowerCase()}` : key;

/** Puts the cursor into the first field of that kind, over what stands there; false where none is to be seen. */
export function focusField(selector: string): boolean {
  const field = document.querySelector<HTMLInputElement>(selector);
  field?.focus(); // does nothing where a narrow screen hides it
  field?.select();
  return field !== null && document.activeElement === field;
}

/** The focus to the next link of a list (or the one before); from anywhere else to the first. */
export function walk(links: readonly HTMLElement[], step: 1 | -1): void {
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at === -1 ? 0 : at + step]?.focus();
}

/** Runs the binding of a key, and offers `more` by name, while the caller is on the page. */
export function useKeys(bindings: Bindings, more: readonly Action[] = []): void {
  const latest = useRef<Here>({ bindings, more });
  useEffect(() => {
    latest.current = { bindings, more };
  });
  const part = useContext(KeysContext);
  useEffect(() => {
    const place = (part ?? document) as Document;
    const pressed = (event: KeyboardEvent) => {
      const { bindings } = latest.current;
      const name = nameOf(event);
      const bound = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
      if (!bound || !isForPage(event)) return;
      event.preventDefault(); // or the letter would land in the field that the key focuses
      (typeof bound === "function" ? bound : bound[1])();
    };
    parts.add(latest);
    place.addEventListener("keydown", pressed);
    return () => {
      parts.delete(latest);
      place.removeEventListener("keydown", pressed);
    };
  }, [part]);
}

/** All that has a title on the page that is shown now, with its key; the page's own before the frame's. */
export const actionsHere = (): Action[] =>
  [...parts]
    .reverse()
    .flatMap(({ current: { bindings, more } }) => [
      ...Object.entries(bindings).flatMap(([key, bound]) =>
        typeof bound === "function" ? [] : [{ title: bound[0], key, run: bound[1] }],
      ),
      ...more,
    ]);
