/** Who asks the thread that searches static sites: a search in, its answer or a Problem out. It is started once. */
import { Problem } from "./api";
import type { SearchAnswer } from "./nouns";
import type { Page, Search } from "./search";
import type { Question, Recall, Reply, Where } from "./wordWorker";

/** How much has come of what is searched, in bytes. */
export type Come = { bytes: number; of: number };

type Waiting = { done: (answer: SearchAnswer) => void; failed: (error: unknown) => void };

const waiting = new Map<number, Waiting>();
const watching = new Set<(come: Come) => void>();
let worker: Worker | null = null;
let last = 0;

/** A page of what is found in the files there. Throws Problem; an abort as it comes. */
export function found(where: Where, search: Search, page: Page, signal: AbortSignal): Promise<SearchAnswer> {
  const id = ++last;
  worker ??= started();
  const to = worker;
  to.postMessage({ ...where, id, search, page } satisfies Question);
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed });
    signal.addEventListener("abort", () => {
      if (!waiting.delete(id)) return;
      to.postMessage({ recalled: id } satisfies Recall);
      failed(signal.reason);
    });
  });
}

/** Calls `told` while files come; answers how to stop that. */
export function watch(told: (come: Come) => void): () => void {
  watching.add(told);
  return () => watching.delete(told);
}

function started(): Worker {
  const begun = new Worker(new URL("./wordWorker.ts", import.meta.url), { type: "module" });
  begun.addEventListener("message", ({ data }: MessageEvent<Reply>) => hear(data));
  begun.addEventListener("error", () => {
    begun.terminate();
    worker = null;
    for (const { failed } of waiting.values())
      failed(new Problem(0, "A script of the viewer did not come. Reload the page."));
    waiting.clear();
  });
  return begun;
}

function hear(said: Reply): void {
  if ("bytes" in said) {
    for (const told of watching) told(said);
    return;
  }
  const { done, failed } = waiting.get(said.id) ?? {};
  waiting.delete(said.id);
  if ("answer" in said) done?.(said.answer as SearchAnswer);
  else failed?.(new Problem(said.status, said.message));
}
