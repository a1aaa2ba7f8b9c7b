/**
 * The thread in which a static site is searched: it fetches the files of what is searched once they are needed, keeps
 * those of one dataset, and answers one search after the other. Nothing imports it; wordAsking.ts starts it.
 */
import { BadQuery } from "./querySyntax";
import type { Page, Search } from "./search";
import type { Kind } from "./wanted";
import { type ColumnFile, Entries, type Head, sizeOf, TextsWanted } from "./wordColumns";
import { kindsOf, searched } from "./wordSearch";

/** `folder` is where the files are, an absolute address that ends with a slash. */
export type Question = { id: number; folder: string; search: Search; page: Page };
/** Nobody waits for the answer of this number any more. */
export type Recall = { recalled: number };
/** An answer, or why there is none (a sentence, with a status as the server's), or how much has come of `of` bytes. */
export type Reply =
  | { id: number; answer: object }
  | { id: number; status: number; message: string }
  | { bytes: number; of: number };

type Files = {
  folder: string;
  head: Promise<Head> | null;
  kinds: Map<Kind, Promise<Entries>>;
  texts: Map<Entries, Promise<void>>;
};

const VERSION = 1;
const MOST = 2 ** 30; // bytes that a file may unfold to
const TELL_MS = 200;

class Failure extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const recalled = new Set<number>();
const come = { bytes: 0, of: 0, told: 0 };
let kept: Files | null = null;

addEventListener("message", ({ data }: MessageEvent<Question | Recall>) => {
  if ("recalled" in data) recalled.add(data.recalled);
  else answer(data);
});

const reply = (said: Reply) => postMessage(said);

async function answer({ id, folder, search, page }: Question): Promise<void> {
  if (kept?.folder !== folder) kept = { folder, head: null, kinds: new Map(), texts: new Map() };
  const files = kept;
  try {
    const head = await headOf(files);
    const kinds = await Promise.all(kindsOf(search).map((kind) => entriesOf(files, head, kind)));
    await new Promise((next) => setTimeout(next)); // what was recalled meanwhile is known then
    while (!recalled.has(id)) {
      const wanted = attempt(() => reply({ id, answer: searched({ ...head, kinds }, search, page) }));
      if (!wanted) break;
      await textsOf(files, head, wanted);
    }
    for (const entries of kinds) textsOf(files, head, entries).catch(() => {}); // the next letter may want them
  } catch (error) {
    const status = error instanceof BadQuery ? 400 : error instanceof Failure ? error.status : 200;
    reply({ id, status, message: error instanceof Error ? error.message : String(error) });
  }
  recalled.delete(id);
}

/** What failed is tried again by the next who asks. */
function headOf(files: Files): Promise<Head> {
  files.head ??= readHead(`${files.folder}search.json`);
  files.head.catch(() => {
    files.head = null;
  });
  return files.head;
}

async function readHead(url: string): Promise<Head> {
  const head: Head | null = await (await ask(url)).json().catch(() => null);
  if (head?.version === VERSION) return head;
  throw damaged(url);
}

function entriesOf(files: Files, head: Head, kind: Kind): Promise<Entries> {
  const found = files.kinds.get(kind) ?? readEntries(files.folder, head, kind);
  files.kinds.set(kind, found);
  found.catch(() => files.kinds.delete(kind));
  return found;
}

async function readEntries(folder: string, head: Head, kind: Kind): Promise<Entries> {
  const file = fileOf(folder, head, `${kind}.words`);
  return new Entries(kind, file, await unfold(folder, file));
}

/** The entries without whose texts nothing can be said; null where it was. */
function attempt(say: () => void): Entries | null {
  try {
    say();
    return null;
  } catch (error) {
    if (error instanceof TextsWanted) return error.of;
    throw error;
  }
}

/** Several searches may wait for them. */
function textsOf(files: Files, head: Head, entries: Entries): Promise<void> {
  const file = fileOf(files.folder, head, `${entries.kind}.texts`);
  const coming =
    files.texts.get(entries) ?? unfold(files.folder, file).then((bytes) => entries.give(file, bytes));
  files.texts.set(entries, coming);
  coming.catch(() => files.texts.delete(entries));
  return coming;
}

function fileOf(folder: string, { files }: Head, name: string): ColumnFile {
  const found = files.find((file) => file.name === name);
  if (found) return found;
  throw damaged(`${folder}search.json`);
}

/** A file as it was before it was deflated, written where it stays as it comes. */
async function unfold(folder: string, file: ColumnFile): Promise<Uint8Array<ArrayBuffer>> {
  const url = folder + file.name;
  const size = sizeOf(file);
  if (size > MOST) throw damaged(url);
  come.of += file.bytes;
  const { body } = await ask(url);
  const stream = new DecompressionStream("deflate-raw");
  const sent = body ? send(body.getReader(), stream.writable.getWriter()) : Promise.reject(damaged(url));
  sent.catch(() => {}); // who reads meets the same fault
  const all = new Uint8Array(size);
  let at = 0;
  const reader = stream.readable.getReader();
  const next = () => reader.read().catch(() => Promise.reject(damaged(url)));
  for (let piece = await next(); !piece.done; piece = await next()) {
    if (at + piece.value.length > size) throw damaged(url);
    all.set(piece.value, at);
    at += piece.value.length;
  }
  if (at !== size) throw damaged(url);
  return all;
}

/** All that comes into a stream; says now and then how much has come of all that was asked for. */
async function send(
  from: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  to: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  try {
    for (let piece = await from.read(); !piece.done; piece = await from.read()) {
      come.bytes += piece.value.length;
      tell();
      await to.ready;
      to.write(piece.value).catch(() => {});
    }
    await to.close();
  } catch (error) {
    await to.abort(error);
  }
}

function tell(): void {
  if (performance.now() - come.told < TELL_MS) return;
  come.told = performance.now();
  reply({ bytes: come.bytes, of: come.of });
}

async function ask(url: string): Promise<Response> {
  const response = await fetch(url).catch(() => null);
  if (!response) throw new Failure(0, `No answer from ${new URL(url).host}. Are you connected?`);
  if (response.ok) return response;
  throw new Failure(
    response.status,
    `The host answered with status ${response.status} for ${new URL(url).pathname}.`,
  );
}

const damaged = (url: string): Failure =>
  new Failure(
    200,
    `${new URL(url).pathname} is not what it should be: it was cut off or changed on the way.`,
  );
