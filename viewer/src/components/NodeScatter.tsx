/** Nodes of a trace as points along two of their numbers; the one that is pointed at is named. */
import { useMemo, useState } from "react";
import type { Points } from "../plot";
import { placed, type Window, windowOf } from "../scales";
import { short } from "../tokens";
import { Scatter } from "./Scatter";
import { Empty } from "./States";
import type { TipContent } from "./Tooltip";
import { useMatch } from "./useMatch";

type Props = {
  label: string;
  at: readonly (readonly [x: number, y: number])[]; // where each node stands
  log: { x: boolean; y: boolean };
  told: string; // what the axes are
  tipOf: (node: number) => TipContent;
  onOpen?: (node: number) => void;
};

const TICKS = { x: short, y: short };

export function NodeScatter({ label, at, log, told, tipOf, onOpen }: Props) {
  const points = useMemo(() => pointsOf(at, log), [at, log]);
  const whole = useMemo(() => windowsOf(points), [points]);
  const marks = useMemo(() => new Uint8Array(at.length).fill(1), [at]);
  const [seen, setSeen] = useState<typeof whole>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const fingers = useMatch("(hover: none)");
  if (!whole) return <Empty>No node has a place on both axes.</Empty>;
  const tip = pointed === null ? null : tipOf(pointed);
  return (
    <>
      <Scatter
        {...{ label, log, points, marks, pointed, tipOf }}
        ticks={TICKS}
        tips={!fingers}
        windows={seen ?? whole}
        dragging={fingers ? null : "move"}
        onWindows={setSeen}
        onSelect={() => {}} // a drag moves
        onPoint={setPointed}
        onOpen={(node) => onOpen?.(node)}
      />
      <p className="note">
        {told} {fingers ? "A tap names the nearest one." : "The wheel zooms, a drag moves."}{" "}
        {seen && (
          <button type="button" className="quiet" onClick={() => setSeen(null)}>
            All of it
          </button>
        )}
      </p>
      {fingers && tip && (
        <p className="note">{[tip.token, tip.detail, tip.more].filter(Boolean).join(" · ")}</p>
      )}
    </>
  );
}

const pointsOf = (at: Props["at"], log: Props["log"]): Points => ({
  x: Float64Array.from(at, ([x]) => placed(x, log.x)),
  y: Float64Array.from(at, ([, y]) => placed(y, log.y)),
});

function windowsOf({ x, y }: Points): { x: Window; y: Window } | null {
  const [across, up] = [windowOf(x), windowOf(y)];
  return across && up && { x: across, y: up };
}
