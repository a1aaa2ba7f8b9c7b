/** A site with puzzles: the dataset is what `neuronscope puzzles --out` writes, with a stand-in for a model put to them. */
import { join } from "node:path";
import { test as base } from "./fixtures";
import { finished, withFolder, withServer, withStandIn } from "./processes";

const SECONDS = 90; // a model is opened, a dataset written and a server started, with other tests beside
export const NAMES = ["colours", "years", "negations"] as const; // in the order of the file they are 2, 3 and 1

/** The tests' `test`, on pages of the site with puzzles. */
export const test = base.extend<object, { puzzledSite: string }>({
  puzzledSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const [out, cache] = [join(folder, "puzzled"), join(folder, "cache")];
        await withStandIn(async (llm) => {
          const only = ["--only", NAMES.join(","), "--no-cache", "--few-shot", "none"];
          await finished("neuronscope", ["puzzles", "--out", out, "--llm", llm, ...only, "--json"]);
        });
        await withServer([out, "data/sample"], cache, use, SECONDS);
      }),
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ puzzledSite }, use) => use(puzzledSite),
});
