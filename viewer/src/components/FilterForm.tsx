/** A filter in the making: a column, at least or at most, a number. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import { MEASURES, type Measure, titleOf, wordsOf } from "../columns";
import { type Condition, numberIn, type Side } from "../explore";

type Props = {
  columns: readonly Measure[]; // that the dataset has numbers of
  edited: Condition | null; // taken up to be changed
  onAdd: (condition: Condition) => void;
};

export function FilterForm({ columns, edited, onAdd }: Props) {
  const [column, setColumn] = useState<Measure>("density");
  const [side, setSide] = useState<Side>("most");
  const [text, setText] = useState("");
  const [refused, setRefused] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!edited) return;
    setColumn(edited.column);
    setSide(edited.side);
    setText(String(edited.value));
    field.current?.focus();
  }, [edited]);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const value = typed(text, column === "density");
    if (value === null) {
      setRefused(`Give a number, such as ${column === "density" ? "0.01 or 1%" : "20 or 0.5"}.`);
      field.current?.focus();
      return;
    }
    setRefused("");
    setText("");
    onAdd({ column, side, value });
  };
  return (
    <form className="filter-form" aria-label="Add a filter" onSubmit={add}>
      <select
        aria-label="Column"
        value={column}
        title={wordsOf(column).about}
        onChange={(event) => setColumn(event.target.value as Measure)}
      >
        {MEASURES.filter((name) => columns.includes(name) || name === column).map((name) => (
          <option key={name} value={name}>
            {titleOf(name)}
          </option>
        ))}
      </select>
      <select aria-label="Side" value={side} onChange={(event) => setSide(event.target.value as Side)}>
        <option value="least">at least</option>
        <option value="most">at most</option>
      </select>
      <input
        ref={field}
        aria-label="Number"
        aria-invalid={refused !== ""}
        inputMode="decimal"
        autoComplete="off"
        size={8}
        placeholder={column === "density" ? "1%" : "20"}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Add filter</button>
      <span role="alert">{refused}</span>
    </form>
  );
}

const THOUSANDS = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?\s*%?$/; // any other comma may be a decimal one

/** A number as a person types it: with commas between thousands, with a true minus sign, a `share` as a percentage too. */
export function typed(text: string, share = false): number | null {
  const signed = text.trim().replace(/−/g, "-");
  const bare = THOUSANDS.test(signed) ? signed.replaceAll(",", "") : signed;
  const percent = bare.endsWith("%");
  if (percent && !share) return null;
  const value = numberIn(bare.replace(/\s*%$/, "").replace(/^(-?)\./, "$10."));
  return value !== null && percent ? Number((value / 100).toPrecision(12)) : value;
}
