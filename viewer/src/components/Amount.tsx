/** A whole number, by a slider or typed. */
import { useId } from "react";
import { count } from "../tokens";

type Props = {
  label: string;
  value: number;
  least: number;
  most: number;
  of?: string; // what there is at most, in words
  onChange: (value: number) => void;
};

export function Amount({ label, value, least, most, of, onChange }: Props) {
  const id = useId();
  const change = (text: string) => {
    const now = Math.round(Number(text));
    if (text !== "" && Number.isFinite(now)) onChange(Math.max(least, Math.min(most, now)));
  };
  const now = Math.max(least, Math.min(most, value));
  return (
    <div className="amount">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        value={now}
        onChange={({ target }) => change(target.value)}
      />
      <input
        type="number"
        aria-label={`${label}, as a number`}
        min={least}
        max={most}
        value={now}
        onChange={({ target }) => change(target.value)}
      />
      <span className="note">{of ?? `of ${count(most)}`}</span>
    </div>
  );
}
