/** What a person says about a unit of a list: a label and some words. */
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { Note } from "../lists";
import type { ListedUnit } from "../nouns";
import { useSending } from "../sending";
import { Refusal } from "./Refusal";

type Props = { of: string; first: ListedUnit; onSave: (note: Note) => void; onClose: () => void };

export function NoteForm({ of, first, onSave, onClose }: Props) {
  const id = useId();
  const [label, setLabel] = useState(first.label ?? "");
  const [description, setDescription] = useState(first.description ?? "");
  const { problem, run } = useSending();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => onSave({ label, description }));
  };
  return (
    <form className="write" onSubmit={submit} onKeyDown={({ key }) => key === "Escape" && onClose()}>
      <label htmlFor={`${id}-label`}>
        Label <span className="hidden">of {of}</span>
      </label>
      <input
        id={`${id}-label`}
        ref={field}
        dir="auto"
        value={label}
        onChange={({ target }) => setLabel(target.value)}
      />
      <label htmlFor={`${id}-text`}>
        Description <span className="hidden">of {of}</span>
      </label>
      <textarea
        id={`${id}-text`}
        rows={2}
        dir="auto"
        value={description}
        onChange={({ target }) => setDescription(target.value)}
      />
      <Refusal problem={problem} />
      <div className="who">
        <button type="submit" className="main">
          Keep the note
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
