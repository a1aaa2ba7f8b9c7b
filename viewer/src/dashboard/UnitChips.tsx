/** Which units are computed, which one or two of them are coloured, and which the tooltip tells of. */
import type { Chosen } from "./Live";
import { chosen } from "./overlay";

type Props = {
  picked: Chosen;
  names: ReadonlyMap<string, string | null>;
  fixed: boolean; // none can be added or taken out
  onPick: (picked: Chosen) => void;
};

export function UnitChips({ picked, names, fixed, onPick }: Props) {
  const { units, highlighted, tooltip } = picked;
  const mark = (key: string, on: boolean) =>
    onPick({ ...picked, highlighted: chosen(highlighted, key, on, 2) });
  const tell = (key: string, on: boolean) => onPick({ ...picked, tooltip: chosen(tooltip, key, on) });
  const out = (key: string) => {
    const without = (keys: readonly string[]) => chosen(keys, key, false);
    onPick({ units: without(units), highlighted: without(highlighted), tooltip: without(tooltip) });
  };
  return (
    <fieldset className="colours">
      <legend className="hidden">Units: which are coloured, which the tooltip tells of</legend>
      {units.map((key) => {
        const place = highlighted.indexOf(key);
        const name = names.get(key);
        return (
          <span key={key} className="pair" data-place={place === -1 ? undefined : place + 1}>
            <button
              type="button"
              aria-pressed={place !== -1}
              title={place === 1 ? `${key} is drawn under the text` : `Colour the text by ${key}`}
              onClick={() => mark(key, place === -1)}
            >
              {key}
              {name && <span dir="auto"> {name}</span>}
            </button>
            <button
              type="button"
              aria-pressed={tooltip.includes(key)}
              aria-label={`${key} in the tooltip`}
              title={`Say the number of ${key} at each token`}
              onClick={() => tell(key, !tooltip.includes(key))}
            >
              tip
            </button>
            {!fixed && (
              <button type="button" aria-label={`Take out ${key}`} onClick={() => out(key)}>
                ×
              </button>
            )}
          </span>
        );
      })}
    </fieldset>
  );
}
