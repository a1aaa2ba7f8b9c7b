/** A text at rest: spans only for coloured tokens and those without a number, plain text between them. */
import { levelClass } from "../color";
import { drawn, type Marks, type Run } from "../tokens";

export function TokenRuns({ runs }: { runs: readonly Run[] }) {
  return runs.map((run) =>
    run.level === 0 && !run.peak && !run.unparsed ? (
      drawn(run.text)
    ) : (
      <span key={run.start} className={tokenClass(run)}>
        {drawn(run.text)}
      </span>
    ),
  );
}

/** Classes of one drawn token. */
export function tokenClass({ level, peak, unparsed }: Marks, current = false): string | undefined {
  const names = [levelClass(level), unparsed && "unparsed", peak && "peak", current && "current"];
  return names.filter(Boolean).join(" ") || undefined;
}
