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
