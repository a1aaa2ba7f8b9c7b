/**
 * Every fetch of the page, and every address that is read; what is sent where stands in writing.ts, which comes later.
 * Addresses are relative to the page, so a site works under any path; where a dataset's files are stands in
 * api/site.json. A failure is a Problem whose message is a sentence.
 */
import type {
  DatasetEntry,
  Manifest,
  NeuronRecord,
  NeuronSimulationResults,
  Site,
  UnitAddress,
  UnitLists,
  UnitTable,
} from "./nouns";
import { hasRecords, RECORDS } from "./parts";
import type { Query } from "./queries";
import { visible } from "./tokens";

/** What went wrong with one request; status 0 means that no answer came. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** The file is not there, which is no fault: most parts of a dataset are optional. */
  get missing(): boolean {
    return this.status === 404;
  }
}

/** Where a file of a dataset is; the root may be relative to the page or on another host. */
export function fileUrl(root: string, ...path: (string | number)[]): string {
  const folder = new URL(root.endsWith("/") ? root : `${root}/`, document.baseURI);
  return new URL(path.map((part) => encodeURIComponent(part)).join("/"), folder).href;
}

/** The JSON object at an address. Throws Problem; lets an abort through. */
export async function getObject<T extends object>(
  url: string,
  signal?: AbortSignal,
  headers?: Record<string, string>,
): Promise<T> {
  return objectOf<T>(await ask(url, { ...(headers && { headers }), ...(signal && { signal }) }));
}

/** As many float64 numbers as `length`, the lowest byte first as every browser's machine has them. Throws Problem. */
export async function getNumbers(url: string, length: number, signal: AbortSignal): Promise<Float64Array> {
  const response = await ask(url, { signal, headers: { accept: "application/octet-stream" } });
  if (!response.ok) throw new Problem(response.status, sentenceOf(await response.text(), response.status));
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength === 8 * length) return new Float64Array(bytes);
  throw new Problem(200, `The answer does not hold ${length} numbers; it may have been cut off on the way.`);
}

const LONGEST_SEND_MS = 20_000; // a person waits for it

/** Sends an object as JSON, or nothing; the object that is answered, if one is, and the headers. Throws Problem. */
export async function send<T extends object>(
  method: "POST" | "PUT" | "DELETE",
  url: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ answer: T | null; headers: Headers }> {
  const signal = AbortSignal.timeout(LONGEST_SEND_MS);
  const json = body && {
    body: JSON.stringify(body),
    headers: { ...headers, "content-type": "application/json" },
  };
  const response = await ask(url, { method, headers, signal, ...json });
  const answer = response.status === 204 ? null : await objectOf<T>(response);
  return { answer, headers: response.headers };
}

/** The object of an answer. Throws Problem where it says what is wrong. */
export async function objectOf<T extends object>(response: Response): Promise<T> {
  const body = await response.text();
  if (!response.ok) throw new Problem(response.status, sentenceOf(body, response.status));
  return objectIn<T>(body, response.status);
}

/** The object that a text is the JSON of. Throws Problem. */
export function objectIn<T extends object>(text: string, status: number): T {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Problem(status, "The answer is not a JSON object; it may have been cut off on the way.");
  return value as T;
}

/** The JSON object at an address, which must hold this list: without it no caller can draw anything. */
async function getWith<T extends object>(list: keyof T & string, url: string, signal: AbortSignal) {
  const found = await getObject<T>(url, signal);
  if (Array.isArray(found[list])) return found;
  throw new Problem(200, `The answer has another shape than the viewer knows: it has no ${list}.`);
}

/** Any answer, good or bad. Throws Problem where none comes; lets an abort through. */
export async function ask(
  url: string,
  init: RequestInit & { headers?: Record<string, string> },
): Promise<Response> {
  try {
    return await fetch(url, { ...init, headers: { accept: "application/json", ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted && init.signal.reason?.name !== "TimeoutError") throw error;
    throw new Problem(0, `No answer from ${new URL(url).host}. Is the server running?`);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The server's own sentence where it sent one. */
function sentenceOf(body: string, status: number): string {
  const problem = parsed(body);
  if (
    typeof problem === "object" &&
    problem !== null &&
    "detail" in problem &&
    typeof problem.detail === "string"
  )
    return problem.detail;
  return status === 404 ? NO_FILE : `The server answered with status ${status}.`;
}

/** A record whose tokens and numbers do not pair up cannot be drawn truthfully. */
function checked(record: NeuronRecord): NeuronRecord {
  const lists = [
    record.most_positive_activation_records,
    record.most_negative_activation_records,
    record.random_sample,
    ...(record.random_sample_by_quantile ?? []),
  ];
  for (const one of lists.flatMap((list) => list ?? []))
    if (!Array.isArray(one.tokens) || one.tokens.length !== one.activations?.length)
      throw new Problem(
        200,
        "The record is broken: a text has another number of tokens than of activations.",
      );
  return record;
}

// How often to ask whether a dataset on another machine is open by now; the server tries a failed one again.
const OPENING_MS = 1000;
const FAILED_MS = 5000;

/** Titles stand in tabs and menus too, where only their own signs can be kept from turning the text around. */
const titled = (site: Site): Site => ({
  ...site,
  datasets: site.datasets.map((one) => ({ ...one, title: visible(one.title) })),
});

/** What this site offers; asked first, once, and again while a dataset is not open or a live model loads. */
export const siteQuery = (): Query<Site> => ({
  key: "site",
  ask: (signal) => getWith<Site>("datasets", fileUrl("api", "site.json"), signal).then(titled),
  again: ({ datasets, models }) => {
    const found = new Set(datasets.map(({ status }) => status));
    const loading = (models ?? []).some(({ use, status }) => use === "live" && status === "loading");
    if (loading || found.has("opening")) return OPENING_MS;
    return found.has("failed") ? FAILED_MS : null;
  },
});

const NO_FILE = "There is no such file.";

/**
 * What a dataset need not have. A bucket whose files nobody may list answers 403 for what is not there, so that on a
 * static site this means missing; of what has to be there it is a failure, which is shown.
 */
export function lacking<T>(dataset: DatasetEntry, { key, ask }: Query<T>): Query<T> {
  if (isLive(dataset)) return { key, ask };
  const missing = (error: unknown) => {
    throw error instanceof Problem && error.status === 403 ? new Problem(404, NO_FILE) : error;
  };
  return { key, ask: (signal) => ask(signal).catch(missing) };
}

type Path = readonly (string | number)[];

/** A file of a dataset, which is known by its address. */
function fileQuery<T>(
  { root }: Pick<DatasetEntry, "root">,
  path: Path,
  get: (url: string, signal: AbortSignal) => Promise<T>,
): Query<T> {
  const url = fileUrl(root, ...path);
  return { key: url, ask: (signal) => get(url, signal) };
}

export const manifestQuery = (dataset: DatasetEntry) =>
  fileQuery(dataset, ["dataset.json"], async (url, signal) => {
    const manifest = await getWith<Manifest>("layers", url, signal);
    if (manifest.layers.every((layer) => Number.isInteger(layer?.index) && Number.isInteger(layer.units)))
      return manifest;
    throw new Problem(200, "The manifest is broken: a layer has no index or no number of units.");
  });

export const listsQuery = (dataset: DatasetEntry) =>
  fileQuery(dataset, ["lists.json"], (url, signal) => getWith<UnitLists>("lists", url, signal));

export const tableQuery = (dataset: DatasetEntry, layer: number) =>
  lacking(dataset, fileQuery(dataset, ["units", `${layer}.json`], getObject<UnitTable>));

/** Files of one unit, by the part of the dataset that they belong to; only records have to be there. */
export const unitQuery =
  <T extends object>(part: string) =>
  (dataset: DatasetEntry, at: UnitAddress): Query<T> => {
    const layers = dataset.layers_with?.[part];
    const query = placedQuery<T>(dataset, part, at);
    if (layers && !layers.includes(at.layer)) return { key: query.key, ask: absent };
    return part === RECORDS ? query : lacking(dataset, query);
  };

const absent = () => Promise.reject(new Problem(404, NO_FILE));

/** Explanations of a layer may lie in a place of their own. */
function placedQuery<T extends object>(dataset: DatasetEntry, part: string, at: UnitAddress): Query<T> {
  const { places } = dataset;
  const place = places?.[`${part}/${at.layer}`] ?? places?.[part];
  if (dataset.packed) {
    const url = fileUrl(place ?? places?.["relations"] ?? part, `${at.layer}.zip`);
    return place === undefined ? sharedQuery(url, at.unit, part) : ownQuery(url, at.unit);
  }
  if (place === undefined)
    return fileQuery(dataset, [...part.split("/"), at.layer, `${at.unit}.json`], getObject<T>);
  if (/^https?:/.test(place)) return elsewhereQuery<T>(place, part, at);
  return fileQuery({ root: place }, [at.layer, `${at.unit}.json.gz`], unpacked<T>);
}

/** A dataset that lies as it was published, on another host. */
const elsewhereQuery = <T extends object>(place: string, part: string, { layer, unit }: UnitAddress) => {
  const name = `${unit}.${part === "explanations" ? "jsonl" : "json"}`;
  return fileQuery<T>({ root: place }, [layer, name], async (url, signal) =>
    (await reader()).publishedObject<T>(url, part, signal),
  );
};

const unpacked = async <T extends object>(url: string, signal: AbortSignal): Promise<T> =>
  (await reader()).objectOf<T>(url, signal);

/** What reads static sites; others need nothing of it. */
export const reader = () =>
  import("./packed").catch(() => {
    throw new Problem(0, "A script of the viewer did not come. Reload the page.");
  });

/** Whether something answers for the dataset beside its files, as on a server. */
export const isLive = ({ places }: DatasetEntry): boolean => Object.keys(places ?? {}).length === 0;

const ownQuery = <T extends object>(url: string, unit: number): Query<T> => ({
  key: `${url} ${unit}`,
  ask: async (signal) => (await reader()).unitIn<T>(url, unit, signal),
});

/** Parts without a place of their own lie together in one object of the unit's. */
const sharedQuery = <T extends object>(url: string, unit: number, part: string): Query<T> => ({
  key: `${url} ${unit} ${part}`,
  ask: async () => {
    const found = (await (await reader()).sharedUnitIn<Record<string, T>>(url, unit))[part];
    if (found) return found;
    throw new Problem(404, NO_FILE);
  },
});

export const recordQuery = (dataset: DatasetEntry, at: UnitAddress): Query<NeuronRecord> => {
  const { key, ask } = unitQuery<NeuronRecord>(RECORDS)(dataset, at);
  return {
    key,
    ask: async (signal) => {
      if (!hasRecords(dataset)) throw new Problem(404, "This dataset holds no activations.");
      return checked(await ask(signal));
    },
  };
};

export const explanationsQuery = unitQuery<NeuronSimulationResults>("explanations");

/** What a unit's page shows first. */
export function unitQueries(dataset: DatasetEntry, at: UnitAddress): Query<unknown>[] {
  const offered = dataset.parts.includes("explanations");
  return [recordQuery(dataset, at), ...(offered ? [explanationsQuery(dataset, at)] : [])];
}
