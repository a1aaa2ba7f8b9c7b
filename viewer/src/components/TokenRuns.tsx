/** A text at rest: spans only for coloured tokens and those without a number, plain text between them. */
import { levelClass } from "../color";
import { type Breaks, drawn, type Marks, type Run } from "../tokens";

export function TokenRuns({ runs, breaks }: { runs: readonly Run[]; breaks?: Breaks }) {
  return runs.map((run) =>
    run.level === 0 && run.under === 0 && !run.peak && !run.unparsed ? (
      drawn(run.text, breaks)
    ) : (
      <span key={run.start} className={tokenClass(run)}>
        {drawn(run.text, breaks)}
      </span>
    ),
  );
}

/** Classes of one drawn token. */
export function tokenClass({ level, peak, unparsed, under }: Marks, current = false): string | undefined {
  const below = under !== 0 && `sim u${Math.abs(under)}${under < 0 ? " minus" : ""}`;
  const names = [levelClass(level), below, unparsed && "unparsed", peak && "peak", current && "current"];
  return names.filter(Boolean).join(" ") || undefined;
}
