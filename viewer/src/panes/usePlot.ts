/** What a plot needs: two columns along their axes, and what of it is seen; the link has that once a person lets go. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { Column } from "../columns";
import type { Exploring } from "../explore";
import { linkOf, type Points, seenOf, type Windows } from "../plot";
import { placedAll, windowOf } from "../scales";

const LET_GO_MS = 250;

/** Null while a column is on its way, or nobody wants them yet. */
export function usePoints(
  values: ReadonlyMap<Column, Float64Array>,
  { x, y }: Exploring,
  wanted: boolean,
): Points | null {
  const [across, up] = [wanted && values.get(x.column), wanted && values.get(y.column)];
  const alongX = useMemo(() => across && placedAll(across, x.log), [across, x.log]);
  const alongY = useMemo(() => up && placedAll(up, y.log), [up, y.log]);
  return useMemo(() => (alongX && alongY ? { x: alongX, y: alongY } : null), [alongX, alongY]);
}

export type Seen = { windows: Windows | null; whole: boolean; see: (windows: Windows | null) => void };

/** `windows` null: no point has a place on both axes. */
export function useSeen(
  points: Points | null,
  state: Exploring,
  onState: (change: Partial<Exploring>) => void,
): Seen {
  const { x, y, zoom } = state;
  const all = useMemo(() => {
    const [across, up] = points ? [windowOf(points.x), windowOf(points.y)] : [null, null];
    return across && up ? { x: across, y: up } : null;
  }, [points]);
  const linked = useMemo(() => (zoom ? seenOf(zoom, x, y) : null), [zoom, x, y]);
  const [moving, setMoving] = useState<Windows | null>(null);
  const latest = useRef({ x, y, onState });
  latest.current = { x, y, onState };
  useEffect(() => {
    if (!moving) return;
    const timer = setTimeout(() => {
      const { x, y, onState } = latest.current;
      onState({ zoom: linkOf(moving, x, y) });
      setMoving(null);
    }, LET_GO_MS);
    return () => clearTimeout(timer);
  }, [moving]);
  const see = (windows: Windows | null) => {
    setMoving(windows);
    if (windows === null) onState({ zoom: null });
  };
  return { windows: moving ?? linked ?? all, whole: moving === null && zoom === null, see };
}
