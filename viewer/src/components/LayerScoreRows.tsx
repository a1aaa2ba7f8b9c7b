/** Best scores of each layer's units as small histograms on one scale, with their figures in words. */
import type { LayerScores } from "../nouns";
import { layerBars, layerSentence, tallestOf } from "../reports";

export function LayerScoreRows({ layers }: { layers: readonly LayerScores[] }) {
  const tallest = tallestOf(layers);
  return (
    <>
      <ol className="layer-scores">
        {layers.map((layer) => (
          <li key={layer.layer}>
            <b>Layer {layer.layer}</b>
            <Bars {...{ layer, tallest }} />
            <span className="note">{layerSentence(layer)}</span>
          </li>
        ))}
      </ol>
      <p className="note">
        Bars: units by score, from −1 to 1 with a line at 0; the tallest is {tallest} of a layer's units.
      </p>
    </>
  );
}

function Bars({ layer, tallest }: { layer: LayerScores; tallest: number }) {
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <line x1="0.5" x2="0.5" y1="0" y2="1" vectorEffect="non-scaling-stroke" />
      {layerBars(layer, tallest).map(({ at, height }) => (
        <rect
          key={at}
          className={at < 0.5 ? "below" : undefined}
          x={at + 0.1 / layer.counts.length}
          width={0.8 / layer.counts.length}
          y={1 - height}
          height={height}
        />
      ))}
    </svg>
  );
}
