/** The field that asks for words: Enter searches, Escape leaves it; `onType` hears each change of the words. */
import { type FormEvent, useId, useState } from "react";
import { LONGEST } from "../search";

type Props = {
  label: string;
  text?: string;
  className?: string;
  onSearch: (text: string) => void;
  onType?: ((text: string) => void) | undefined;
};

export function SearchField({ label, text = "", className = "search", onSearch, onType }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(text);
  const [given, setGiven] = useState(text);
  if (text !== given) {
    // another search came by a link; the space after a word is not of the search, and stays
    setGiven(text);
    if (text !== typed.trim()) setTyped(text);
  }
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
        onChange={({ target: { value } }) => {
          setTyped(value);
          onType?.(value.trim());
        }}
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
