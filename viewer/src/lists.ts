/** Lists of units: what may stand in one, and how one is changed. Unknown or plain values in, new lists out. Pure. */

import type { ListedUnit, UnitAddress, UnitList } from "./nouns";
import { placeOf } from "./words";

/** As the server's, so that a list may go from one to the other. */
export const LONGEST = { title: 200, note: 2000, label: 200, description: 500 } as const;
export const MOST_UNITS = 1000;
const INDEX = 999_999_999;
const CONTROL = /\p{Cc}|\p{Surrogate}/u; // halves of surrogate pairs, which no database takes

/** Why a list cannot be as it shall be, in a sentence. */
export class ListFault extends Error {
  override readonly name = "ListFault";
}

/** A value of any origin as a list, without what a list does not have. Throws ListFault, which names the place. */
export function checkedList(value: unknown, what = "The list"): UnitList {
  const { title, note, units } = objectOf(value, what);
  const kept = text(title, `${what}: its title`, LONGEST.title, { line: true });
  if (!kept) throw new ListFault(`${what} has no title: say what these units have in common.`);
  if (!Array.isArray(units)) throw new ListFault(`${what} has no units: they are a list of layer and unit.`);
  refuseMany(units.length, what);
  return listOf(
    kept,
    text(note, `${what}: its note`, LONGEST.note),
    units.map((unit, place) => checkedUnit(unit, `${what}, unit ${place + 1}`)),
  );
}

function checkedUnit(value: unknown, what: string): ListedUnit {
  const { layer, unit, label, description } = objectOf(value, what);
  return unitOf(
    { layer: index(layer, `${what}: its layer`), unit: index(unit, `${what}: its number`) },
    text(label, `${what}: its label`, LONGEST.label, { line: true }),
    text(description, `${what}: its description`, LONGEST.description),
  );
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new ListFault(`${what} is not an object in JSON.`);
}

function index(value: unknown, what: string): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= INDEX) return value as number;
  throw new ListFault(`${what} is no whole number from 0 to ${INDEX.toLocaleString("en-US")}.`);
}

/** Without white space at its ends; null where nothing is left. */
function text(value: unknown, what: string, longest: number, { line = false } = {}): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw new ListFault(`${what} is not a text.`);
  const kept = value.trim();
  const length = [...kept].length;
  if (length > longest)
    throw new ListFault(
      `${what} has ${length.toLocaleString("en-US")} characters; ${longest.toLocaleString("en-US")} is the most. Shorten it.`,
    );
  if (CONTROL.test(line ? kept : kept.replace(/[\n\r\t]/g, "")))
    throw new ListFault(`${what} holds a control character: write it without.`);
  return kept || null;
}

function refuseMany(amount: number, what = "The list"): void {
  if (amount > MOST_UNITS)
    throw new ListFault(
      `${what} would have ${amount.toLocaleString("en-US")} units; ${MOST_UNITS.toLocaleString("en-US")} is the most. Make two lists of it.`,
    );
}

/** Fields that say nothing are left out, so that equal lists are equal JSON. */
const listOf = (title: string, note: string | null, units: ListedUnit[]): UnitList => ({
  title,
  ...(note && { note }),
  units,
});
const unitOf = (
  { layer, unit }: UnitAddress,
  label: string | null,
  description: string | null,
): ListedUnit => ({
  layer,
  unit,
  ...(label && { label }),
  ...(description && { description }),
});

export const newList = (title: string, units: readonly ListedUnit[] = [], note = ""): UnitList =>
  checkedList({ title, note, units });

export const renamed = (list: UnitList, title: string, note: string): UnitList =>
  checkedList({ ...list, title, note });

const same = (one: UnitAddress, other: UnitAddress) => one.layer === other.layer && one.unit === other.unit;
export const holding = ({ units }: UnitList, at: UnitAddress): boolean =>
  units.some((unit) => same(unit, at));

export type Added = { list: UnitList; added: number; already: number };

/** With the units that were not in it at its end; none of them is added twice. */
export function withUnits(list: UnitList, more: readonly ListedUnit[]): Added {
  const known = new Set(list.units.map(placeOf));
  const added: ListedUnit[] = [];
  for (const unit of more) {
    if (known.has(placeOf(unit))) continue;
    known.add(placeOf(unit));
    added.push(unit);
  }
  refuseMany(list.units.length + added.length);
  const units = [...list.units, ...added];
  return { list: { ...list, units }, added: added.length, already: more.length - added.length };
}

export const without = (list: UnitList, place: number): UnitList => ({
  ...list,
  units: list.units.toSpliced(place, 1),
});

/** The unit at `from` comes to stand at `to`; past an end is at that end. */
export function moved(list: UnitList, from: number, to: number): UnitList {
  const unit = list.units[from];
  if (!unit) return list;
  const others = list.units.toSpliced(from, 1);
  return { ...list, units: others.toSpliced(Math.max(0, Math.min(to, others.length)), 0, unit) };
}

export type Note = { label: string; description: string };

/** With what a person says about the unit at a place. */
export const annotated = (list: UnitList, place: number, note: Note): UnitList => ({
  ...list,
  units: list.units.map((unit, other) =>
    other === place ? checkedUnit({ ...unit, ...note }, `Unit ${placeOf(unit)}`) : unit,
  ),
});

/** Whether two lists say the same. */
export const equal = (one: UnitList, other: UnitList): boolean =>
  JSON.stringify(checkedList(one)) === JSON.stringify(checkedList(other));
