/** What a selection is asked for, a chip each: taken away by a click, or taken up again to be changed. */
import { titleOf } from "../columns";
import { type Condition, conditionText, type Selection, UNFILTERED, without } from "../explore";

type Filters = Pick<Selection, "where" | "layers" | "dead">;
type Props = {
  filters: Filters;
  onChange: (change: Partial<Filters>) => void;
  onEdit: (condition: Condition) => void;
};

export function FilterChips({ filters: { where, layers, dead }, onChange, onEdit }: Props) {
  return (
    <ul className="chips" aria-label="Filters">
      {where.map((condition) => (
        <Chip
          key={conditionText(condition)}
          text={conditionWords(condition)}
          onEdit={() => onEdit(condition)}
          onRemove={() => onChange({ where: without(where, condition) })}
        />
      ))}
      {layers.length > 0 && (
        <Chip text={layerWords(layers)} onRemove={() => onChange({ layers: UNFILTERED.layers })} />
      )}
      {dead !== null && (
        <Chip text={dead ? "never fires" : "fires"} onRemove={() => onChange({ dead: null })} />
      )}
    </ul>
  );
}

type ChipProps = { text: string; onEdit?: () => void; onRemove: () => void };

function Chip({ text, onEdit, onRemove }: ChipProps) {
  return (
    <li className="chip">
      {onEdit ? (
        <button type="button" onClick={onEdit} title="Change this filter">
          {text}
        </button>
      ) : (
        <span>{text}</span>
      )}
      <button type="button" className="remove" aria-label={`Remove ${text}`} onClick={onRemove}>
        ×
      </button>
    </li>
  );
}

const SIGNS = { least: "≥", most: "≤" } as const;

/** "density ≤ 1%"; the number in full, since it is what the selection goes by. */
export const conditionWords = ({ column, side, value }: Condition): string =>
  `${titleOf(column).toLowerCase()} ${SIGNS[side]} ${column === "density" ? `${inFull(100 * value)}%` : inFull(value)}`;

const inFull = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 12 }).replace("-", "−");

/** "layer 3", "layers 0–3, 8". */
export function layerWords(layers: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const layer of layers) {
    const last = spans.at(-1);
    if (last?.[1] === layer - 1) last[1] = layer;
    else spans.push([layer, layer]);
  }
  const named = spans.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ");
  return `${layers.length > 1 ? "layers" : "layer"} ${named}`;
}
