/** How much has come of the files that a static site is searched by, once that takes long; "" before, and on servers. */
import { useEffect, useState } from "react";
import { isLive } from "../api";
import type { DatasetEntry } from "../nouns";
import { watchFetching } from "../searchQueries";

const LONG_MS = 2000;
const MEGABYTE = 1e6;

export function useFetching(dataset: DatasetEntry, waits: boolean): string {
  const [said, setSaid] = useState("");
  const live = isLive(dataset);
  useEffect(() => {
    if (live || !waits) return;
    const since = performance.now();
    const stop = watchFetching(({ bytes, of }) => {
      if (performance.now() - since < LONG_MS) return;
      const [come, all] = [bytes, of].map((size) => (size / MEGABYTE).toFixed(1));
      setSaid(`${come} of ${all} MB of what is searched have come.`);
    });
    return () => {
      stop();
      setSaid("");
    };
  }, [live, waits]);
  return said;
}
