/** Single keys for the whole page: never with a modifier, never while someone writes, never behind a dialog. */
import { useEffect, useRef } from "react";

export type Bindings = Readonly<Record<string, () => void>>;

const WRITING = "input, textarea, select, [contenteditable]";

/** Whether a key press is meant for the page and not for a field, a dialog or the browser. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : null;
  return !target?.closest(WRITING) && document.querySelector("dialog[open]") === null;
}

/** Puts the cursor into the first field of that kind, over what stands there; false where none is to be seen. */
export function focusField(selector: string): boolean {
  const field = document.querySelector<HTMLInputElement>(selector);
  field?.focus(); // does nothing where a narrow screen hides it
  field?.select();
  return field !== null && document.activeElement === field;
}

/** Runs the binding of a key while the caller is on the page. */
export function useKeys(bindings: Bindings): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const run = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!run || !isForPage(event)) return;
      event.preventDefault(); // or the letter would land in the field that the key focuses
      run();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
