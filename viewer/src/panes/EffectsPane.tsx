/** Nodes as points: effect against activation, and what was predicted of the strongest against what was measured. */
import { useMemo, useState } from "react";
import { Pane } from "../components/Pane";
import { Scatter } from "../components/Scatter";
import { Empty } from "../components/States";
import type { TipContent } from "../components/Tooltip";
import { useMatch } from "../components/useMatch";
import type { TraceNode, Verified } from "../nouns";
import type { Points } from "../plot";
import { placed, windowOf } from "../scales";
import { count, named, short, twoDecimals } from "../tokens";
import { effectWords, nodeName, nodeTitle } from "../traceNodes";
import { plural } from "../words";
import type { TraceShared } from "./TracePane";

export function EffectsPane({ trace: { report }, words, onOpen }: TraceShared) {
  const { nodes, verify, tokens } = report;
  const units = useMemo(() => nodes.filter(({ kind }) => kind === "unit"), [nodes]);
  const points = useMemo(
    () => pointsOf(units, (node) => [placed(Math.abs(node.activation), true), node.effect]),
    [units],
  );
  const open = (node: TraceNode | undefined) => {
    const at = node && words.unit(node);
    if (at) onOpen(at);
  };
  return (
    <>
      <Pane id="effects" title="Effect against activation">
        {units.length === 0 ? (
          <Empty>None of the nodes that were kept is a unit.</Empty>
        ) : (
          <Plot
            label="Effect against activation"
            {...{ points }}
            log={{ x: true, y: false }}
            tipOf={(at) => tipOf(units[at])}
            onOpen={(at) => open(units[at])}
          >
            {`Across: the size of the activation, on a log scale; up: the effect, below 0 raises the metric. ${plural(units.length, "unit")} of ${count(report.total)} nodes.`}
          </Plot>
        )}
      </Pane>
      <Pane id="verify" title="Predicted against measured">
        {verify ? (
          <Checked {...{ verify, tokens }} />
        ) : (
          <Empty>
            No node of this trace was replaced to measure its effect. neuronscope trace --verify does that.
          </Empty>
        )}
      </Pane>
    </>
  );
}

function Checked({ verify, tokens }: { verify: Verified; tokens: readonly string[] }) {
  const { points: checked, correlation, reason } = verify;
  const points = useMemo(() => pointsOf(checked, (one) => [one.predicted, one.measured]), [checked]);
  return (
    <>
      <p>
        {correlation === null ? (
          <>The correlation is not defined: {reason ?? "the trace does not say why"}.</>
        ) : (
          <>
            Correlation <b>{twoDecimals(correlation)}</b> over the {plural(checked.length, "strongest node")},
            each replaced alone.
          </>
        )}
      </p>
      {checked.length > 0 && (
        <Plot
          label="Measured against predicted effect"
          {...{ points }}
          log={EVEN}
          tipOf={(at) => {
            const one = checked[at];
            if (!one) return NOTHING;
            return {
              token: `${nodeName(one)} at ${named(tokens[one.position] ?? "")}`,
              value: null,
              detail: `predicted ${short(one.predicted)} · measured ${short(one.measured)}`,
              more: effectWords(one.measured),
            };
          }}
        >
          Across: the effect as predicted; up: as measured. On a rising diagonal both are the same.
        </Plot>
      )}
    </>
  );
}

const NOTHING: TipContent = { token: "", value: null, detail: "", more: null };

const tipOf = (node: TraceNode | undefined): TipContent =>
  node
    ? {
        token: nodeTitle(node),
        value: short(node.effect),
        detail: `activation ${short(node.activation)}`,
        more: effectWords(node.effect),
      }
    : NOTHING;

function pointsOf<T>(all: readonly T[], of: (one: T) => readonly [number, number]): Points {
  const places = all.map(of);
  return { x: Float64Array.from(places, ([x]) => x), y: Float64Array.from(places, ([, y]) => y) };
}

type PlotProps = {
  label: string;
  log: { x: boolean; y: boolean };
  points: Points;
  tipOf: (at: number) => TipContent;
  onOpen?: (at: number) => void;
  children: string;
};

const EVEN = { x: false, y: false };
const TICKS = { x: short, y: short };

function Plot({ label, log, points, tipOf, onOpen, children }: PlotProps) {
  const whole = useMemo(() => {
    const [x, y] = [windowOf(points.x), windowOf(points.y)];
    return x && y && { x, y };
  }, [points]);
  const marks = useMemo(() => new Uint8Array(points.x.length).fill(1), [points]);
  const [seen, setSeen] = useState<typeof whole>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const fingers = useMatch("(hover: none)");
  if (!whole) return <Empty>No node has a place on both axes.</Empty>;
  const told = pointed === null ? null : tipOf(pointed);
  return (
    <>
      <Scatter
        {...{ label, log, points, marks, pointed, tipOf }}
        ticks={TICKS}
        tips={!fingers}
        windows={seen ?? whole}
        dragging={fingers ? null : "move"}
        onWindows={setSeen}
        onSelect={() => {}}
        onPoint={setPointed}
        onOpen={(at) => onOpen?.(at)}
      />
      <p className="note">
        {children} {fingers ? "A tap names the nearest one." : "The wheel zooms, a drag moves."}{" "}
        {seen && (
          <button type="button" className="quiet" onClick={() => setSeen(null)}>
            All of it
          </button>
        )}
      </p>
      {fingers && told && (
        <p className="note">
          {told.token} · {told.detail} · {told.more}
        </p>
      )}
    </>
  );
}
