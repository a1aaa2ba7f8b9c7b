/** The texts that were scored on a unit's workbench in this visit: they stay while other pages are looked at. */
import { useSyncExternalStore } from "react";
import type { Try } from "./candidates";

const MOST = 20; // of a unit; each has its texts, some hundred kilobytes
const NONE: readonly Try[] = [];
export const kept = new Map<string, readonly Try[]>();
const listeners = new Set<() => void>();

/** Adds a try of a unit, unless it is there; the oldest make room. Answers its number where it is new. */
export function addTry(unit: string, made: Omit<Try, "number">): number | null {
  const before = kept.get(unit) ?? NONE;
  if (before.some(({ id }) => id === made.id)) return null;
  const number = 1 + (before.at(-1)?.number ?? 0);
  kept.set(unit, [...before, { ...made, number }].slice(-MOST));
  for (const changed of listeners) changed();
  return number;
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

export const useTries = (unit: string): readonly Try[] =>
  useSyncExternalStore(subscribe, () => kept.get(unit) ?? NONE);
