/** The texts that an explanation was scored on: what is real and what was simulated from the words alone, by group. */
import { type Scale, scaleOf } from "../color";
import type { NeuronRecord, ScoredSimulation } from "../nouns";
import {
  type Beside,
  byGroup,
  captionOf,
  difference,
  furthest,
  type ScoredText,
  scoredTexts,
} from "../simulated";
import type { Breaks, Sign } from "../tokens";
import { Choice } from "./Choice";
import { TokenHeatmap } from "./TokenHeatmap";

/** Colours are those of the unit's record, where there is one. */
type Props = {
  simulation: ScoredSimulation;
  unit: NeuronRecord | undefined;
  beside: Beside;
  onBeside: (beside: Beside) => void;
  breaks: Breaks;
};

const WAYS: readonly (readonly [Beside, string])[] = [
  ["side", "Side by side"],
  ["overlaid", "Overlaid"],
  ["difference", "Difference"],
];

export function SimulatedTexts({ simulation, unit, beside, onBeside, breaks }: Props) {
  const texts = scoredTexts(simulation);
  const real = scaleOf(unit ?? { most_positive_activation_records: texts.map((text) => text.real) });
  return (
    <>
      <Choice legend="Real and simulated" options={WAYS} value={beside} onChange={onBeside} />
      <p className="note">{captionOf(texts, real, beside)}</p>
      {byGroup(texts).map(({ title, texts }) => (
        <section key={title}>
          <h3>
            {title} <span>{texts.length}</span>
          </h3>
          <ol className={`simulated ${beside}`}>
            {texts.map((text, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other name than its place
              <li key={place}>
                <Text
                  {...{ text, real, beside, breaks }}
                  where={`${title} ${place + 1} of ${texts.length}`}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

type TextProps = { text: ScoredText; real: Scale; beside: Beside; breaks: Breaks; where: string };

function Text({ text, real, beside, breaks, where }: TextProps) {
  const drawing = { sign: 1 as Sign, context: "full" as const, breaks };
  const simulated = { values: text.simulated, scale: text.scale ?? real };
  if (beside === "overlaid")
    return (
      <TokenHeatmap
        {...drawing}
        record={text.real}
        scale={real}
        under={simulated}
        label={`Real over simulated, ${where}`}
      />
    );
  if (beside === "difference") {
    const record = difference(text, real);
    return (
      <TokenHeatmap
        {...drawing}
        {...{ record, sign: furthest(record) }}
        scale={real}
        label={`Simulated minus real, ${where}`}
      />
    );
  }
  return (
    <>
      <Side title="Real">
        <TokenHeatmap {...drawing} record={text.real} scale={real} label={`Real, ${where}`} />
      </Side>
      <Side title="Simulated">
        <TokenHeatmap
          {...drawing}
          record={simulated.values}
          scale={simulated.scale}
          label={`Simulated, ${where}`}
        />
      </Side>
    </>
  );
}

const Side = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <div>
    <h4>{title}</h4>
    {children}
  </div>
);
