/** What was done last, with Undo, or why it was not done; nothing before. */
import { useRef } from "react";
import type { Deeds } from "../deeds";
import { visible } from "../tokens";

export function Said({ deeds, floating = false }: { deeds: Deeds; floating?: boolean }) {
  const { deed, problem, busy, undo, forget } = deeds;
  const box = useRef<HTMLDivElement>(null);
  const act = (work: () => void) => () => {
    box.current?.focus(); // the button that is pressed goes away
    work();
  };
  const anything = deed?.said || problem || busy;
  return (
    <div ref={box} tabIndex={-1} className={floating && anything ? "said floating" : "said"}>
      <span role="status">
        {deed && visible(deed.said)}
        {busy && "Sending …"}
      </span>
      <span role="alert" className="doubt">
        {problem?.message}
      </span>
      {deed?.href && <a href={deed.href}>{deed.link}</a>}
      {deed?.undo && (
        <button type="button" onClick={act(undo)}>
          Undo
        </button>
      )}
      {floating && anything && !busy && (
        <button type="button" onClick={act(forget)}>
          Close
        </button>
      )}
    </div>
  );
}
