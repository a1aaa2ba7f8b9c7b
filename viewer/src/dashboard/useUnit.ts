/** One unit of a dashboard as it comes; the one before stays until it is there. */
import { useEffect, useState } from "react";
import type { ShownUnit } from "../shown";
import type { Source } from "./source";

type Known = { unit: ShownUnit | null; problem: string | null };

export function useUnit(source: Source, key: string): Known & { again: () => void } {
  const [known, setKnown] = useState<Known>({ unit: null, problem: null });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when somebody says so
  useEffect(() => {
    let current = true;
    source.unit(key).then(
      (unit) => current && setKnown({ unit, problem: null }),
      (error: Error) => current && setKnown({ unit: null, problem: error.message }),
    );
    return () => {
      current = false;
    };
  }, [source, key, tries]);
  return { ...known, again: () => setTries(tries + 1) };
}
