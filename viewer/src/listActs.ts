/** What is done to lists wherever they are kept, this browser or the site: a change in, how to undo it out. */

import { ListFault, withUnits } from "./lists";
import type { DatasetEntry, KeptList, ListedUnit, UnitList } from "./nouns";
import { changeServed, deleteServed, makeServed, peoplesListQuery } from "./served";
import { changeList, dropList, keepLists, undoChange } from "./shelf";

export type Home = "browser" | "site";
export type Undo = () => Promise<unknown>;

/** What the owner of a list can do with it; each answers how to undo it. */
export type Editing = {
  home: Home;
  change: (edit: (list: UnitList) => UnitList) => Promise<Undo>;
  remove: () => Promise<Undo>;
};

/** Keeps new lists, in their order; their ids. */
export async function keepNew(dataset: DatasetEntry, home: Home, lists: readonly UnitList[]) {
  const ids: string[] = [];
  if (home === "browser") ids.push(...keepLists(dataset.name, lists).map(({ id }) => id));
  else for (const list of lists) ids.push((await makeServed(dataset, list)).id);
  const undo: Undo = async () => {
    for (const id of ids) await forget(dataset, home, id);
  };
  return { ids, undo };
}

/** Forgets a list; what keeps it again. On a site it comes back under another address. */
export async function forget(dataset: DatasetEntry, home: Home, id: string, list?: UnitList): Promise<Undo> {
  if (home === "browser") {
    const back = dropList(dataset.name, id);
    return async () => back();
  }
  await deleteServed(dataset, id);
  return async () => list && makeServed(dataset, list);
}

/** Changes a list that this browser keeps, as it is now. */
export function changeHere(dataset: DatasetEntry, id: string, edit: (list: UnitList) => UnitList): Undo {
  const changed = changeList(dataset.name, id, edit);
  return async () => undoChange(dataset.name, id, changed);
}

/** Changes a list of the site, as it was read; `answered` is told of it as it is now, after the undoing too. */
export async function changeThere(
  dataset: DatasetEntry,
  kept: KeptList,
  edit: (list: UnitList) => UnitList,
  answered: (kept: KeptList) => void,
): Promise<Undo> {
  const made = await changeServed(dataset, kept, edit(kept));
  answered(made);
  return async () => answered(await changeServed(dataset, made, kept));
}

/** Adds units, up to 1,000 of them, to the end of a list; those that are in it stay where they are. */
export async function addUnits(dataset: DatasetEntry, home: Home, id: string, units: readonly ListedUnit[]) {
  let counts = { title: "", added: 0, already: 0 };
  const edit = (list: UnitList) => {
    const { list: more, added, already } = withUnits(list, units);
    counts = { title: list.title, added, already };
    if (added > 0) return more;
    throw new ListFault(
      already === 1 ? `It is in “${list.title}” already.` : `All are in “${list.title}” already.`,
    );
  };
  if (home === "browser") return { undo: changeHere(dataset, id, edit), ...counts };
  const kept = await peoplesListQuery(dataset, id).ask(new AbortController().signal);
  const undo = await changeThere(dataset, kept, edit, () => {});
  return { undo, ...counts };
}
