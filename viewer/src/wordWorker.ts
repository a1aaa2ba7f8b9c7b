/**
 * The thread in which a static site is searched: it fetches the files of what is searched once they are needed, keeps
 * those of one dataset, and answers one search after the other. Nothing imports it; wordAsking.ts starts it.
 */
import { BadQuery } from "./querySyntax";
import { FIRST_SEARCH, type Page, type Search } from "./search";
import type { Kind } from "./wanted";
import { type ColumnFile, Entries, type Head, sizeOf, TextsWanted } from "./wordColumns";
import { kindsOf, searched } from "./wordSearch";

/** `folder` is an absolute address that ends with a slash; `ranges`: whether its host gives parts of files. */
export type Where = { folder: string; ranges: boolean };
export type Question = Where & { id: number; search: Search; page: Page };
/** Nobody waits for the answer of this number any more. */
export type Recall = { recalled: number };
/** An answer, or why there is none (a sentence, with a status as the server's), or how much has come of `of` bytes. */
export type Reply =
  | { id: number; answer: object }
  | { id: number; status: number; message: string }
  | { bytes: number; of: number };

type Files = Where & {
  head: Promise<Head> | null;
  kinds: Map<Kind, Promise<Entries>>;
  texts: Map<Entries, Promise<void>>;
  warm: boolean;
};

const VERSION = 2;
const MOST = 2 ** 30; // bytes that a file may unfold to
const TELL_MS = 200;
const WARM_TURNS = 6;
const MOST_BLOCKS = 60; // of texts that are asked for one by one
const LAST = [3, 0]; // an empty last part of a deflate stream

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

let newest = 0; // of the questions

async function answer({ id, folder, ranges, search, page }: Question): Promise<void> {
  if (kept?.folder !== folder)
    kept = { folder, ranges, head: null, kinds: new Map(), texts: new Map(), warm: false };
  const files = kept;
  newest = id;
  try {
    const head = await headOf(files);
    const kinds = await Promise.all(kindsOf(search).map((kind) => entriesOf(files, head, kind)));
    await new Promise((next) => setTimeout(next)); // what was recalled meanwhile is known then
    while (!recalled.has(id)) {
      const wanted = attempt(() => reply({ id, answer: searched({ ...head, kinds }, search, page) }));
      if (!wanted) break;
      await Promise.all(wanted.map(({ of, blocks }) => someTexts(files, head, of, blocks)));
    }
    const rest = Promise.all(kinds.map((entries) => allTexts(files, head, entries))); // the next letter may want them
    rest.then(() => warm(files, head, kinds)).catch(() => {});
  } catch (error) {
    const status = error instanceof BadQuery ? 400 : error instanceof Failure ? error.status : 200;
    reply({ id, status, message: error instanceof Error ? error.message : String(error) });
  }
  recalled.delete(id);
}

/**
 * Searches that nobody asked for, of words that many entries have: browsers translate a loop only once it has run for
 * a while, and until then each letter that somebody types would take several times as long. Any question ends it.
 */
async function warm(files: Files, head: Head, kinds: readonly Entries[]): Promise<void> {
  if (files.warm) return;
  files.warm = true;
  const last = newest;
  for (let turn = 0; turn < WARM_TURNS; turn++)
    for (const q of kinds.flatMap((entries) => usualQueries(entries))) {
      await new Promise((next) => setTimeout(next)); // questions come meanwhile
      if (newest !== last) return;
      attempt(() => searched({ ...head, kinds }, { ...FIRST_SEARCH, q }, { limit: 1 }));
    }
}

/** Of the word that most entries have: itself, a part of it, and it beside another. */
function usualQueries(entries: Entries): string[] {
  const { having } = entries;
  const most = having.reduce((best, count, at) => (count > (having[best] ?? 0) ? at : best), 0);
  const text = entries.word(most);
  return [text, text.slice(0, 3), `${text} OR ${text.slice(0, 2)}*`, `${text} NOT ${text}s`];
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

/** The texts without which nothing can be said; null where it was. */
function attempt(say: () => void): TextsWanted["blocks"] | null {
  try {
    say();
    return null;
  } catch (error) {
    if (error instanceof TextsWanted) return error.blocks;
    throw error;
  }
}

/** Texts of a few hits come sooner by themselves than with all others. */
async function someTexts(files: Files, head: Head, of: Entries, blocks: readonly number[]): Promise<void> {
  if (!files.ranges || blocks.length > MOST_BLOCKS) return allTexts(files, head, of);
  const file = fileOf(files.folder, head, `${of.kind}.texts`);
  const come = await Promise.all(blocks.map((block) => readBlock(files.folder + file.name, of, block)));
  if (!come.every(Boolean)) await allTexts(files, head, of);
}

/** Whether the host gave that part of the file. */
async function readBlock(url: string, { texts }: Entries, block: number): Promise<boolean> {
  const { start, end, size } = texts.place(block);
  const response = await ask(url, { Range: `bytes=${start}-${end - 1}` });
  if (response.status !== 206) {
    await response.body?.cancel();
    return false;
  }
  const whole = new Blob([await response.arrayBuffer(), new Uint8Array(LAST)]);
  const stream = whole.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = await new Response(stream).arrayBuffer().catch(() => Promise.reject(damaged(url)));
  if (bytes.byteLength !== size) throw damaged(url);
  texts.give(block, new Uint8Array(bytes));
  return true;
}

/** Several searches may wait for them. */
function allTexts(files: Files, head: Head, entries: Entries): Promise<void> {
  const file = fileOf(files.folder, head, `${entries.kind}.texts`);
  const coming =
    files.texts.get(entries) ?? unfold(files.folder, file).then((bytes) => entries.texts.giveAll(bytes));
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

async function ask(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { headers }).catch(() => null);
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
