/** The texts that an explanation was scored on: what is real beside what was simulated from the words alone. */
import { scaleOf } from "../color";
import type { NeuronRecord, ScoredSimulation } from "../nouns";
import { captionOf, scoredTexts } from "../simulated";
import { TokenHeatmap } from "./TokenHeatmap";

/** Colours are those of the unit's record, where there is one. */
type Props = { simulation: ScoredSimulation; unit: NeuronRecord | undefined };

export function SimulatedTexts({ simulation, unit }: Props) {
  const texts = scoredTexts(simulation);
  const real = scaleOf(unit ?? { most_positive_activation_records: texts.map((text) => text.real) });
  return (
    <>
      <p className="note">{captionOf(texts, real)}</p>
      <ol className="simulated">
        {texts.map((text, place) => {
          const where = `${text.group ?? ""} text ${place + 1} of ${texts.length}`.trim();
          const sides = [
            ["Real", text.real, real],
            ["Simulated", text.simulated, text.scale ?? real],
          ] as const;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other name than its place
            <li key={place}>
              {sides.map(([side, record, its]) => {
                const label = `${side}, ${where}`;
                return (
                  <div key={side}>
                    <h3>{label}</h3>
                    <TokenHeatmap {...{ record, scale: its, sign: 1, context: "full", label }} />
                  </div>
                );
              })}
            </li>
          );
        })}
      </ol>
    </>
  );
}
