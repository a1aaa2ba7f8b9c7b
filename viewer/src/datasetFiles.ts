/** Files that a dataset has beside its parts: its puzzles, how models did on them, its runs and scores, its traces; checked on arrival. */
import { fileUrl, getObject, lacking, Problem } from "./api";
import type {
  DatasetEntry,
  PuzzleResults,
  Reports,
  RunReport,
  Scores,
  StoredPuzzle,
  StoredTrace,
  TraceEntries,
} from "./nouns";
import { type Puzzle, readPuzzles } from "./puzzles";
import type { Query } from "./queries";

const broken = () =>
  new Problem(200, "The file is broken: something in it is not as the dataset contract says.");

/** A file by its path; what `read` cannot make sense of is a Problem. */
function objectQuery<Stored extends object, T>(
  { root }: DatasetEntry,
  path: readonly string[],
  read: (stored: Stored) => T | null,
): Query<T> {
  const url = fileUrl(root, ...path);
  const ask = async (signal: AbortSignal): Promise<T> => {
    const found = read(await getObject<Stored>(url, signal));
    if (found === null) throw broken();
    return found;
  };
  return { key: url, ask };
}

const listed = <T extends object>(...lists: (keyof T)[]) => {
  return (found: T): T | null => (lists.every((list) => Array.isArray(found[list])) ? found : null);
};

export const puzzlesQuery = (dataset: DatasetEntry): Query<Puzzle[]> =>
  objectQuery<Record<string, StoredPuzzle>, Puzzle[]>(dataset, ["puzzles.json"], readPuzzles);

export const puzzleResultsQuery = (dataset: DatasetEntry) =>
  lacking(dataset, objectQuery(dataset, ["puzzle-results.json"], listed<PuzzleResults>("runs")));

export const reportsQuery = (dataset: DatasetEntry) =>
  objectQuery(dataset, ["reports.json"], listed<Reports>("runs"));

export const reportQuery = (dataset: DatasetEntry, run: string) =>
  objectQuery(dataset, ["reports", `${run}.json`], (found: RunReport) =>
    typeof found.run === "string" && typeof found.units === "number" ? found : null,
  );

export const scoresQuery = (dataset: DatasetEntry) =>
  lacking(dataset, objectQuery(dataset, ["scores.json"], listed<Scores>("layers")));

export const tracesQuery = (dataset: DatasetEntry) =>
  lacking(dataset, objectQuery(dataset, ["traces.json"], listed<TraceEntries>("traces")));

export const traceQuery = (dataset: DatasetEntry, id: string) =>
  lacking(dataset, objectQuery(dataset, ["traces", `${id}.json`], readTrace));

/** A trace whose numbers per token do not pair up with its tokens cannot be drawn truthfully. */
function readTrace(found: StoredTrace): StoredTrace | null {
  const { tokens, nodes, completeness } = found.report ?? {};
  const whole = [tokens, nodes, completeness?.layers].every((list) => Array.isArray(list));
  return whole && completeness.layers.every((layer) => layer.tokens.length === tokens.length) ? found : null;
}
