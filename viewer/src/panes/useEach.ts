/** Answers of several queries as they become known, while the caller is on the page. */
import { useCallback, useContext, useRef, useSyncExternalStore } from "react";
import { type Answer, type Asked, QueriesContext, type Query } from "../queries";

export function useEach<T>(wanted: readonly Query<T>[]): Asked<T>[] {
  const queries = useContext(QueriesContext);
  const keys = wanted.map(({ key }) => key).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: queries of one key are the same
  const watch = useCallback(
    (changed: () => void) => {
      const stops = wanted.map((query) => queries.watch(query, changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [queries, keys],
  );
  const last = useRef<readonly Answer<T>[]>([]);
  const answers = useSyncExternalStore(watch, () => {
    const now = wanted.map((query) => queries.known(query));
    const same = now.length === last.current.length && now.every((one, place) => one === last.current[place]);
    if (!same) last.current = now; // the list is another one only where an answer is
    return last.current;
  });
  return answers.map((answer, place) => ({
    ...answer,
    refetch: () => {
      const query = wanted[place];
      if (query) queries.refetch(query);
    },
  }));
}
