/** Lists that people keep on the site: what is asked for and what is sent. Late: only a site that can be written has them. */

import { fileUrl, getObject, Problem } from "./api";
import type { DatasetEntry, KeptList, PeoplesLists, UnitAddress, UnitList } from "./nouns";
import type { Query } from "./queries";
import { placeOf } from "./words";
import { reading, write } from "./writing";

const urlOf = (dataset: DatasetEntry, ...path: string[]) =>
  fileUrl("api", "datasets", dataset.name, "lists", ...path);

/** All lists of a dataset, with what is this reader's own marked, and which hold a unit, where one is named. */
export function peoplesListsQuery(dataset: DatasetEntry, holding?: UnitAddress): Query<PeoplesLists> {
  const url = `${urlOf(dataset)}${holding ? `?holding=${placeOf(holding)}` : ""}`;
  const ask = async (signal: AbortSignal) =>
    checked(await getObject<PeoplesLists>(url, signal, reading()), "lists");
  return { key: url, ask, fleeting: true };
}

export function peoplesListQuery(dataset: DatasetEntry, id: string): Query<KeptList> {
  const url = urlOf(dataset, id);
  const ask = async (signal: AbortSignal) =>
    checked(await getObject<KeptList>(url, signal, reading()), "units");
  return { key: url, ask, fleeting: true };
}

function checked<T extends object>(found: T, field: keyof T & string): T {
  if (Array.isArray(found[field])) return found;
  throw new Problem(200, `The answer has another shape than the viewer knows: it has no ${field}.`);
}

export const makeServed = (dataset: DatasetEntry, list: UnitList) =>
  write<KeptList>("POST", urlOf(dataset), given(list));

/** Replaces a list, unless somebody has changed it since this version of it. */
export const changeServed = (dataset: DatasetEntry, { id, version }: KeptList, list: UnitList) =>
  write<KeptList>("PUT", urlOf(dataset, id), { ...given(list), version });

export const deleteServed = (dataset: DatasetEntry, id: string) => write<never>("DELETE", urlOf(dataset, id));

const given = ({ title, note, units }: UnitList): UnitList => ({ title, note: note ?? null, units });
