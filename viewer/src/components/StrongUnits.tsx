/** The strongest units of a token or of the text, each with what explains it and what can be done with it. */
import type { StrongUnit, UnitPlace } from "../nouns";
import { strengthOf } from "../strong";
import { named, short, visible } from "../tokens";

type Props = {
  units: readonly StrongUnit[];
  source: string | null;
  tokens: readonly string[];
  whole: boolean; // of the text, so each has a token of its own
  hrefOf: ((place: UnitPlace) => string) | null; // null: these units have no pages
  onColour: (place: UnitPlace) => void;
  onSteer: (place: UnitPlace, max: number | null) => void;
};

export function StrongUnits({ units, source, tokens, whole, hrefOf, onColour, onSteer }: Props) {
  return (
    <ol className="strong-units">
      {units.map((one) => {
        const place = { layer: one.layer, unit: one.unit, source };
        const name = `${one.layer}:${one.unit}`;
        return (
          <li key={name}>
            <span className="margin">{short(one.activation)}</span>
            <div>
              <p>
                {hrefOf ? <a href={hrefOf(place)}>{name}</a> : <b>{name}</b>}
                {whole && (
                  <>
                    {" at "}
                    <code dir="auto">{named(tokens[one.position] ?? "")}</code>
                  </>
                )}{" "}
                {one.explanation ? (
                  <span dir="auto">{visible(one.explanation)}</span>
                ) : (
                  <span className="note">no explanation</span>
                )}
              </p>
              <p className="note">
                {strengthOf(one) || "nothing is stored of it"}
                <button type="button" onClick={() => onColour(place)}>
                  Colour the text
                </button>
                <button type="button" onClick={() => onSteer(place, one.max)}>
                  Steer
                </button>
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
