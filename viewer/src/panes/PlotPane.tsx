/** The selection among all units as a plot of two columns; a rectangle drawn in it becomes filters. */

import { useMemo, useState } from "react";
import { read, tick, titleOf } from "../columns";
import { AxisChoice } from "../components/AxisChoice";
import { Pane } from "../components/Pane";
import { type Drags, PlotTools } from "../components/PlotTools";
import { Scatter } from "../components/Scatter";
import { Empty, Loading } from "../components/States";
import type { TipContent } from "../components/Tooltip";
import { useMatch } from "../components/useMatch";
import { type Exploring, questionOf, withConditions } from "../explore";
import type { UnitRow } from "../nouns";
import { keptOrder } from "../ordering";
import { conditionsOf, type Points, type Windows, windowsByKey } from "../plot";
import { plotWords } from "../plotWords";
import { MOST_ASKED } from "../questions";
import { named } from "../tokens";
import type { Later, Shared } from "./ExplorePane";
import { type Seen, usePoints, useSeen } from "./usePlot";
import type { Selected } from "./useSelection";
import { useUnitWords } from "./useUnitWords";

export function PlotPane({ selected, ...props }: Later) {
  const { state, onState, known, values } = props;
  const points = usePoints(values, state, selected !== null);
  const seen = useSeen(points, state, onState);
  const axis = (change: Partial<Pick<Exploring, "x" | "y">>) => {
    seen.see(null);
    onState({ ...change, zoom: null });
  };
  return (
    <Pane id="plot" title="Plot" ask={questionOf(state, MOST_ASKED)}>
      <div className="toolbar">
        <AxisChoice label="across" axis={state.x} columns={known} onChange={(x) => axis({ x })} />
        <AxisChoice label="up" axis={state.y} columns={known} onChange={(y) => axis({ y })} />
      </div>
      {!(points && selected) && <Loading lines={8} />}
      {points && selected && !seen.windows && (
        <Empty>
          No {props.name.toLowerCase()} has a place on both axes. Choose another column, or no log scale.
        </Empty>
      )}
      {points && selected && seen.windows && (
        <Plotted {...props} {...{ points, seen, selected }} windows={seen.windows} />
      )}
    </Pane>
  );
}

type PlottedProps = Shared & { selected: Selected; points: Points; seen: Seen; windows: Windows };

function Plotted({ points, seen, windows, ...props }: PlottedProps) {
  const { dataset, name, state, onState, selected, pointed, onPoint } = props;
  const { x, y } = state;
  const fingers = useMatch("(hover: none)");
  const [asked, setDragging] = useState<Drags | null>(null);
  const chosen = asked ?? (fingers ? "scroll" : "select");
  const addressOf = (place: number) => selected.units(Uint32Array.of(place))[0] ?? { layer: 0, unit: 0 };
  const words = useUnitWords(dataset, pointed === null ? null : addressOf(pointed), pointed);
  const log = useMemo(() => ({ x: x.log, y: y.log }), [x.log, y.log]);
  const numbers = (place: number) =>
    [x, y]
      .map(
        ({ column }) => `${titleOf(column).toLowerCase()} ${read(column, props.values.get(column)?.[place])}`,
      )
      .join(" · ");
  const nameOf = (place: number) => `${addressOf(place).layer}:${addressOf(place).unit}`;
  const tipOf = (place: number): TipContent => ({
    token: nameOf(place),
    value: null,
    detail: numbers(place),
    more: words && aboutOf(words),
  });
  const onZoom = (key: "+" | "-") => seen.see(windowsByKey(key, { ...windows, width: 1, height: 1 }));
  const sentence = useSentence(props, points);
  return (
    <>
      <Scatter
        label={`${titleOf(y.column)} against ${titleOf(x.column)}`}
        {...{ points, log, windows, pointed, onPoint, tipOf }}
        marks={selected.mask}
        ticks={{ x: (value) => tick(x.column, value), y: (value) => tick(y.column, value) }}
        dragging={chosen === "scroll" ? null : chosen}
        tips={!fingers}
        onWindows={seen.see}
        onSelect={(frame, { from, to }) =>
          onState({ where: withConditions(state.where, conditionsOf(x, y, frame, from, to)) })
        }
        onOpen={(place) => props.onOpen(addressOf(place))}
      />
      <PlotTools
        {...{ fingers, onZoom }}
        dragging={chosen}
        whole={seen.whole}
        onDragging={setDragging}
        onWhole={() => seen.see(null)}
      />
      {fingers && pointed !== null && (
        <p>
          <a href={props.hrefOf(addressOf(pointed))}>
            {name} {nameOf(pointed)}
          </a>{" "}
          <span className="note">
            {[numbers(pointed), words && aboutOf(words)].filter(Boolean).join(" · ")}
          </span>
        </p>
      )}
      <p className="note">
        {sentence} {fingers ? TAPS : HINTS}
      </p>
    </>
  );
}

const HINTS = "A click opens the one under the pointer; the wheel zooms, Shift and a drag moves.";
const TAPS = "A tap names the nearest one.";

const aboutOf = ({ explanation, peak_token: token }: UnitRow): string | null =>
  explanation ?? (token === null ? null : `strongest token ${named(token)}`);

function useSentence(
  { values, state: { x, y }, selected: { mask }, name }: Omit<PlottedProps, "points" | "seen" | "windows">,
  points: Points,
): string {
  const [across, up] = [values.get(x.column), values.get(y.column)];
  return useMemo(() => {
    if (!across || !up) return "";
    const along = (axis: typeof x, values: Float64Array) => ({
      axis,
      values,
      ascending: keptOrder(values, false),
    });
    return plotWords(along(x, across), along(y, up), points, mask, name.toLowerCase());
  }, [x, y, across, up, points, mask, name]);
}
