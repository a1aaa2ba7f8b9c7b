/**
 * Sites that people write on: the real server on a copy of the sample, with a database of its own. One has a stand-in for
 * a language model that answers by rules after a while, so that a score is a real job; the other asks for a token.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test as base } from "./fixtures";
import { ROOT, withFolder, withServer, withStandIn } from "./processes";

const SECONDS = 60; // a server starts with a dataset to copy, a model to open and other tests beside it
const LATENCY = 0.8; // seconds for an answer of the stand-in: a score takes some, which is time to look and to cancel
export const TOKEN = "a-token-of-the-browser-tests";

/** The tests' `test`, on pages of the site that scores texts too. */
export const test = base.extend<object, { peopledSite: string }>({
  peopledSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withStandIn((llm) => serving(["--llm", llm, "--simulator", "structured"], use), LATENCY),
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ peopledSite }, use) => use(peopledSite),
});

/** The same on pages of the site that asks for a token. */
export const guarded = base.extend<object, { guardedSite: string }>({
  guardedSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => serving(["--token", TOKEN], use),
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ guardedSite }, use) => use(guardedSite),
});

async function serving(more: string[], use: (site: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const sample = join(folder, "sample");
    cpSync(join(ROOT, "data/sample"), sample, { recursive: true });
    const words = ["--writable", "--annotations", `sqlite:///${join(folder, "words.sqlite")}`];
    await withServer([sample, ...words, ...more], join(folder, "cache"), use);
  });
}
