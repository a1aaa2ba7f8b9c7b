/** One text as a unit acts on it, on the colour scale of its stored records. */
import type { Scale } from "../color";
import type { LiveUnit } from "../nouns";
import { exact, extremeOf, named, shareOfScale, short } from "../tokens";
import { Legend } from "./Legend";
import { TokenHeatmap } from "./TokenHeatmap";

type Props = { unit: LiveUnit; scale: Scale; old: boolean };

export function TriedText({ unit: { record }, scale, old }: Props) {
  const at = extremeOf(record);
  const value = at === null ? null : (record.activations[at] ?? null);
  const peak =
    at === null ? "no token that counts" : `${named(record.tokens[at] ?? "")} ${exact(value ?? 0)}`;
  const negative = record.activations.some((value) => value < 0);
  return (
    <div className={old ? "tried old" : "tried"}>
      <p className="note">
        Peak <b>{peak}</b>
        {value !== null && `, ${shareOfScale(value, scale)}`}
        <Legend
          {...{ scale, negative }}
          own={null}
          about={scale.end === "text" ? "This text's own scale." : "The scale of the stored texts."}
        />
      </p>
      <ol className="records full">
        <li>
          <span className="margin">{short(value)}</span>
          <TokenHeatmap
            {...{ record, scale }}
            sign={1}
            context="full"
            breaks="broken"
            label={`Your text, peak ${peak}`}
          />
        </li>
      </ol>
    </div>
  );
}
