/** What a pointer does on a plot: a drag selects, or moves it with Shift; the wheel zooms; a click opens. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Spot } from "../plot";

export type Drag = { from: Spot; to: Spot };
export type Dragging = "select" | "move";

type Acts = {
  dragging: Dragging | null; // what a drag does without Shift; null: it scrolls the page
  onSelect: (drag: Drag) => void;
  onMove: (by: Spot) => void; // px
  onZoom: (around: Spot, factor: number) => void;
  onHover: (at: Spot | null) => void;
  onClick: (at: Spot, touch: boolean) => void;
};

const STILL = 4; // px that a click may move
const WHEEL = 0.0015; // of the axis per px

export function usePlotGestures(box: RefObject<HTMLElement | null>, acts: Acts) {
  const [brush, setBrush] = useState<Drag | null>(null);
  const began = useRef<{ from: Spot; last: Spot; moves: boolean } | null>(null);
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const turned = (event: WheelEvent) => {
      event.preventDefault(); // or the page would move as well
      latest.current.onZoom(
        spotOn(element, event),
        Math.exp(WHEEL * Math.max(-300, Math.min(300, event.deltaY))),
      );
    };
    element.addEventListener("wheel", turned, { passive: false });
    return () => element.removeEventListener("wheel", turned);
  }, [box]);
  const stop = () => {
    began.current = null;
    setBrush(null);
  };
  return {
    brush,
    stop,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.button > 1 || !event.isPrimary) return;
        const from = spotOn(event.currentTarget, event);
        const moves = event.shiftKey || event.button === 1 || acts.dragging === "move";
        began.current = { from, last: from, moves };
        event.currentTarget.setPointerCapture?.(event.pointerId);
        if (event.button === 1) event.preventDefault(); // the browser would scroll by itself
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const to = spotOn(event.currentTarget, event);
        const drag = began.current;
        if (!drag) return acts.onHover(to);
        if (far(drag.from, to)) acts.onHover(null);
        if (drag.moves) acts.onMove({ left: to.left - drag.last.left, top: to.top - drag.last.top });
        else if (acts.dragging !== null && far(drag.from, to)) setBrush({ from: drag.from, to });
        drag.last = to;
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        const drag = began.current;
        const to = spotOn(event.currentTarget, event);
        stop();
        if (!drag) return;
        if (!far(drag.from, to)) acts.onClick(to, event.pointerType === "touch");
        else if (!drag.moves && acts.dragging !== null) acts.onSelect({ from: drag.from, to });
      },
      onPointerCancel: stop, // a finger scrolls the page instead
      onPointerLeave({ pointerType }: PointerEvent<HTMLElement>) {
        if (pointerType !== "touch") acts.onHover(null); // what a finger chose stays when it is lifted
      },
    },
  };
}

const far = (one: Spot, other: Spot): boolean =>
  Math.hypot(one.left - other.left, one.top - other.top) >= STILL;

function spotOn(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): Spot {
  const { left, top } = element.getBoundingClientRect();
  return { left: clientX - left, top: clientY - top };
}
