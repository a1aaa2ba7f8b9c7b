/** Effects by layer and token: a strip of bars per layer, up what raises the metric and down what lowers it. */
import { named, short } from "../tokens";
import { effectWords } from "../traceNodes";
import { type LayerCells, largest } from "../traceSums";
import { plural } from "../words";
import { useTip } from "./Tooltip";

type Props = { rows: readonly LayerCells[]; tokens: readonly string[] };

export function LayerTokens({ rows, tokens }: Props) {
  const most = largest(rows.flatMap(({ cells }) => cells.map(({ effect }) => effect)));
  const several = new Set(rows.map(({ source }) => source)).size > 1;
  return (
    <figure className="layer-tokens">
      <ol>
        {rows.map((row) => (
          <li key={`${row.layer} ${row.source}`}>
            <b>{several ? `${row.layer} ${row.source}` : row.layer}</b>
            <Strip {...{ row, tokens, most }} />
          </li>
        ))}
      </ol>
      <figcaption className="note">
        A strip per layer, a bar per token from {named(tokens[0] ?? "")} to {named(tokens.at(-1) ?? "")}: up
        raises the metric, down lowers it, on one scale to {short(most)}.
      </figcaption>
    </figure>
  );
}

function Strip({
  row: { layer, cells },
  tokens,
  most,
}: {
  row: LayerCells;
  tokens: Props["tokens"];
  most: number;
}) {
  const { show, hide } = useTip();
  const said = (position: number): string => {
    const { effect, nodes } = cells[position] ?? { effect: 0, nodes: 0 };
    return `${named(tokens[position] ?? "")}: ${plural(nodes, "unit")}, ${effectWords(effect)}`;
  };
  const loudest = cells.reduce(
    (best, { effect }, at) => (Math.abs(effect) > Math.abs(cells[best]?.effect ?? 0) ? at : best),
    0,
  );
  return (
    <svg
      viewBox={`0 0 ${tokens.length} 2`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Layer ${layer}, most at ${said(loudest)}`}
      onPointerLeave={hide}
    >
      <line x1={0} x2={tokens.length} y1={1} y2={1} />
      {cells.map(({ effect, nodes }, position) => {
        const high = most > 0 ? Math.abs(effect) / most : 0;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token's place is its name
          <g key={position}>
            <rect
              className={effect < 0 ? "raises" : "lowers"}
              x={position + 0.1}
              width={0.8}
              y={effect < 0 ? 1 - high : 1}
              height={high}
            />
            {nodes > 0 && (
              <rect
                className="reach"
                x={position}
                width={1}
                y={0}
                height={2}
                onPointerEnter={({ currentTarget }) =>
                  show(currentTarget, {
                    token: named(tokens[position] ?? ""),
                    value: short(effect),
                    detail: `${plural(nodes, "unit")} of layer ${layer} at token ${position + 1}`,
                    more: effectWords(effect),
                  })
                }
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
