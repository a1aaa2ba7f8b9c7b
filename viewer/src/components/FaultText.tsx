/** The whole text in which a token is mistaken: what is real, what was simulated, and the difference, on one scale. */
import type { Scale } from "../color";
import type { Fault } from "../faults";
import type { TokenValues } from "../nouns";
import { difference, type ScoredText } from "../simulated";
import { TokenHeatmap } from "./TokenHeatmap";

type Props = { fault: Fault; text: ScoredText; scale: Scale };

export function FaultText({ fault, text, scale }: Props) {
  const rows: readonly (readonly [string, TokenValues, Scale])[] = [
    ["Real", text.real, scale],
    ["Simulated", text.simulated, text.scale ?? scale],
    ["Simulated minus real", difference(text, scale), scale],
  ];
  return (
    <dl className="three">
      {rows.map(([title, record, its]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <TokenHeatmap
              {...{ record, scale: its, sign: 1, context: "full", mark: fault.position }}
              label={`${title}, text ${fault.text + 1}`}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}
