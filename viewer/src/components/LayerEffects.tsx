/** Every layer's share of all effects, and its effect beside what was measured, as bars and numbers. */
import { count, percent, short } from "../tokens";
import { type LayerShare, largest } from "../traceSums";

type Props = { layers: readonly LayerShare[]; errors: boolean };

export function LayerEffects({ layers, errors }: Props) {
  const widest = largest(layers.map(({ share }) => share));
  const most = largest(layers.flatMap(({ effect, measured }) => [effect, measured]));
  const shown = layers.toReversed(); // the last layer on top, as in the graph
  return (
    <table className="layer-effects">
      <thead>
        <tr>
          <th scope="col">Layer</th>
          <th scope="col">Share of size</th>
          {errors && <th scope="col">Errors in it</th>}
          <th scope="col">Effect</th>
          <th scope="col">Measured</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {shown.map((layer) => (
          <tr key={layer.name} title={`${count(layer.nodes)} nodes`}>
            <th scope="row">{layer.name}</th>
            <td className="share">
              <i style={{ width: `${widest > 0 ? (60 * (layer.share ?? 0)) / widest : 0}%` }} />
              {percent(layer.share)}
            </td>
            {errors && <td>{percent(layer.size > 0 ? layer.error_size / layer.size : null)}</td>}
            <td>{short(layer.effect)}</td>
            <td>{short(layer.measured)}</td>
            <td className="both">
              <Both effect={layer.effect} measured={layer.measured} {...{ most }} />
            </td>
          </tr>
        ))}
      </tbody>
      <caption>
        Bars from the middle: the coloured one is the effect as predicted, the grey one as measured, on one
        scale to {short(most)}.
      </caption>
    </table>
  );
}

function Both({ effect, measured, most }: { effect: number; measured: number | null; most: number }) {
  const bar = (value: number, y: number, className: string) => {
    const wide = most > 0 ? Math.abs(value) / most : 0;
    const x = value < 0 ? 1 - wide : 1;
    return (
      <rect
        className={`${className} ${value < 0 ? "raises" : "lowers"}`}
        {...{ x, y }}
        width={wide}
        height={5}
      />
    );
  };
  return (
    <svg viewBox="0 0 2 14" preserveAspectRatio="none" aria-hidden="true">
      {bar(effect, 1, "predicted")}
      {measured !== null && bar(measured, 8, "measured")}
      <line x1={1} x2={1} y1={0} y2={14} />
    </svg>
  );
}
