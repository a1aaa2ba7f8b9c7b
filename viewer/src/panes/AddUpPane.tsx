/** How far the effects can be trusted as a whole: what they add up to, beside what really happens; shares by kind and layer. */
import { useMemo } from "react";
import { LayerEffects } from "../components/LayerEffects";
import { Pane } from "../components/Pane";
import { Rows } from "../components/Rows";
import type { TraceReport } from "../nouns";
import { count, exact, percent, short } from "../tokens";
import { kindShares, layerShares } from "../traceSums";
import { plural } from "../words";
import type { TraceShared } from "./TracePane";

const WORKED =
  "Shares are of the sizes of effects (completeness.layers, size and error_size), each over the sum of all layers.";

export function AddUpPane({ trace: { report }, ask }: TraceShared) {
  const layers = useMemo(() => layerShares(report), [report]);
  const errors = useMemo(() => kindShares(report).error.size > 0, [report]);
  return (
    <Pane id="sums" title="Do they add up" ask={ask()} worked={WORKED}>
      <Rows className="trace-facts" rows={rowsOf(report, errors)} />
      <p className="note">
        Over all {count(report.total)} nodes, not only the {count(report.nodes.length)} that were kept. Layers
        overlap: one replaced alone is made up for by those after it, so the layers' sum need not be what
        replacing all at once does; each layer's own effect should be near what was measured of it.
      </p>
      <LayerEffects {...{ layers, errors }} />
    </Pane>
  );
}

function rowsOf(report: TraceReport, errors: boolean) {
  const { predicted, measured, layers } = report.completeness;
  const { unit, error } = kindShares(report);
  const off = near(layers);
  return [
    { name: "Sum of all effects", value: exact(predicted), note: `of ${plural(report.total, "node")}` },
    {
      name: "Measured",
      value: measured === null ? "not known" : exact(measured),
      note: "the metric's change when all of them are replaced at once",
    },
    ...(off ? [{ name: "Same sign", value: off, note: "effect and measured go the same way" }] : []),
    ...(errors
      ? [
          {
            name: "Units",
            value: percent(unit.share),
            note: `of the size of all effects; they add up to ${short(unit.effect)}`,
          },
          {
            name: "Errors",
            value: percent(error.share),
            note: `what the SAE leaves out; they add up to ${short(error.effect)}`,
          },
        ]
      : []),
  ];
}

/** In how many layers effect and measured go the same way, of those that were measured. */
function near(layers: TraceReport["completeness"]["layers"]): string | null {
  const known = layers.filter(({ measured }) => measured !== null);
  if (known.length === 0) return null;
  const same = known.filter(({ effect, measured }) => effect * (measured ?? 0) > 0);
  return `${same.length} of ${plural(known.length, "layer")}`;
}
