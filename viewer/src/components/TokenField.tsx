/** The field for the token that a site asks for before anything is written or scored. */
import { type FormEvent, useId, useState } from "react";
import { Refusal } from "./Refusal";

const TOKEN = /^[!-~]+$/; // what can stand in a header

export function TokenField({ onToken }: { onToken: (token: string) => void }) {
  const id = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Error | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const token = text.trim();
    if (TOKEN.test(token)) onToken(token);
    else setProblem(new Error("A token has letters, digits and signs, and no spaces."));
  };
  return (
    <form className="write" onSubmit={submit}>
      <label htmlFor={id}>This site asks for a token before anything is written or scored</label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-refused`}
        onChange={({ target }) => setText(target.value)}
      />
      <Refusal problem={problem} id={`${id}-refused`} />
      <div className="who">
        <button type="submit">Use this token</button>
      </div>
    </form>
  );
}
