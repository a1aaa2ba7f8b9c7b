/** Something to choose from that unfolds over the page, and folds again when it is left. */
import "../styles/dropdown.css";
import type { FocusEvent, KeyboardEvent, ReactNode } from "react";

export function Dropdown({ title, children }: { title: string; children: ReactNode }) {
  const leave = ({ currentTarget, relatedTarget }: FocusEvent<HTMLDetailsElement>) => {
    if (relatedTarget && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
  };
  const press = ({ key, currentTarget }: KeyboardEvent<HTMLDetailsElement>) => {
    if (key !== "Escape") return;
    currentTarget.open = false;
    currentTarget.querySelector("summary")?.focus();
  };
  return (
    <details className="dropdown" onBlur={leave} onKeyDown={press}>
      <summary>{title}</summary>
      <div>{children}</div>
    </details>
  );
}
