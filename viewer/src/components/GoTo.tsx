/** The field that goes to a unit by its numbers or by a link. */
import { type FormEvent, type RefObject, useId, useState } from "react";
import { type Destination, parseGoto } from "../goto";

type Props = {
  name: string;
  action?: string; // what is done with the unit that is named
  onGo: (to: Destination) => void;
  field?: RefObject<HTMLInputElement | null>;
};

export function GoTo({ name, action = "Go", onGo, field }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [refused, setRefused] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const to = parseGoto(text);
    setRefused(to === null);
    if (!to) return;
    setText("");
    onGo(to);
  };
  const message = `Write a layer and a ${name.toLowerCase()}, such as 5:131, or paste a link.`;
  return (
    <form className="goto" onSubmit={submit}>
      <label className="hidden" htmlFor={id}>
        {action === "Go" ? "Go to" : action} layer and {name.toLowerCase()}
      </label>
      <input
        id={id}
        ref={field}
        value={text}
        placeholder={`layer:${name.toLowerCase()}`}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={refused}
        aria-describedby={refused ? `${id}-refused` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          setRefused(false);
        }}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <button type="submit">{action}</button>
      {refused && (
        <p id={`${id}-refused`} role="alert">
          {message}
        </p>
      )}
    </form>
  );
}
