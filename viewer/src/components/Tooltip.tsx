/** One tooltip and one announcer for the whole page, moved by hand: no rendering per hover. */
import { createContext, type ReactNode, use, useEffect, useMemo, useRef } from "react";

export type TipContent = { token: string; value: string | null; detail: string; more: string | null };
export type Tip = {
  /** Places the tooltip at an element. */
  show(at: Element, content: TipContent): void;
  hide(): void;
  /** Has a screen reader say something. */
  say(text: string): void;
};

const SILENT: Tip = { show: () => {}, hide: () => {}, say: () => {} };
const TipContext = createContext<Tip>(SILENT);

export const useTip = (): Tip => use(TipContext);

const GAP = 6;
const EDGE = 8;

/** From EDGE to where the size still fits into the room. */
const inside = (wanted: number, size: number, room: number): number =>
  Math.round(Math.max(EDGE, Math.min(room - size - EDGE, wanted)));

/** Above the element where there is room, else below; never over the window's edge. */
function place(tip: HTMLElement, at: Element): void {
  // A token that wraps has a box per line: the tooltip belongs to the first.
  const box = at.getClientRects()[0] ?? at.getBoundingClientRect();
  tip.style.transform = "";
  const origin = tip.getBoundingClientRect(); // not the window's corner inside of what a notebook moves or contains
  const middle = box.left + box.width / 2 - tip.offsetWidth / 2;
  const above = box.top - tip.offsetHeight - GAP;
  const { clientWidth, clientHeight } = document.documentElement;
  const left = inside(middle, tip.offsetWidth, clientWidth);
  const top = inside(above > EDGE ? above : box.bottom + GAP, tip.offsetHeight, clientHeight);
  tip.style.transform = `translate(${left - origin.left}px, ${top - origin.top}px)`;
}

function fill(tip: HTMLElement, content: TipContent): void {
  for (const part of ["token", "value", "detail", "more"] as const) {
    const element = tip.querySelector<HTMLElement>(`[data-part="${part}"]`);
    if (!element) continue;
    element.textContent = content[part];
    element.hidden = content[part] === null;
  }
}

/** Gives everything inside the page's tooltip; draws it last, so that it lies on top. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  const tip = useRef<HTMLDivElement>(null);
  const voice = useRef<HTMLDivElement>(null);
  const handle = useMemo<Tip>(
    () => ({
      show(at, content) {
        if (!tip.current) return;
        fill(tip.current, content);
        tip.current.hidden = false;
        place(tip.current, at);
      },
      hide() {
        if (tip.current) tip.current.hidden = true;
      },
      say(text) {
        if (voice.current) voice.current.textContent = text;
      },
    }),
    [],
  );
  useEffect(() => {
    const options = { passive: true, capture: true };
    window.addEventListener("scroll", handle.hide, options);
    return () => window.removeEventListener("scroll", handle.hide, options);
  }, [handle]);
  return (
    <TipContext value={handle}>
      {children}
      <div className="tip" ref={tip} hidden role="tooltip">
        <code data-part="token" />
        <b data-part="value" />
        <small data-part="detail" />
        <small data-part="more" />
      </div>
      <div className="hidden" ref={voice} aria-live="polite" />
    </TipContext>
  );
}
