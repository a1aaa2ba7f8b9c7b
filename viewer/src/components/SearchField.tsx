/** The field that asks for words: Enter searches, Escape leaves it. */
import { type FormEvent, useId, useState } from "react";
import { LONGEST } from "../search";

type Props = { label: string; text?: string; className?: string; onSearch: (text: string) => void };

export function SearchField({ label, text = "", className = "search", onSearch }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(typed.trim());
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: older browsers do not know <search>
    <form role="search" className={className} onSubmit={submit}>
      <label className="hidden" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="search"
        value={typed}
        placeholder={label}
        maxLength={LONGEST}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault(); // what was typed stays
          event.currentTarget.blur();
        }}
      />
      <button type="submit">Search</button>
    </form>
  );
}
