/** A text to be tried: it counts when Enter is pressed, and shortly after one stops to type. */
import { type FormEvent, type KeyboardEvent, type ReactNode, useId } from "react";

type Props = {
  label: string;
  rows: number;
  draft: string;
  busy: boolean;
  onWrite: (text: string) => void;
  onRun: (text?: string) => void;
  children?: ReactNode; // what else can be done
};

export function TextBox({ label, rows, draft, busy, onWrite, onRun, children }: Props) {
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRun();
  };
  return (
    <form className="text-box" onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        dir="auto"
        spellCheck={false}
        value={draft}
        onChange={({ target }) => onWrite(target.value)}
        onKeyDown={(event) => runsByEnter(event) && submit(event)}
      />
      <div className="who">
        <button type="submit" className="main" aria-disabled={busy || draft === ""}>
          Run
        </button>
        {children}
        <span className="note" role="status">
          {busy ? "Running …" : ""}
        </span>
      </div>
    </form>
  );
}

/** Enter alone; Shift breaks the line, and an input method's Enter ends its word. */
export const runsByEnter = ({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean =>
  key === "Enter" && !shiftKey && !nativeEvent.isComposing;
