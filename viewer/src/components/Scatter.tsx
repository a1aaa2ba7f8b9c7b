/** Every unit as a point along two of its numbers, those of the selection in ink; a drag selects, the wheel zooms. */
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import {
  type Frame,
  movedBy,
  nearest,
  type Points,
  type Spot,
  spotOf,
  type Windows,
  windowsByKey,
  zoomedAt,
} from "../plot";
import { useTheme } from "../theme";
import { Axes } from "./Axes";
import { drawPoints } from "./drawPoints";
import { type TipContent, useTip } from "./Tooltip";
import { useMatch } from "./useMatch";
import { type Drag, type Dragging, usePlotGestures } from "./usePlotGestures";
import { useSize } from "./useSize";

type Read = (value: number) => string;
type Props = {
  label: string;
  points: Points;
  marks: Uint8Array; // 1 for those of the selection
  log: { x: boolean; y: boolean };
  ticks: { x: Read; y: Read };
  tips: boolean; // a point under the pointer is told of in the tooltip
  windows: Windows;
  dragging: Dragging | null; // null: a finger scrolls the page
  pointed: number | null; // a place
  tipOf: (place: number) => TipContent;
  onWindows: (windows: Windows) => void;
  onSelect: (frame: Frame, drag: Drag) => void;
  onPoint: (place: number | null) => void;
  onOpen: (place: number) => void;
};

const REACH = 24; // px around the pointer in which a point is named
const FIRST_SIZE = { width: 480, height: 360 };

export function Scatter(props: Props) {
  const { label, points, marks, log, ticks, windows, dragging, pointed, onWindows, onPoint, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box, FIRST_SIZE);
  const frame = useMemo<Frame>(() => ({ ...size, ...windows }), [size, windows]);
  const canvas = useCanvas(points, marks, frame);
  const [named, setNamed] = useState(false); // the point is told of here, and not only marked
  const point = (at: Spot | null) => {
    setNamed(at !== null);
    onPoint(at && nearest(points, marks, frame, at, REACH));
  };
  const { brush, handlers, stop } = usePlotGestures(box, {
    dragging,
    onSelect: (drag) => props.onSelect(frame, drag),
    onMove: ({ left, top }) => onWindows(movedBy(windows, -left / frame.width, top / frame.height)),
    onZoom: (around, factor) => onWindows(zoomedAt(frame, around, factor)),
    onHover: point,
    onClick(at, touch) {
      const place = nearest(points, marks, frame, at, REACH);
      if (touch || place === null) point(at);
      else onOpen(place);
    },
  });
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return stop();
    const to = windowsByKey(event.key, frame);
    if (!to) return;
    onWindows(to);
    event.preventDefault();
  };
  return (
    <div className="scatter">
      <Axes {...windows} {...{ log, ticks }} />
      {/* biome-ignore lint/a11y/useSemanticElements: a group of nothing but a picture */}
      <div
        className={`points ${dragging ?? "scrolls"}`}
        ref={box}
        role="group"
        aria-label={`${label}; arrows move it, plus and minus zoom`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the plot is moved by keys
        tabIndex={0}
        onKeyDown={press}
        {...handlers}
      >
        <canvas ref={canvas} />
        {pointed !== null && !brush && (
          <Ring
            at={spotOf(frame, points.x[pointed] ?? 0, points.y[pointed] ?? 0)}
            tip={props.tips && named ? props.tipOf(pointed) : null}
          />
        )}
        {brush && <i className="brush" style={boxOf(brush)} />}
      </div>
    </div>
  );
}

/** A canvas on which the points are drawn again when they, what is seen of them or the colours change. */
function useCanvas(points: Points, marks: Uint8Array, frame: Frame): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const forced = useMatch("(forced-colors: active)");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours come from the style
  useLayoutEffect(() => {
    if (canvas.current) drawPoints(canvas.current, points, marks, frame, window.devicePixelRatio || 1);
  }, [points, marks, frame, theme, forced]);
  return canvas;
}

/** Around one point; with its numbers where they are asked for. */
function Ring({ at, tip }: { at: Spot; tip: TipContent | null }) {
  const ring = useRef<HTMLElement>(null);
  const { show, hide } = useTip();
  const said = tip && JSON.stringify(tip);
  const [left, top] = [Math.round(at.left), Math.round(at.top)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: it moves with the ring
  useEffect(() => {
    if (!ring.current || said === null) return;
    show(ring.current, JSON.parse(said));
    return hide;
  }, [said, left, top, show, hide]);
  if (!Number.isFinite(left) || !Number.isFinite(top)) return null;
  return <i className="ring" ref={ring} style={{ left, top }} />;
}

const boxOf = ({ from, to }: Drag) => ({
  left: Math.min(from.left, to.left),
  top: Math.min(from.top, to.top),
  width: Math.abs(from.left - to.left),
  height: Math.abs(from.top - to.top),
});
