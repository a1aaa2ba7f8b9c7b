/** Rows of the table of units as text for a file, as the server writes them. Pure. */
import type { UnitRow } from "./nouns";

const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/; // what spreadsheets take for the beginning of one

/** A header and a row per unit; texts stand in quotes, and a missing one is empty without them. */
export function unitsCsv(rows: readonly UnitRow[]): string {
  const names = Object.keys(rows[0] ?? {}) as (keyof UnitRow)[];
  const lines = rows.map((row) => names.map((name) => cell(row[name])).join(","));
  return [names.map((name) => `"${name}"`).join(","), ...lines].map((line) => `${line}\n`).join("");
}

export const unitsJson = (rows: readonly UnitRow[]): string => `${JSON.stringify({ units: rows })}\n`;

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return `"${(FORMULA.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
}
