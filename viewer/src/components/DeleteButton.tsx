/** Deletes at the second click: the first one asks. A double click is one, and leaving the button takes it back. */
import { useState } from "react";

type Props = { of: string; what?: string; onDelete: () => void };

export function DeleteButton({ of, what = "explanation", onDelete }: Props) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button
        type="button"
        className={asked ? "main" : undefined}
        onBlur={() => setAsked(false)}
        onKeyDown={({ key }) => key === "Escape" && setAsked(false)}
        onClick={({ detail }) => {
          if (asked && detail > 1) return;
          setAsked(!asked);
          if (asked) onDelete();
        }}
      >
        {asked ? "Click again to delete" : "Delete"} <span className="hidden">{of}</span>
      </button>
      <span className="hidden" role="status">
        {asked && `Press the button again to delete the ${what}.`}
      </span>
    </>
  );
}
