/** Orders that a click may ask for next, worked out while a person reads, one at a time. */
import { useEffect } from "react";
import type { Measure } from "../columns";
import { keptOrder } from "../ordering";

const UNSEEN_MS = 8; // a frame has 16
const idly: (run: () => void) => () => void =
  "requestIdleCallback" in window
    ? (run) => {
        const asked = requestIdleCallback(run);
        return () => cancelIdleCallback(asked);
      }
    : (run) => {
        const timer = setTimeout(run, 200); // Safari has no idle callbacks
        return () => clearTimeout(timer);
      };

export function useOrdersAhead(
  values: (name: Measure) => Float64Array | undefined,
  measures: readonly Measure[],
): void {
  const columns = measures.map(values).filter((column) => column !== undefined);
  const known = measures.filter((name) => values(name)).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same names are the same columns
  useEffect(() => {
    const wanted = columns.flatMap((column) => [
      () => keptOrder(column, true),
      () => keptOrder(column, false),
    ]);
    let stop = () => {};
    const next = () => {
      const began = performance.now();
      let work = wanted.shift();
      while (work) {
        work();
        work = performance.now() - began < UNSEEN_MS ? wanted.shift() : undefined; // many are there already
      }
      if (wanted.length > 0) stop = idly(next);
    };
    stop = idly(next);
    return () => stop();
  }, [known]);
}
