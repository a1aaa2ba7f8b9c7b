/** What a drag in the plot does, and how much of it is seen. */
import { Choice } from "./Choice";
import type { Dragging } from "./usePlotGestures";

export type Drags = Dragging | "scroll";

type Props = {
  fingers: boolean;
  dragging: Drags;
  whole: boolean; // all points are seen
  onDragging: (dragging: Drags) => void;
  onZoom: (key: "+" | "-") => void;
  onWhole: () => void;
};

const MOUSE = [
  ["select", "Select"],
  ["move", "Move"],
] as const;
const FINGERS = [["scroll", "Scroll"], ...MOUSE] as const;

export const PlotTools = ({ fingers, dragging, whole, onDragging, onZoom, onWhole }: Props) => (
  <div className="toolbar under">
    <Choice
      legend="What a drag does"
      options={fingers ? FINGERS : MOUSE}
      value={dragging}
      onChange={onDragging}
    />
    <button type="button" onClick={() => onZoom("+")}>
      Zoom in
    </button>
    <button type="button" onClick={() => onZoom("-")}>
      Zoom out
    </button>
    {!whole && (
      <button type="button" onClick={onWhole}>
        Show all
      </button>
    )}
  </div>
);
