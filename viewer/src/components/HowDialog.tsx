/** The command, the curl line and the Python line behind some numbers, each to be copied. */
import { useEffect, useRef } from "react";
import { howLines } from "../how";
import type { Lines } from "../questions";
import { type DialogProps, placeOf } from "./How";
import { useCopy } from "./useCopy";
import "../styles/how.css";

const KINDS = [
  ["command", "Command"],
  ["curl", "curl"],
  ["python", "Python"],
] as const;

const FILES =
  " This page does so itself, from the published files. A command that gives it needs a server, or the dataset.";

export function HowDialog({ about, of, worked, questions, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const { lines: live } = about;
  const all = (live ? questions : []).map((question) => {
    const dataset = question.dataset ?? about.dataset;
    return howLines(placeOf({ ...about, dataset }), question);
  });
  const close = () => dialog.current?.close(); // which gives the focus back, and says so
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key that closes it is Escape, the dialog's own
    <dialog
      ref={dialog}
      className="help how-lines"
      aria-labelledby="how-title"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && close()} // beside the content: the backdrop
    >
      <div>
        <header>
          <h2 id="how-title">How? {of}</h2>
          <button type="button" onClick={close}>
            Close
          </button>
        </header>
        <p className="note">
          {worked ?? "Each line gives these numbers by itself, in full."}
          {worked && live && " Each line gives by itself, and in full, what that is worked out from."}
          {!live && FILES}
        </p>
        {all.map((lines) => (
          <Answer key={lines.curl} lines={lines} titled={all.length > 1} />
        ))}
      </div>
    </dialog>
  );
}

function Answer({ lines, titled }: { lines: Lines; titled: boolean }) {
  return (
    <section aria-label={titled ? lines.title : undefined}>
      {titled && <h3>{lines.title}</h3>}
      {KINDS.map(([kind, name]) => (
        <Line key={kind} name={name} text={lines[kind]} of={titled ? `${name}, ${lines.title}` : name} />
      ))}
      {lines.notes.map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
    </section>
  );
}

function Line({ name, text, of }: { name: string; text: string; of: string }) {
  const [said, copy] = useCopy("Copying is not allowed; select the line instead.");
  return (
    <div className="line">
      <span className="name">{name}</span>
      <span className="copied" role="status">
        {said}
      </span>
      <button type="button" aria-label={`Copy: ${of}`} onClick={() => copy(text)}>
        Copy
      </button>
      <pre translate="no">{text}</pre>
    </div>
  );
}
