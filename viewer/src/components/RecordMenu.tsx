/** Copies a text, as words or as it is stored. Arrows walk it, Escape and a click elsewhere close it. */
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ActivationRecord } from "../nouns";
import { isFocused } from "../tree";
import type { Opened } from "./Menu";

const EDGE = 8;
const WAYS: readonly (readonly [string, (record: ActivationRecord) => string])[] = [
  ["Copy text", ({ tokens }) => tokens.join("")],
  ["Copy as JSON", (record) => JSON.stringify(record)],
];

export function RecordMenu({ opened, onClose }: { opened: Opened; onClose: () => void }) {
  const { record, from } = opened;
  const menu = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");
  useLayoutEffect(() => {
    if (menu.current) place(menu.current, opened);
    menu.current?.querySelector("button")?.focus({ preventScroll: true });
  }, [opened]);
  useEffect(() => {
    const away = (event: Event) => {
      // the target is the host of a shadow root for who listens outside of it
      if (!menu.current || !event.composedPath().includes(menu.current)) onClose();
    };
    const ways = ["pointerdown", "scroll", "resize"];
    for (const way of ways) window.addEventListener(way, away, true);
    return () => {
      for (const way of ways) window.removeEventListener(way, away, true);
    };
  }, [onClose]);
  const leave = () => {
    onClose();
    from?.focus({ preventScroll: true });
  };
  const copy = (text: string) => {
    const refused = () => setSaid("Copying is not allowed.");
    if (!navigator.clipboard) return refused();
    navigator.clipboard.writeText(text).then(leave, refused);
  };
  const walk = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = items.findIndex(isFocused);
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    if (step !== undefined) items[(at + step) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={menu} className="menu" role="menu" aria-label="This text" tabIndex={-1} onKeyDown={walk}>
      {WAYS.map(([name, text]) => (
        <button key={name} type="button" role="menuitem" onClick={() => copy(text(record))}>
          {name}
        </button>
      ))}
      {said && <p role="alert">{said}</p>}
    </div>
  );
}

/** Beside the point, inside the window. */
function place(menu: HTMLElement, { left, top }: Opened): void {
  const { clientWidth, clientHeight } = document.documentElement;
  Object.assign(menu.style, { left: "0", top: "0" });
  const origin = menu.getBoundingClientRect(); // not the window's corner inside of what a notebook moves or contains
  const [most, lowest] = [clientWidth - menu.offsetWidth - EDGE, clientHeight - menu.offsetHeight - EDGE];
  menu.style.left = `${Math.max(EDGE, Math.min(left, most)) - origin.left}px`;
  menu.style.top = `${Math.max(EDGE, Math.min(top, lowest)) - origin.top}px`;
}
