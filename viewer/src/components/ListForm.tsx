/** The form for a list's title and what it is about. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useSending } from "../sending";
import { Refusal } from "./Refusal";

type Props = {
  title?: string;
  note?: string;
  action: string; // what the button that saves says
  onSave: (title: string, note: string) => unknown;
  onClose: () => void;
  extra?: ReactNode;
};

export function ListForm({ title = "", note = "", action, onSave, onClose, extra }: Props) {
  const id = useId();
  const [named, setNamed] = useState(title);
  const [about, setAbout] = useState(note);
  const { sending, problem, run } = useSending();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => onSave(named, about));
  };
  return (
    <form className="write" onSubmit={submit} onKeyDown={({ key }) => key === "Escape" && onClose()}>
      <label htmlFor={`${id}-title`}>Title</label>
      <input
        id={`${id}-title`}
        ref={field}
        dir="auto"
        autoComplete="off"
        value={named}
        aria-invalid={problem !== null}
        aria-describedby={problem ? `${id}-refused` : undefined}
        onChange={({ target }) => setNamed(target.value)}
      />
      <label htmlFor={`${id}-note`}>What it is about, if you like</label>
      <textarea
        id={`${id}-note`}
        rows={2}
        dir="auto"
        value={about}
        onChange={({ target }) => setAbout(target.value)}
      />
      {extra}
      <Refusal problem={problem} id={`${id}-refused`} />
      <div className="who">
        <button type="submit" className="main" aria-disabled={sending}>
          {sending ? "Sending …" : action}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
