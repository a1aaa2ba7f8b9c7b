/** Lists as files and as pasted text: text in, lists out, or a sentence that names the line; and back. Pure. */

import { checkedList, ListFault, LONGEST } from "./lists";
import type { ListedUnit, UnitList } from "./nouns";
import { placeOf } from "./words";

export const LARGEST_IMPORT = 5_000_000; // characters
const MOST_LISTS = 200;
const NAMED = 3; // lines that cannot be read
const LINE = /^(\d{1,9})(?:\s*:\s*|[ \t]+)(\d{1,9})(?:[ \t]+(.*))?$/;

/** A `lists.json`, one list as JSON, or a unit a line; `title` is what the lines are called that do not say it. */
export function parseLists(given: string, title: string): UnitList[] {
  if (given.length > LARGEST_IMPORT)
    throw new ListFault(`This has more than ${LARGEST_IMPORT / 1e6} million characters, which is no list.`);
  const text = given.replace(/^\ufeff/, "").trim();
  if (text === "") throw new ListFault("This is empty: paste a list, or choose a file.");
  return text.startsWith("{") || text.startsWith("[") ? fromJson(text) : [fromLines(text, title)];
}

function fromJson(text: string): UnitList[] {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || !("lists" in value)) return [checkedList(value)];
  const { lists } = value;
  if (!Array.isArray(lists) || lists.length === 0)
    throw new ListFault("This has no lists: “lists” is an array of title and units.");
  if (lists.length > MOST_LISTS)
    throw new ListFault(`This has ${lists.length} lists; ${MOST_LISTS} at once is the most.`);
  return lists.map((list, place) => checkedList(list, `List ${place + 1}`));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const line = lineOf(text, String(error));
    throw new ListFault(
      `${line ? `Line ${line}` : "This"} is not JSON as it stands: look for a comma or a quote.`,
    );
  }
}

/** Engines say where it broke as a line or as a position, if they do. */
function lineOf(text: string, said: string): number | null {
  const line = said.match(/line (\d+)/)?.[1];
  if (line) return Number(line);
  const position = said.match(/position (\d+)/)?.[1];
  return position ? text.slice(0, Number(position)).split("\n").length : null;
}

/** "# Title" first, "# note" after it, then "3:17 description" or, with tabs, "3:17, label, description". */
function fromLines(text: string, title: string): UnitList {
  const heads: string[] = [];
  const units: ListedUnit[] = [];
  const wrong: string[] = [];
  for (const [place, raw] of text.split(/\r\n?|\n/).entries()) {
    const line = raw.trim();
    if (line === "") continue;
    if (line.startsWith("#")) heads.push(line.replace(/^#+\s*/, ""));
    else {
      const unit = fromLine(line);
      if (unit) units.push(unit);
      else wrong.push(`Line ${place + 1}, “${line.slice(0, 40)}”,`);
    }
  }
  refuseWrong(wrong);
  return checkedList({ title: heads[0] || title, note: heads.slice(1).join("\n"), units });
}

function fromLine(line: string): ListedUnit | null {
  const found = line.match(LINE);
  if (!found) return null;
  const [, layer, unit, rest = ""] = found;
  const at = { layer: Number(layer), unit: Number(unit) };
  const [label, ...more] = rest.split("\t");
  return more.length > 0
    ? { ...at, label: label ?? "", description: more.join(" ") }
    : { ...at, description: rest };
}

function refuseWrong(wrong: readonly string[]): void {
  const [first, ...others] = wrong.slice(0, NAMED);
  if (!first) return;
  const more = wrong.length - 1 - others.length;
  const also = others.map((one) => one.replace(/,$/, "")).join("; ");
  throw new ListFault(
    `${first} names no unit: begin with a layer and a number, such as 3:17.${also && ` Nor does ${also}.`}${more > 0 ? ` And ${more} more.` : ""}`,
  );
}

/** What a dataset's lists.json can be. */
export const asJson = (lists: readonly UnitList[]): string => `${JSON.stringify({ lists }, null, 1)}\n`;

export function asCsv({ units }: UnitList): string {
  const rows = units.map(({ layer, unit, label, description }) => [
    layer,
    unit,
    label ?? "",
    description ?? "",
  ]);
  return [["layer", "unit", "label", "description"], ...rows]
    .map((row) => `${row.map((value) => cell(String(value))).join(",")}\r\n`)
    .join("");
}

const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** As `parseLists` reads it, line breaks in descriptions aside. */
export function asText({ title, note, units }: UnitList): string {
  const heads = [title, ...(note ? note.split(/\r\n?|\n/) : [])].map((head) => `# ${head}\n`);
  const lines = units.map((unit) => {
    const description = (unit.description ?? "").replace(/\s+/g, " ");
    return `${[placeOf(unit), ...(unit.label || description ? [unit.label ?? "", description] : [])].join("\t")}\n`;
  });
  return [...heads, ...lines].join("");
}

/** A title as the name of a file, without its ending. */
export const fileName = (title: string): string =>
  title
    .normalize("NFKD")
    .replace(/[^\w-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60) || "list";

/** A file's name as the title of what it holds. */
export const titleOf = (file: string): string =>
  file.replace(/\.\w{1,5}$/, "").slice(0, LONGEST.title) || "Imported";
