/** A text with one unit as its colour and another one drawn under it. */
import { useMemo } from "react";
import { Choice } from "../components/Choice";
import { Legend } from "../components/Legend";
import { Empty } from "../components/States";
import { TokenHeatmap } from "../components/TokenHeatmap";
import type { OnlineAnswer, ScaleOf } from "../shown";
import { extremeOf, short } from "../tokens";
import { nameOf, overlayOf } from "./overlay";

const SCALES: readonly (readonly [ScaleOf, string])[] = [
  ["unit", "Relative"],
  ["shared", "Absolute"],
];

type Props = {
  answer: OnlineAnswer;
  highlighted: readonly string[];
  tooltip: readonly string[];
  scale: ScaleOf;
  old: boolean;
  onScale: (scale: ScaleOf) => void;
};

export function Overlaid({ answer, highlighted, tooltip, scale, old, onScale }: Props) {
  const drawn = useMemo(
    () => overlayOf(answer, { highlighted, tooltip, scale }),
    [answer, highlighted, tooltip, scale],
  );
  const { first, second, missing } = drawn;
  if (!first)
    return (
      <Empty>
        {missing[0]
          ? `${missing[0]} is not computed yet: run the text.`
          : "No unit is chosen to colour the text."}
      </Empty>
    );
  const at = extremeOf(first.values);
  const negative = (activations: readonly (number | null)[]) => activations.some((value) => (value ?? 0) < 0);
  const units = [first.unit, ...(second ? [second.unit] : [])];
  return (
    <div className={old ? "tried old" : "tried"}>
      <div className="toolbar">
        <Choice legend="Colour scale" options={SCALES} value={scale} onChange={onScale} />
        {units.map((unit, place) => (
          <div key={unit.key} className={place === 0 ? "dash-legend" : "dash-legend second"}>
            <span dir="auto">
              {nameOf(unit)}
              {place === 1 && ", under the text"}
            </span>
            <Legend
              scale={(place === 0 ? first.scale : second?.scale) ?? first.scale}
              negative={negative(unit.activations)}
              own={null}
              about={scale === "unit" ? "Each unit's own scale." : "One scale for the units that are shown."}
            />
          </div>
        ))}
      </div>
      {missing[0] && <Empty>{missing[0]} is not computed yet: run the text.</Empty>}
      <ol className="records full">
        <li>
          <span className="margin">{at === null ? "" : short(first.values.activations[at])}</span>
          <TokenHeatmap
            record={first.values}
            scale={first.scale}
            under={second ?? undefined}
            sign={1}
            context="full"
            breaks="broken"
            label={`The text, ${units.map(nameOf).join(" over ")}`}
          />
        </li>
      </ol>
    </div>
  );
}
