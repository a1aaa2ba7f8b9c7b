/** The dialog of keys and words; what it says is drawn when it is first opened. */
import { type ReactNode, useEffect, useRef, useState } from "react";

type Props = { open: boolean; onClose: () => void; children: ReactNode };

export function HelpDialog({ open, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (open) {
      setDrawn(true);
      dialog.current?.showModal();
    } else dialog.current?.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key that closes it is Escape, the dialog's own
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()} // beside the content: the backdrop
    >
      <div>
        <header>
          <h2 id="help-title">Keys and words</h2>
          <button type="button" onClick={onClose}>
            Close
          </button>
        </header>
        {drawn && children}
      </div>
    </dialog>
  );
}
