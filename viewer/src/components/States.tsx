/** What stands in a pane before, instead of and without its content. */
import type { ReactNode } from "react";

/** Bars where lines of text will be, so that little moves when they come. */
export function Loading({ lines }: { lines: number }) {
  return (
    <div className="loading" role="status">
      <span className="hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <i key={line} />
      ))}
    </div>
  );
}

/** Nothing is there, and that is no fault. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="note">{children}</p>;
}

/** Something is wrong; the sentence says what, and the request can be made again. */
export function Failed({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div className="failed" role="alert">
      <p>{message}</p>
      <button type="button" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}
