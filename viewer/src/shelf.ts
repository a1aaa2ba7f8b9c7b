/**
 * Lists that this browser keeps of a dataset: changes in, what is kept now out. Every change is made to what is stored in
 * that moment, so that other tabs lose nothing; what cannot be read is never written over. Throws ListFault.
 */
import { useCallback, useSyncExternalStore } from "react";
import { checkedList, equal, ListFault } from "./lists";
import type { UnitList } from "./nouns";

export type Kept = { id: string; edited: string; list: UnitList };

/**
 * `unread`: lists of a form that this viewer does not know; they stay as they are. `fault`: why nothing can be read or
 * kept. `stored`: whether they outlast the page.
 */
export type Shelf = { kept: readonly Kept[]; unread: number; fault: string | null; stored: boolean };

const VERSION = 1;
const ID = /^b-[0-9a-f]{12}$/;
const keyOf = (dataset: string) => `neuronscope-lists-${dataset}`;

const unstored = new Map<string, string>(); // where the browser keeps nothing at all
const listeners = new Set<() => void>();
const known = new Map<string, { raw: string | null; stored: boolean; read: Read }>();

type Read = Shelf & { others: unknown[] };

export const shelfOf = (dataset: string): Shelf => look(dataset);

function look(dataset: string): Read {
  const { raw, stored } = rawOf(dataset);
  const before = known.get(dataset);
  if (before && before.raw === raw && before.stored === stored) return before.read;
  const read = { ...parsed(raw), stored };
  known.set(dataset, { raw, stored, read });
  return read;
}

function rawOf(dataset: string): { raw: string | null; stored: boolean } {
  try {
    return { raw: localStorage.getItem(keyOf(dataset)), stored: true };
  } catch {
    return { raw: unstored.get(dataset) ?? null, stored: false };
  }
}

const LATER =
  "A later version of this viewer keeps lists here, in a form that this one does not know. They are left as they are.";
const BROKEN = "What this browser keeps as lists cannot be read. It is left as it is.";

function parsed(raw: string | null): Omit<Read, "stored"> {
  const nothing = { kept: [], unread: 0, others: [], fault: null };
  if (raw === null) return nothing;
  const value = fromJson(raw);
  if (typeof value !== "object" || value === null || !("version" in value))
    return { ...nothing, fault: BROKEN };
  if (value.version !== VERSION) return { ...nothing, fault: LATER };
  if (!("lists" in value) || !Array.isArray(value.lists)) return { ...nothing, fault: BROKEN };
  const entries = value.lists.map((entry) => ({ entry, kept: keptOf(entry) }));
  const others = entries.filter(({ kept }) => kept === null).map(({ entry }) => entry);
  return { kept: entries.flatMap(({ kept }) => kept ?? []), unread: others.length, others, fault: null };
}

function fromJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

function keptOf(entry: unknown): Kept | null {
  if (typeof entry !== "object" || entry === null || !("id" in entry) || !("list" in entry)) return null;
  const { id, list } = entry;
  if (typeof id !== "string" || !ID.test(id)) return null;
  try {
    const edited = "edited" in entry && typeof entry.edited === "string" ? entry.edited : "";
    return { id, edited, list: checkedList(list) };
  } catch {
    return null;
  }
}

/** What is stored now, changed and stored again. */
function change(dataset: string, edit: (kept: readonly Kept[]) => readonly Kept[]): void {
  const { kept, others, fault, stored } = look(dataset);
  if (fault) throw new ListFault(`${fault} Nothing was changed.`);
  const raw = JSON.stringify({ version: VERSION, lists: [...edit(kept), ...others] });
  if (stored) store(keyOf(dataset), raw);
  else unstored.set(dataset, raw);
  for (const changed of listeners) changed();
}

function store(key: string, raw: string): void {
  try {
    localStorage.setItem(key, raw);
  } catch {
    throw new ListFault(
      "This browser has no room left for lists: nothing was changed. Export some and delete them.",
    );
  }
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `b-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Keeps new lists, in their order. */
export function keepLists(dataset: string, lists: readonly UnitList[]): Kept[] {
  const made = lists.map((list) => ({ id: newId(), edited: now(), list: checkedList(list) }));
  change(dataset, (kept) => [...kept, ...made]);
  return made;
}

/** Changes one list as it is stored now; both what it was and what it is. */
export function changeList(dataset: string, id: string, edit: (list: UnitList) => UnitList) {
  const found = look(dataset).kept.find((one) => one.id === id);
  if (!found) throw new ListFault("This list is no longer kept: it was deleted, perhaps in another tab.");
  const list = checkedList(edit(found.list));
  change(dataset, (kept) => kept.map((one) => (one.id === id ? { id, edited: now(), list } : one)));
  return { before: found.list, after: list };
}

/** Makes a list what it was before a change, unless it has changed again. */
export const undoChange = (dataset: string, id: string, { before, after }: ReturnType<typeof changeList>) =>
  changeList(dataset, id, (list) => {
    if (equal(list, after)) return before;
    throw new ListFault("The list has changed since: nothing was undone.");
  });

/** Forgets a list; what puts it back at its place. */
export function dropList(dataset: string, id: string): () => void {
  const place = look(dataset).kept.findIndex((one) => one.id === id);
  const gone = look(dataset).kept[place];
  if (!gone) return () => {};
  change(dataset, (kept) => kept.filter((one) => one.id !== id));
  return () => change(dataset, (kept) => kept.filter((one) => one.id !== id).toSpliced(place, 0, gone));
}

/** What is stored, word for word, so that a person can save what cannot be read. */
export const storedText = (dataset: string): string => rawOf(dataset).raw ?? "";

/** Lays what cannot be read under another name, and begins without lists. */
export function setAside(dataset: string): void {
  store(`${keyOf(dataset)}-unread-${Date.now()}`, storedText(dataset));
  localStorage.removeItem(keyOf(dataset));
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

/** What is kept of a dataset, as it changes. */
export const useShelf = (dataset: string): Shelf =>
  useSyncExternalStore(
    subscribe,
    useCallback(() => shelfOf(dataset), [dataset]),
  );
