/**
 * The form in which a person puts a unit into words. What was written stays in it until it is sent and taken; why it
 * was refused stands at the field that the refusal is about.
 */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { GivenExplanation } from "../nouns";
import { fieldOf } from "../people";
import { useSending } from "../sending";
import { Refusal } from "./Refusal";

type Props = {
  name: string; // "neuron"
  first: GivenExplanation;
  action: string; // what the button that sends says
  note: string; // what comes of it
  onText?: (text: string) => void;
  onSend: ((given: GivenExplanation) => Promise<unknown>) | null; // null: nothing is kept here, only scored
  onClose: () => void;
  leave?: string; // what the button says that closes it
  children?: (text: string) => ReactNode; // what else can be done with the text
};

export function WriteForm({
  name,
  first,
  action,
  note,
  onText,
  onSend,
  onClose,
  leave = "Close",
  children,
}: Props) {
  const id = useId();
  const [text, setText] = useState(first.text);
  const [author, setAuthor] = useState(first.author ?? "");
  const { sending, problem, run } = useSending();
  const wrong = fieldOf(problem);
  const words = useRef<HTMLTextAreaElement>(null);
  const signature = useRef<HTMLInputElement>(null);
  useEffect(() => words.current?.focus(), []);
  useEffect(() => {
    if (wrong) (wrong === "author" ? signature : words).current?.focus();
  }, [wrong]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (onSend) run(() => onSend({ text, author: author.trim() || null }));
  };
  const told = (field: string) => ({
    "aria-invalid": wrong === field,
    "aria-describedby": wrong === field ? `${id}-refused` : undefined,
  });
  return (
    <form className="write" onSubmit={submit}>
      <label htmlFor={`${id}-text`}>What does this {name} respond to?</label>
      <textarea
        id={`${id}-text`}
        ref={words}
        rows={3}
        dir="auto"
        value={text}
        {...told("text")}
        onChange={({ target }) => {
          setText(target.value);
          onText?.(target.value);
        }}
      />
      {onSend && (
        <>
          <label htmlFor={`${id}-author`}>Your name, if you like</label>
          <input
            id={`${id}-author`}
            ref={signature}
            dir="auto"
            autoComplete="nickname"
            value={author}
            {...told("author")}
            onChange={({ target }) => setAuthor(target.value)}
          />
        </>
      )}
      <p className="note">{note}</p>
      <Refusal problem={problem} id={`${id}-refused`} />
      <div className="who">
        {onSend && (
          <button type="submit" className="main" aria-disabled={sending}>
            {sending ? "Sending …" : action}
          </button>
        )}
        <button type="button" onClick={onClose}>
          {leave}
        </button>
        {children?.(text)}
      </div>
    </form>
  );
}
