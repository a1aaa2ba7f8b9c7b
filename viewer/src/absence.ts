/** What a person reads where a layer or a unit is not: what there is instead. Pure. */
import { filled } from "./neighbours";
import type { LayerInfo, UnitAddress } from "./nouns";
import { plural } from "./words";

/** Where `at` is not. */
export function absence(layers: readonly LayerInfo[], at: UnitAddress, name: string): string {
  const layer = layers.find(({ index }) => index === at.layer);
  if (!layer) return noLayer("This dataset", layers, at.layer);
  return `Layer ${at.layer} of this dataset has no ${name} ${at.unit}; it has ${plural(layer.units, name)}.`;
}

/** Where a layer is not; `dataset` is how the sentence names it. */
export const noLayer = (dataset: string, layers: readonly LayerInfo[], layer: number): string =>
  `${dataset} has no layer ${layer}; it has ${layersNamed(layers)}.`;

/** "layer 5", "layers 0–11", "layers 0–3, 8". */
function layersNamed(layers: readonly LayerInfo[]): string {
  const spans: { from: number; to: number }[] = [];
  for (const { index } of filled(layers)) {
    const last = spans.at(-1);
    if (last?.to === index - 1) last.to = index;
    else spans.push({ from: index, to: index });
  }
  const named = spans.map(({ from, to }) => (from === to ? from : `${from}–${to}`)).join(", ");
  if (named === "") return "none";
  return `${/\D/.test(named) ? "layers" : "layer"} ${named}`;
}
