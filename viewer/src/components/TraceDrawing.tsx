/**
 * The graph of a trace as a picture: tokens across, layers up. Each node can be pointed at, clicked, and walked to with
 * the arrow keys; what is next to it stays dark while the rest fades.
 */
import { type KeyboardEvent, type Ref, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { short } from "../tokens";
import { around, type Graph, type Item, type Link, METRIC } from "../traceGraph";
import { curve, type Drawing, groupLabel, laidOut, NODE, type Spot, walked } from "../traceLayout";
import { effectWords } from "../traceNodes";
import { largest } from "../traceSums";
import { useTip } from "./Tooltip";
import { useSize } from "./useSize";

type Props = {
  ref: Ref<SVGSVGElement>;
  graph: Graph;
  tokens: readonly string[];
  at: number; // the token after which the metric is read
  metric: string;
  focus: string | null;
  titleOf: (item: Item) => string;
  aboutOf: (item: Item) => string | null;
  onFocus: (key: string) => void;
  onPin: (item: Item) => void;
  onOpen: (item: Item) => void;
};

const FIRST_SIZE = { width: 800, height: 400 };

export function TraceDrawing(props: Props) {
  const { ref, graph, tokens, at, metric, focus } = props;
  const [pointed, onPoint] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const room = useSize(box, FIRST_SIZE).width;
  const drawing = useMemo(() => laidOut(graph.items, tokens, { at, room }), [graph.items, tokens, at, room]);
  const { width, height, spots } = drawing;
  const chosen = pointed ?? (focus !== null && spots.has(focus) ? focus : null);
  const near = useMemo(() => (chosen === null ? null : around(graph.links, chosen)), [graph.links, chosen]);
  const entry = focus !== null && spots.has(focus) ? focus : (graph.items[0]?.key ?? METRIC); // what Tab reaches
  const walk = useWalk(box, drawing, props);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wide graph begins where what it is about stands
  useLayoutEffect(() => {
    const spot = spots.get(entry === focus ? entry : METRIC);
    if (box.current && spot) box.current.scrollLeft = spot.x - box.current.clientWidth / 2;
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the nodes in it are what is pressed
    <div className="trace-graph" ref={box} onPointerLeave={() => onPoint(null)} onKeyDown={walk}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of nodes, not of form controls */}
      <svg
        ref={ref}
        {...{ width, height }}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={`The graph: ${graph.items.length} nodes and ${graph.links.length} edges; arrow keys walk it`}
      >
        <Frame {...{ drawing }} at={at} />
        <Links links={graph.links} {...{ spots, chosen }} />
        {graph.items.map((item) => (
          <Node
            key={item.key}
            {...{ item }}
            {...props}
            {...{ onPoint }}
            spot={spots.get(item.key)}
            faded={near !== null && !near.has(item.key)}
            entry={item.key === entry}
          />
        ))}
        <Top
          spot={spots.get(METRIC)}
          text={metric}
          {...{ width }}
          entry={entry === METRIC}
          chosen={focus === METRIC}
          onFocus={() => props.onFocus(METRIC)}
        />
      </svg>
    </div>
  );
}

/** The keys of a node that has the focus; the next one is scrolled to where it can be seen. */
function useWalk(box: { current: HTMLElement | null }, { spots }: Drawing, props: Props) {
  const { graph, onFocus, onPin, onOpen } = props;
  const asked = useRef<string | null>(null);
  const focusOn = (key: string) => box.current?.querySelector<SVGElement>(`[data-key="${key}"]`)?.focus();
  useEffect(() => {
    if (asked.current !== null) focusOn(asked.current);
    asked.current = null;
  });
  return (event: KeyboardEvent) => {
    const key = (event.target as Element).closest("[data-key]")?.getAttribute("data-key");
    if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = graph.items.find((one) => one.key === key);
    const to = walked(spots, key, event.key);
    if (to !== null) {
      asked.current = to;
      onFocus(to);
    } else if (item && (event.key === "p" || event.key === "P")) {
      asked.current = key;
      onPin(item);
    } else if (item && event.key === "Enter") onOpen(item);
    else if (item && event.key === " ") onFocus(key);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** Layers and tokens behind the nodes. */
function Frame({ drawing: { rows, columns, width, height }, at }: { drawing: Drawing; at: number }) {
  return (
    <g className="frame">
      {rows.map(({ name, y, height: high }) => (
        <g key={name}>
          <line x1={0} x2={width} y1={y + high} y2={y + high} />
          <text x={36} y={y + high / 2} textAnchor="end" dominantBaseline="central">
            {name}
          </text>
        </g>
      ))}
      {columns.map(({ position, x, width: wide, label }) => (
        <text
          key={position}
          className={position === at ? "token read" : "token"}
          x={x + wide / 2}
          y={height - 10}
          textAnchor="middle"
        >
          {label}
        </text>
      ))}
    </g>
  );
}

const WIDEST = 5; // px of the strongest edge

type LinksProps = { links: readonly Link[]; spots: ReadonlyMap<string, Spot>; chosen: string | null };

function Links({ links, spots, chosen }: LinksProps) {
  const most = largest(links.map(({ effect }) => effect));
  return (
    <g className="links">
      {links.map(({ from, to, effect }) => {
        const [start, end] = [spots.get(from), spots.get(to)];
        if (!start || !end) return null;
        const touches = chosen === null ? null : from === chosen || to === chosen;
        const marks = [
          effect < 0 ? "raises" : "lowers",
          to === METRIC && "last",
          touches === false && "faded",
          touches && "near",
        ];
        return (
          <path
            key={`${from} ${to}`}
            className={marks.filter(Boolean).join(" ")}
            d={curve(start, end)}
            strokeWidth={Math.max(0.75, (WIDEST * Math.abs(effect)) / (most || 1))}
          />
        );
      })}
    </g>
  );
}

type NodeProps = Props & {
  item: Item;
  spot: Spot | undefined;
  faded: boolean;
  entry: boolean; // whether Tab reaches it
  onPoint: (key: string | null) => void;
};

function Node({ item, spot, faded, entry, focus, titleOf, aboutOf, onPoint, onFocus }: NodeProps) {
  const { show, hide } = useTip();
  if (!spot) return null;
  const { x, y, width } = spot;
  const marks = ["node", item.effect < 0 ? "raises" : "lowers", faded && "faded", item.pinned && "pinned"];
  const said = effectWords(item.effect);
  const point = (element: Element) => {
    onPoint(item.key);
    show(element, { token: titleOf(item), value: short(item.effect), detail: said, more: aboutOf(item) });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture has no buttons of its own
    <g
      className={[...marks, item.key === focus && "chosen"].filter(Boolean).join(" ")}
      role="button"
      tabIndex={entry ? 0 : -1}
      aria-pressed={item.key === focus}
      aria-label={`${titleOf(item)}, ${said}${item.pinned ? ", pinned" : ""}`}
      data-key={item.key}
      onClick={() => onFocus(item.key)}
      onPointerEnter={({ currentTarget }) => point(currentTarget)}
      onPointerLeave={() => {
        onPoint(null);
        hide();
      }}
    >
      {item.group ? (
        <>
          <rect x={x - width / 2 + 2} y={y - 9} width={width - 4} height={18} rx={9} />
          <text {...{ x, y }} textAnchor="middle" dominantBaseline="central">
            {groupLabel(item.name)}
          </text>
        </>
      ) : (
        <>
          <circle className="reach" cx={x} cy={y} r={9} />
          {item.pinned && <circle className="ring-out" cx={x} cy={y} r={NODE + 3} />}
          <circle className="dot" cx={x} cy={y} r={NODE} />
        </>
      )}
    </g>
  );
}

type TopProps = {
  spot: Spot | undefined;
  text: string;
  width: number;
  entry: boolean;
  chosen: boolean;
  onFocus: () => void;
};

/** The metric: a node to walk to, of which nothing more is known than its name. */
function Top({ spot, text, width, entry, chosen, onFocus }: TopProps) {
  if (!spot) return null;
  const left = spot.x > width / 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of a picture
    <g
      className="metric"
      role="button"
      tabIndex={entry ? 0 : -1}
      aria-pressed={chosen}
      aria-label={`the metric: ${text}`}
      data-key={METRIC}
      onClick={onFocus}
    >
      <rect x={spot.x - 7} y={spot.y - 7} width={14} height={14} rx={2} />
      <text
        x={spot.x + (left ? -14 : 14)}
        y={spot.y}
        textAnchor={left ? "end" : "start"}
        dominantBaseline="central"
      >
        {text}
      </text>
    </g>
  );
}
