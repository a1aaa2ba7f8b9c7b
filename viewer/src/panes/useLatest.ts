/** The answer to what is asked now and, until it comes, the one before: what is on screen does not vanish at every key. */
import { useRef } from "react";
import { type Asked, type Query, useQuery } from "../queries";

/** `old`: the data answers what was asked before. */
export type Latest<T> = Asked<T> & { old: boolean };

const NOTHING: Query<never> = { key: "nothing", ask: () => new Promise(() => {}) };

/** `query` null: nothing is asked, and nothing is known; `paused`: what was asked is called off, and the last answer stays. */
export function useLatest<T>(query: Query<T> | null, paused = false): Latest<T> {
  const asked = useQuery<T>(query ?? NOTHING, query !== null && !paused);
  const last = useRef<T | undefined>(undefined);
  if (query === null || asked.error) last.current = undefined;
  else if (asked.data !== undefined) last.current = asked.data;
  const old = asked.data === undefined && last.current !== undefined;
  return { ...asked, data: asked.data ?? last.current, old };
}
