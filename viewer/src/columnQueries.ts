/** How the page of all units asks for what it shows: columns of numbers, the words of some rows, and files of a selection. */
import { fileUrl, getNumbers, getObject, isLive, Problem, reader } from "./api";
import type { Column } from "./columns";
import { formatSelection, type Selection } from "./explore";
import { placeAmong } from "./neighbours";
import type { DatasetEntry, LayerInfo, UnitAddress, UnitColumns, UnitRow } from "./nouns";
import type { Query } from "./queries";

/** Which columns there are, and of which state of the dataset. */
export function columnsQuery({ root }: DatasetEntry): Query<UnitColumns> {
  const url = fileUrl(root, "columns.json");
  return { key: url, ask: (signal) => getObject<UnitColumns>(url, signal), fleeting: true };
}

/** One number per unit, in the order of layer and number. */
export function columnQuery(
  dataset: DatasetEntry,
  { snapshot, units }: UnitColumns,
  name: Column,
): Query<Float64Array> {
  const file = fileUrl(dataset.root, "columns", `${name}.f64`);
  // files of a static site never change; and to Azure the word means something else
  const url = isLive(dataset) ? `${file}?snapshot=${encodeURIComponent(snapshot)}` : file;
  return { key: url, ask: (signal) => getNumbers(url, units, signal) };
}

/** Everything that is known of some units, words too; `places` are theirs in the columns. */
export function rowsQuery(
  dataset: DatasetEntry,
  units: readonly UnitAddress[],
  places: ArrayLike<number>,
): Query<UnitRow[]> {
  const { root } = dataset;
  const names = units.map(({ layer, unit }) => `${layer}:${unit}`);
  if (!isLive(dataset)) {
    const blocks = [...new Set(Array.from(places, (place) => Math.floor(place / TOGETHER)))];
    const ask = async (signal: AbortSignal) => {
      const found = await Promise.all(blocks.map((block) => blockOf(dataset, block, signal)));
      return found.flat().filter(({ layer, unit }) => names.includes(`${layer}:${unit}`));
    };
    return { key: `${root} rows ${names}`, ask };
  }
  const url = `${fileUrl(root, "units")}?units=${names.join(",")}&limit=${Math.max(1, units.length)}`;
  return { key: url, ask: async (signal) => rowsOf(await getObject(url, signal)) };
}

const LANES = 6; // requests side by side

/**
 * The rows of a static site's units in their order, read block by block; `told`: what share of the blocks is there. A unit
 * of which no table tells is left out.
 */
export async function publishedRows(
  dataset: DatasetEntry,
  layers: readonly LayerInfo[],
  units: readonly UnitAddress[],
  signal: AbortSignal,
  told: (share: number) => void,
): Promise<UnitRow[]> {
  const places = units.flatMap((at) => placeAmong(layers, at) ?? []);
  const blocks = [...new Set(places.map((place) => Math.floor(place / TOGETHER)))];
  const known = new Map<string, UnitRow>();
  for (let at = 0; at < blocks.length; at += LANES) {
    const some = blocks.slice(at, at + LANES);
    const found = await Promise.all(some.map((block) => blockOf(dataset, block, signal)));
    signal.throwIfAborted();
    for (const row of found.flat()) known.set(`${row.layer}:${row.unit}`, row);
    told((at + some.length) / blocks.length);
  }
  return units.flatMap(({ layer, unit }) => known.get(`${layer}:${unit}`) ?? []);
}

const TOGETHER = 64; // units in a file of a static site, as the server's publish/plan.py writes them

async function blockOf({ root: main, packed, places }: DatasetEntry, block: number, signal: AbortSignal) {
  const root = places?.["rows"] ?? main;
  if (packed) return rowsOf(await (await reader()).sharedUnitIn(fileUrl(root, "rows.zip"), block));
  return rowsOf(await (await reader()).objectOf(fileUrl(root, `${block}.json.gz`), signal));
}

function rowsOf({ units: rows }: { units?: UnitRow[] }): UnitRow[] {
  if (Array.isArray(rows)) return rows;
  throw new Problem(200, "The answer has another shape than the viewer knows: it has no units.");
}

/** A selection as a file, all of it and in its order. */
export const fileOf = ({ root }: DatasetEntry, selection: Selection, ending: "csv" | "parquet" | "json") =>
  `${fileUrl(root, `units.${ending}`)}?${formatSelection(selection)}`;
