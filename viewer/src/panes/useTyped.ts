/** What a person is typing: it counts once they pause, or say so. Another value from elsewhere, as a link's, takes its place. */
import { useEffect, useRef, useState } from "react";

export type Typed<T> = {
  draft: T;
  write: (draft: T) => void;
  run: (draft?: T) => void;
  typing: boolean; // the draft does not count yet
};

const PAUSE_MS = 700;
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export function useTyped<T>(value: T, onCommit: (value: T) => void, pause = PAUSE_MS): Typed<T> {
  const [draft, setDraft] = useState(value);
  const known = useRef(value);
  const commit = useRef(onCommit);
  commit.current = onCommit;
  const current = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: values are compared by what they say
  useEffect(() => {
    if (same(value, known.current)) return;
    known.current = value;
    setDraft(value);
  }, [current]);
  const run = (now: T = draft) => {
    known.current = now;
    setDraft(now);
    if (!same(now, value)) commit.current(now);
  };
  useEffect(() => {
    if (same(draft, known.current)) return;
    const timer = setTimeout(() => {
      known.current = draft;
      commit.current(draft);
    }, pause);
    return () => clearTimeout(timer);
  }, [draft, pause]);
  return { draft, write: setDraft, run, typing: !same(draft, value) };
}
