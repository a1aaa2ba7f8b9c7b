/** A text at rest: spans only for coloured tokens, plain text between them. */
import { levelClass } from "../color";
import { drawn, type Run } from "../tokens";

export function TokenRuns({ runs }: { runs: readonly Run[] }) {
  return runs.map((run) =>
    run.level === 0 && !run.peak ? (
      drawn(run.text)
    ) : (
      <span key={run.start} className={tokenClass(run.level, run.peak, false)}>
        {drawn(run.text)}
      </span>
    ),
  );
}

/** Classes of one drawn token. */
export function tokenClass(level: number, peak: boolean, current: boolean): string | undefined {
  return [levelClass(level), peak && "peak", current && "current"].filter(Boolean).join(" ") || undefined;
}
