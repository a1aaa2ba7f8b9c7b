/**
 * What was asked for is kept: a query in, its answer out, the same for everybody who asks and at once for whoever asks
 * again. A failure is said at once and asked for again only on demand; what nobody waits for any more is called off.
 */
import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from "react";

/**
 * `key` says which queries are the same; `again`: milliseconds after which an answer is asked for anew; `fleeting`:
 * others may change it, so whoever comes when nobody looks asks anew, with what was known on the page meanwhile.
 */
export type Query<T> = {
  key: string;
  ask: (signal: AbortSignal) => Promise<T>;
  again?(data: T): number | null;
  fleeting?: boolean;
};

/** Of a failed attempt after a good one both `data` and `error` are there. */
export type Answer<T> = { data: T | undefined; error: Error | null; isFetching: boolean };

type Entry<T> = {
  query: Query<T>;
  answer: Answer<T>;
  listeners: Set<() => void>;
  call: AbortController | null;
  timer: ReturnType<typeof setTimeout> | undefined;
};

const NOTHING: Answer<never> = { data: undefined, error: null, isFetching: false };
const IDLE_MS = 150; // a person who steps on at once wants other files first
const MOST_KEPT = 200; // a unit's record is some 300 kB in memory

export class Queries {
  private readonly entries = new Map<string, Entry<unknown>>();

  /** What is known now; asks for nothing. */
  known<T>({ key }: Query<T>): Answer<T> {
    return (this.entries.get(key)?.answer as Answer<T> | undefined) ?? NOTHING;
  }

  /** Asks, unless the answer is there or on its way, and tells `changed` of every change. Answers how to stop that. */
  watch<T>(query: Query<T>, changed: () => void): () => void {
    const entry = this.entry(query);
    entry.listeners.add(changed);
    const old = query.fleeting && entry.listeners.size === 1;
    if (entry.answer === NOTHING || old) this.ask(entry);
    else this.askLater(entry);
    return () => {
      entry.listeners.delete(changed);
      setTimeout(() => this.leave(entry)); // not when another watches in the same moment
    };
  }

  /** The answer, good or bad, once there is one. */
  first<T>(query: Query<T>): Promise<Answer<T>> {
    return new Promise((done) => {
      const look = () => {
        const answer = this.known(query);
        if (answer === NOTHING || answer.isFetching) return;
        stop();
        done(answer);
      };
      const stop = this.watch(query, look);
      look();
    });
  }

  /** Asks for what somebody may want next. */
  prefetch<T>(query: Query<T>): void {
    const entry = this.entry(query);
    if (entry.answer === NOTHING) this.ask(entry);
  }

  /** Asks again, whatever is known. */
  refetch<T>(query: Query<T>): void {
    this.ask(this.entry(query));
  }

  /** What this key stands for has changed: an answer on its way may be the old one, so it is asked for anew. */
  changed(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.call?.abort();
    entry.call = null;
    if (entry.listeners.size > 0) this.ask(entry);
    else this.entries.delete(key);
  }

  private entry<T>(query: Query<T>): Entry<T> {
    const found = this.entries.get(query.key) as Entry<T> | undefined;
    const entry = found ?? { query, answer: NOTHING, listeners: new Set(), call: null, timer: undefined };
    this.entries.delete(query.key); // the one that was used last is the last
    this.entries.set(query.key, entry as Entry<unknown>);
    for (const [key, old] of this.entries) {
      if (this.entries.size <= MOST_KEPT) break;
      if (old.listeners.size === 0 && !old.call && key !== query.key) this.entries.delete(key);
    }
    return entry;
  }

  private ask<T>(entry: Entry<T>): void {
    if (entry.call) return;
    const call = new AbortController();
    entry.call = call;
    clearTimeout(entry.timer);
    const before = entry.answer;
    this.tell(entry, { ...before, isFetching: true });
    const end = (answer: Answer<T>) => {
      if (entry.call !== call) return; // called off
      entry.call = null;
      this.tell(entry, answer);
      this.askLater(entry);
    };
    entry.query.ask(call.signal).then(
      (data) => end({ data, error: null, isFetching: false }),
      // nobody saw a prefetch fail: the next who asks tries anew
      (error) => end(entry.listeners.size ? { data: before.data, error, isFetching: false } : before),
    );
  }

  private askLater<T>({ query, answer, listeners }: Entry<T>): void {
    const wait = answer.data === undefined ? null : (query.again?.(answer.data) ?? null);
    const entry = this.entries.get(query.key);
    if (wait === null || !entry || entry.call || listeners.size === 0) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.ask(entry), wait);
  }

  private leave<T>(entry: Entry<T>): void {
    if (entry.listeners.size > 0) return;
    clearTimeout(entry.timer);
    if (!entry.call) return;
    entry.call.abort();
    entry.call = null;
    this.tell(entry, entry.answer.data === undefined ? NOTHING : { ...entry.answer, isFetching: false });
  }

  private tell<T>(entry: Entry<T>, answer: Answer<T>): void {
    entry.answer = answer;
    for (const changed of entry.listeners) changed();
  }
}

export const QueriesContext = createContext(new Queries());

export type Asked<T> = Answer<T> & { refetch: () => void };

/** The answer as it becomes known, while the caller is on the page; nothing is asked for where it is not wanted. */
export function useQuery<T>(query: Query<T>, wanted = true): Asked<T> {
  const queries = useContext(QueriesContext);
  // biome-ignore lint/correctness/useExhaustiveDependencies: queries of one key are the same
  const watch = useCallback(
    (changed: () => void) => (wanted ? queries.watch(query, changed) : () => {}),
    [queries, query.key, wanted],
  );
  const answer = useSyncExternalStore(watch, () => (wanted ? queries.known(query) : NOTHING));
  return { ...answer, refetch: () => queries.refetch(query) };
}

/** Asks for what may be wanted next, when there is nothing else to do. */
export function usePrefetch(wanted: readonly Query<unknown>[]): void {
  const queries = useContext(QueriesContext);
  const keys = wanted.map(({ key }) => key).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: queries of one key are the same
  useEffect(() => {
    if (keys === "") return;
    const timer = setTimeout(() => {
      for (const query of wanted) queries.prefetch(query);
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, [queries, keys]);
}
