/**
 * What this browser keeps for the person at it: a name in, the text kept under it out. Where the browser refuses to
 * store anything it lasts until the page is left, as what is half written and half scored always does.
 */
import { useSyncExternalStore } from "react";

/**
 * `owner`: the secret by which the server knows whose words are whose; `token`: what it asks for before a write;
 * `list`: the last one added to; `puzzles`: how often one was right; `texts`: what was lately
 * tried on live models.
 */
export type Name = "owner" | "token" | "author" | "list" | "puzzles" | "texts";

const unstored = new Map<Name, string | null>();
const listeners = new Set<() => void>();
const keyOf = (name: Name) => `neuronscope-${name}`;

export function kept(name: Name): string | null {
  const here = unstored.get(name);
  if (here !== undefined) return here;
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

/** Keeps a text; null forgets it. */
export function keep(name: Name, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), text);
    unstored.delete(name);
  } catch {
    unstored.set(name, text);
  }
  for (const changed of listeners) changed();
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  window.addEventListener("storage", changed); // another tab's
  return () => {
    listeners.delete(changed);
    window.removeEventListener("storage", changed);
  };
}

/** What is kept, as it changes. */
export const useKept = (name: Name): string | null => useSyncExternalStore(subscribe, () => kept(name));

/** Words that were not sent yet and jobs that were begun, by what they are about: other pages may be looked at meanwhile. */
export const unfinished = new Map<string, string>();
