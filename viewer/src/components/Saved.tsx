/** A button that saves a text, made when it is pressed, as a file. */
import type { ReactNode } from "react";

type Props = { name: string; type: string; text: () => string; children: ReactNode };

/** Gives a text to the browser as a file. */
export function saveText(name: string, type: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // once it is on the disk
}

export function Saved({ name, type, text, children }: Props) {
  return (
    <button type="button" onClick={() => saveText(name, type, text())}>
      {children}
    </button>
  );
}
