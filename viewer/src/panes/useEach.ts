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
    if (!alike(now, last.current)) last.current = now; // the list is another one only where an answer is
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

/** The same list as before where its elements are. */
export function useUnchanged<T>(list: readonly T[]): readonly T[] {
  const last = useRef(list);
  if (!alike(list, last.current)) last.current = list;
  return last.current;
}

const alike = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((element, place) => element === other[place]);
