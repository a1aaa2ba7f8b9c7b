/** What is compared and how it is drawn: the part of a link behind "?" in, plain values out, and back. Pure. */
import type { DatasetEntry, UnitAddress } from "./nouns";
import type { Question } from "./questions";
import { OPEN } from "./route";
import type { Breaks, Context } from "./tokens";
import { plural } from "./words";

export const MOST = 4; // units side by side
const MOST_READ = 100; // units of a link

/** Whether colours compare all units, or each unit with its own maximum. */
export type Scaling = "all" | "own";

/** `explanations` null: the best two; else two names of explanations. `match` null: the unit of the same number in the other
 * dataset, else which of its partners there, from 1. */
export type Compared =
  | { of: "units"; units: readonly UnitAddress[] }
  | { of: "explanations"; unit: UnitAddress; explanations: readonly [string, string] | null }
  | { of: "datasets"; unit: UnitAddress; other: string; match: number | null };

/** `open` names what is shown in full, as on a unit's page: `same` all texts, `same:3:full` one, `u0` a unit's own. */
export type CompareView = { context: Context; breaks: Breaks; scale: Scaling; open: readonly string[] };
export type Comparison = { compared: Compared; view: CompareView };
export type Change = (from: (view: CompareView) => CompareView) => void;
/** What compared units are asked for, each in its own dataset. */
export function asksOf(sides: readonly Side[], kind: "statistics" | "record" | "explanations"): Question[] {
  const apart = sides.some(({ dataset }) => dataset !== sides[0]?.dataset);
  return sides.map(({ dataset, at }) => ({ kind, at, ...(apart && { dataset }) }));
}

/** One of the units that are compared; `name` is its own among them. */
export type Side = { dataset: DatasetEntry; at: UnitAddress; name: string; href: string };

export const FIRST: CompareView = { context: "full", breaks: "inline", scale: "all", open: [] };

const UNIT = /^\d{1,9}:\d{1,9}$/;
const EXPLANATION = /^(\d{1,3}|p\.[0-9a-f]{8})$/;
const DATASET = /^[a-z0-9][a-z0-9._-]*$/;
const CHOICES = {
  context: ["line", "snippet", FIRST.context],
  breaks: ["broken", FIRST.breaks],
  scale: ["own", FIRST.scale],
} as const;
type Choice = keyof typeof CHOICES;
const NAMES = Object.keys(CHOICES) as Choice[];

/** What a link says wrongly is as it was at first. */
export function parseComparison(query: string): Comparison {
  const asked = new URLSearchParams(query);
  const said = (name: string) => asked.get(name) ?? "";
  const chosen = <Name extends Choice>(name: Name): CompareView[Name] => {
    const values: readonly string[] = CHOICES[name];
    return (values.includes(said(name)) ? said(name) : FIRST[name]) as CompareView[Name];
  };
  const open = said("open")
    .split(",")
    .filter((key) => OPEN.test(key));
  const view = { context: chosen("context"), breaks: chosen("breaks"), scale: chosen("scale"), open };
  return { compared: comparedOf(said), view };
}

const ASKED = new Set(["units", "unit", "with", "match", "explanations", "open", ...NAMES]);

/** What a link says that means nothing here. */
export const leftOut = (query: string): string[] =>
  [...new URLSearchParams(query)].flatMap(([name, text]) => {
    if (!ASKED.has(name)) return [`${name}=${text}`];
    const names = name === "units" || name === "unit" ? text.split(",").filter(Boolean) : [];
    return names.filter((one) => !UNIT.test(one));
  });

function comparedOf(said: (name: string) => string): Compared {
  const [unit] = unitsOf(said("unit"));
  if (!unit || said("units")) return { of: "units", units: unitsOf(said("units")) };
  if (DATASET.test(said("with"))) {
    const match = /^[1-9]\d?$/.test(said("match")) ? Number(said("match")) : null;
    return { of: "datasets", unit, other: said("with"), match };
  }
  const [one, other, ...more] = said("explanations").split(",");
  const both = [one, other].every((name) => EXPLANATION.test(name ?? "")) && one !== other && !more[0];
  return { of: "explanations", unit, explanations: both ? [String(one), String(other)] : null };
}

/** The units that a list names, each once. */
function unitsOf(text: string): UnitAddress[] {
  const names = new Set(
    text
      .split(",", MOST_READ)
      .filter((name) => UNIT.test(name))
      .map(plain),
  );
  return [...names].map((name) => {
    const [layer, unit] = name.split(":").map(Number);
    return { layer: layer ?? 0, unit: unit ?? 0 };
  });
}

const plain = (name: string): string => name.split(":").map(Number).join(":");

/** 3:17. */
export const nameOf = ({ layer, unit }: UnitAddress): string => `${layer}:${unit}`;

/** The part of a link behind "?", shortest form. */
export function formatComparison({ compared, view }: Comparison): string {
  const parts = partsOf(compared);
  for (const name of NAMES) if (view[name] !== FIRST[name]) parts.push(`${name}=${view[name]}`);
  if (view.open.length > 0) parts.push(`open=${view.open.join(",")}`);
  return parts.join("&");
}

function partsOf(compared: Compared): string[] {
  if (compared.of === "units")
    return compared.units.length > 0 ? [`units=${compared.units.map(nameOf).join(",")}`] : [];
  const unit = `unit=${nameOf(compared.unit)}`;
  if (compared.of === "explanations")
    return compared.explanations ? [unit, `explanations=${compared.explanations.join(",")}`] : [unit];
  const { other, match } = compared;
  return [unit, `with=${other}`, ...(match === null ? [] : [`match=${match}`])];
}

const same = (one: UnitAddress, other: UnitAddress): boolean => nameOf(one) === nameOf(other);

/** The list with `unit` at a place, in that of another or behind all; a unit stands there once. */
export function placed(
  units: readonly UnitAddress[],
  unit: UnitAddress,
  place: number | null,
): UnitAddress[] {
  if (place === null) return units.some((one) => same(one, unit)) ? [...units] : [...units, unit];
  return units.flatMap((one, at) => (at === place ? [unit] : same(one, unit) ? [] : [one]));
}

/** Why so many cannot be compared, in a sentence; null where they can. */
export function refusal(units: readonly UnitAddress[], name: string): string | null {
  if (units.length <= MOST) return null;
  const amount = units.length >= MOST_READ ? `${MOST_READ} or more ${name}s` : plural(units.length, name);
  return `This link names ${amount}; side by side there is room for 2 to ${MOST}. Take some of them away.`;
}

/** A way to compare a unit: what it is called, where it leads, whether it is the one on screen. */
export type Way = { title: string; to: Compared; here: boolean };

/** The ways for the first unit: with others, its explanations where there may be any, and in each other dataset. */
export function waysOf(
  compared: Compared,
  explained: boolean,
  { title: ours }: DatasetEntry,
  others: readonly DatasetEntry[],
): Way[] {
  const unit = compared.of === "units" ? compared.units[0] : compared.unit;
  if (!unit) return [];
  const of = nameOf(unit);
  const ways: Way[] = [
    { title: `${of} with others`, to: { of: "units", units: [unit] }, here: compared.of === "units" },
  ];
  if (explained)
    ways.push({
      title: `Two explanations of ${of}`,
      to: { of: "explanations", unit, explanations: null },
      here: compared.of === "explanations",
    });
  for (const { name, title } of others)
    ways.push({
      title: `${of} in ${title === ours ? name : title}`,
      to: { of: "datasets", unit, other: name, match: null },
      here: compared.of === "datasets" && compared.other === name,
    });
  return ways;
}
