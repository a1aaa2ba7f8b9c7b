/** The dialog of keys and words; its script comes when it is first asked for. */
import { useEffect, useRef } from "react";
import { Help } from "./Help";

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const close = () => dialog.current?.close(); // which gives the focus back, and says so
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key that closes it is Escape, the dialog's own
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && close()} // beside the content: the backdrop
    >
      <div>
        <header>
          <h2 id="help-title">Keys and words</h2>
          <button type="button" onClick={close}>
            Close
          </button>
        </header>
        <Help />
      </div>
    </dialog>
  );
}
