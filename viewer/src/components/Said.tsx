/** What was done last, with Undo, or why it was not done; nothing before. */
import type { Deeds } from "../deeds";

export function Said({ deeds, floating = false }: { deeds: Deeds; floating?: boolean }) {
  const { deed, problem, busy, undo, forget } = deeds;
  const anything = deed?.said || problem || busy;
  return (
    <div className={floating && anything ? "said floating" : "said"}>
      <span role="status">
        {deed?.said}
        {busy && "Sending …"}
      </span>
      <span role="alert" className="doubt">
        {problem?.message}
      </span>
      {deed?.href && <a href={deed.href}>{deed.link}</a>}
      {deed?.undo && (
        <button type="button" onClick={undo}>
          Undo
        </button>
      )}
      {floating && anything && !busy && (
        <button type="button" onClick={forget}>
          Close
        </button>
      )}
    </div>
  );
}
