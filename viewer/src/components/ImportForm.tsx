/** The form that takes lists as a file or as pasted text; what cannot be read is said with its line. */
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { LARGEST_IMPORT, parseLists, titleOf } from "../listFiles";
import { ListFault } from "../lists";
import type { UnitList } from "../nouns";
import { useSending } from "../sending";
import { Refusal } from "./Refusal";

type Props = { onImport: (lists: UnitList[]) => unknown; onClose: () => void; extra: ReactNode };

export function ImportForm({ onImport, onClose, extra }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [title, setTitle] = useState("Imported");
  const { sending, problem, run } = useSending();
  const words = useRef<HTMLTextAreaElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => onImport(parseLists(text, title)));
  };
  const read = (file: File | undefined) =>
    run(async () => {
      if (!file) return;
      if (file.size > 4 * LARGEST_IMPORT) throw new ListFault(`${file.name} is too large to be a list.`);
      setText(await file.text());
      setTitle(titleOf(file.name));
      words.current?.focus();
    });
  return (
    <form className="write" onSubmit={submit} onKeyDown={({ key }) => key === "Escape" && onClose()}>
      <label htmlFor={`${id}-file`}>A file</label>
      <input
        id={`${id}-file`}
        type="file"
        accept=".json,.txt,application/json,text/plain"
        onChange={({ target }) => read(target.files?.[0])}
      />
      <label htmlFor={`${id}-text`}>
        or text: a lists.json, one list as JSON, or a line for each unit such as “3:17 what it is”, under “#
        Title”
      </label>
      <textarea
        id={`${id}-text`}
        ref={words}
        rows={6}
        dir="auto"
        spellCheck={false}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={problem ? `${id}-refused` : undefined}
        onChange={({ target }) => setText(target.value)}
      />
      {extra}
      <Refusal problem={problem} id={`${id}-refused`} />
      <div className="who">
        <button type="submit" className="main" aria-disabled={sending}>
          {sending ? "Sending …" : "Import"}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
