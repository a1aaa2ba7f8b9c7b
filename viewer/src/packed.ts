/**
 * Units of a static site: of a packed one a layer's zip in, one member's object out; else a unit's own gzip file. The index
 * beside a zip says where its members lie (the server's publish/zipindex.py describes it), and a member is asked for by
 * its range.
 */
import { ask, objectIn, Problem } from "./api";
import { flow } from "./flow";
import { inTodaysForm } from "./published";

/** The members of a zip; of one, its place in each column. */
type Index = {
  places: ReadonlyMap<number, number>; // by unit
  starts: Float64Array;
  sizes: Uint32Array;
  crcs: Uint32Array;
};

const MOST_INDEX = 2 ** 26; // bytes; that of a layer of 65,536 units has 1.1 MB
const MOST_MEMBER = 2 ** 26; // a record has some 90 kB
const COLUMNS = 4;
const MOST_KEPT = 100;

const indexes = new Map<string, Promise<Index>>();
const shared = new Map<string, Promise<object>>();

/** The object of a unit in the zip at `url`. Throws Problem, missing where the zip or the unit is not there. */
export async function unitIn<T extends object>(url: string, unit: number, signal?: AbortSignal): Promise<T> {
  const index = await once(indexes, url, () => readIndex(url.replace(/\.zip$/, ".idx")));
  const at = index.places.get(unit);
  if (at === undefined) throw new Problem(404, "There is no such file.");
  const packed = await range(url, index.starts[at] as number, index.sizes[at] as number, signal);
  const bytes = await inflated(packed, MOST_MEMBER);
  if (crcOf(bytes) !== index.crcs[at]) throw damaged(url);
  return objectIn<T>(new TextDecoder().decode(bytes), 200);
}

/** The same for several who want parts of one object, at once or one soon after another: it is asked for once. */
export const sharedUnitIn = <T extends object>(url: string, unit: number): Promise<T> =>
  once(shared, `${url} ${unit}`, () => unitIn<object>(url, unit)) as Promise<T>;

/** The object in the gzip file at `url`; a host that unpacks such files by itself is welcome. Throws Problem. */
export async function objectOf<T extends object>(url: string, signal: AbortSignal): Promise<T> {
  const response = await ask(url, { headers: { accept: "*/*" }, signal });
  if (!response.ok) throw refused(response.status);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed ? await inflated(bytes, MOST_MEMBER, "gzip") : bytes;
  return objectIn<T>(new TextDecoder().decode(plain), 200);
}

const STRING_OR_UNDEFINED = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** The object in a file of a part as it was published, in today's form; NaN, which JSON does not have, is null. Throws Problem. */
export async function publishedObject<T extends object>(
  url: string,
  part: string,
  signal: AbortSignal,
): Promise<T> {
  const response = await ask(url, { signal });
  if (!response.ok) throw refused(response.status);
  const text = await response.text();
  const json = text.replace(STRING_OR_UNDEFINED, (found) => (found.startsWith('"') ? found : "null"));
  return inTodaysForm(objectIn<T>(json, 200), part);
}

/** What was asked for under this key lately, unless that failed. */
function once<T>(kept: Map<string, Promise<T>>, key: string, begin: () => Promise<T>): Promise<T> {
  const found = kept.get(key) ?? begin();
  kept.delete(key); // the one that was used last is the last
  kept.set(key, found);
  found.catch(() => kept.get(key) === found && kept.delete(key));
  for (const old of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(old);
  }
  return found;
}

async function readIndex(url: string): Promise<Index> {
  const response = await ask(url, { headers: { accept: "*/*" } });
  if (!response.ok) throw refused(response.status);
  const bytes = await inflated(new Uint8Array(await response.arrayBuffer()), MOST_INDEX);
  const numbers = new DataView(bytes.buffer);
  const count = bytes.length >= 4 ? numbers.getUint32(0, true) : -1;
  if (bytes.length !== 4 * (1 + COLUMNS * count)) throw damaged(url);
  const column = (number: number) =>
    Uint32Array.from({ length: count }, (_, at) => numbers.getUint32(4 * (1 + number * count + at), true));
  return indexOf(column(0), column(1), column(2), column(3));
}

/** `steps` lead from one unit's number to the next, `gaps` from the end of one's bytes to the beginning of the next's. */
function indexOf(steps: Uint32Array, gaps: Uint32Array, sizes: Uint32Array, crcs: Uint32Array): Index {
  const places = new Map<number, number>();
  const starts = new Float64Array(steps.length);
  let [unit, end] = [0, 0];
  for (let at = 0; at < steps.length; at++) {
    unit = (unit + (steps[at] as number)) % 2 ** 32;
    starts[at] = end + (gaps[at] as number);
    end = (starts[at] as number) + (sizes[at] as number);
    places.set(unit, at);
  }
  return { places, starts, sizes, crcs };
}

async function range(url: string, start: number, size: number, signal?: AbortSignal) {
  const headers = { accept: "*/*", range: `bytes=${start}-${start + size - 1}` };
  const response = await ask(url, { headers, ...(signal && { signal }) });
  if (response.status === 206) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length === size) return bytes;
    throw damaged(url);
  }
  await response.body?.cancel();
  if (!response.ok) throw new Problem(200, `${refused(response.status).message} It is a part of ${url}.`);
  throw new Problem(
    200,
    `${new URL(url).host} does not send parts of files (it ignores Range), which this site needs: publish it with --files.`,
  );
}

async function inflated(
  bytes: Uint8Array<ArrayBuffer>,
  most: number,
  form: CompressionFormat = "deflate-raw",
): Promise<Uint8Array<ArrayBuffer>> {
  const tooMuch = () =>
    new Problem(200, "A file of this site unfolds to more than it can have; it was not opened.");
  try {
    return await flow(bytes, new DecompressionStream(form), most, tooMuch);
  } catch (error) {
    throw error instanceof Problem ? error : damaged();
  }
}

const SAYS: Record<number, string> = {
  403: "The host refuses this file (status 403): it is private, or not there.",
  404: "There is no such file.",
};

const refused = (status: number): Problem =>
  new Problem(status, SAYS[status] ?? `The host answered with status ${status}.`);

const damaged = (url?: string): Problem =>
  new Problem(
    200,
    `${url ? new URL(url).pathname : "A file of this site"} is not what it should be: it was cut off or changed on the way.`,
  );

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest >>> 0;
});

/** CRC-32 as zips have it (ISO 3309). */
export function crcOf(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (TABLE[(rest ^ byte) & 0xff] as number) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
