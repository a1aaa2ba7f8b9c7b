/** A field with a button: what is typed counts once it is entered, or says what is wrong with it. */
import { type FormEvent, useId, useState } from "react";
import { Refusal } from "./Refusal";

type Props = {
  label: string;
  button: string;
  placeholder: string;
  /** Null where it was taken, else a sentence. */
  onEnter: (text: string) => string | null;
};

export function OneField({ label, button, placeholder, onEnter }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Error | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const refused = onEnter(text);
    setProblem(refused === null ? null : new Error(refused));
    if (refused === null) setText("");
  };
  return (
    <form className="one-field" onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        dir="auto"
        autoComplete="off"
        placeholder={placeholder}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-refused`}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit">{button}</button>
      <Refusal problem={problem} id={`${id}-refused`} />
    </form>
  );
}
