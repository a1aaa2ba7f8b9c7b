/** One intervention: its unit, what is done to it, how much, and where. */
import { useId } from "react";
import type { Intervention } from "../nouns";
import { keyOf } from "../prompt";
import { OPERATIONS, type Operation, rangeOf, withOperation } from "../steering";
import { named } from "../tokens";

type Props = {
  change: Intervention;
  max: number | null; // stored of the unit
  at: number | null; // the token that is looked at
  tokens: readonly string[];
  onChange: (change: Intervention) => void;
  onRemove: () => void;
};

const LARGEST = 1e6;

export function ChangeRow({ change, max, at, tokens, onChange, onRemove }: Props) {
  const id = useId();
  const { op, value, positions } = change;
  const unit = keyOf(change);
  const range = rangeOf(op, max);
  const amount = (text: string) => {
    const now = Number(text);
    if (text.trim() !== "" && Math.abs(now) <= LARGEST) onChange({ ...change, value: now });
  };
  return (
    <li className="change">
      <b>{unit}</b>
      <select
        aria-label={`What is done to ${unit}`}
        value={op}
        onChange={({ target }) => onChange(withOperation(change, target.value as Operation, max))}
      >
        {OPERATIONS.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      {op === "ablate" ? (
        <select
          aria-label={`To what ${unit} is ablated`}
          value={value === "mean" ? "mean" : "zero"}
          onChange={({ target }) => onChange({ ...change, value: target.value as "zero" | "mean" })}
        >
          <option value="zero">to zero</option>
          <option value="mean">to its mean</option>
        </select>
      ) : (
        <>
          <input
            type="range"
            aria-label={`How much, ${unit}`}
            min={range.least}
            max={range.most}
            step={range.step || "any"}
            value={typeof value === "number" ? value : 0}
            onChange={({ target }) => amount(target.value)}
          />
          <input
            id={id}
            type="number"
            aria-label={`Value of ${unit}`}
            step="any"
            value={typeof value === "number" ? value : 0}
            onChange={({ target }) => amount(target.value)}
          />
        </>
      )}
      <select
        aria-label={`Where ${unit} is changed`}
        value={positions ? "some" : "all"}
        onChange={({ target }) =>
          onChange({ ...change, positions: target.value === "all" || at === null ? null : [at] })
        }
      >
        <option value="all">at every token</option>
        {(positions || at !== null) && (
          <option value="some">
            at {(positions ?? [at ?? 0]).map((place) => named(tokens[place] ?? "")).join(", ")}
          </option>
        )}
      </select>
      <button type="button" aria-label={`Take out the change of ${unit}`} onClick={onRemove}>
        ×
      </button>
    </li>
  );
}
