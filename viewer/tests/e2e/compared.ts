/**
 * A site of two datasets that hold the same: the sample under two names, served by the real server. One of them says of
 * layer 9 that each unit's best partner in the other is that unit, and the second one the layer's next.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test as base } from "./fixtures";
import { finished, ROOT, withFolder, withServer } from "./processes";

export const PARTNERS = `
import json, sys
from pathlib import Path
from neuronscope.dataset import change_dataset, open_dataset
root = Path(sys.argv[1])
units = list(open_dataset(str(root)).units(9))
matches = [[{"layer": 9, "unit": unit, "correlation": 1.0}, {"layer": 9, "unit": other, "correlation": 0.25}]
           for unit, other in zip(units, units[1:] + units[:1])]
table = {"layer": 9, "other": "twin", "tokens": 193536, "unit": units, "matches": matches}
with change_dataset(root) as change:
    change.add_file("matches/twin/9.json", json.dumps(table).encode())
    change.finish()
`;

/** The tests' `test`, on pages of the site with the sample and its twin. */
export const test = base.extend<object, { twinSite: string }>({
  twinSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const sample = join(folder, "sample");
        cpSync(join(ROOT, "data/sample"), sample, { recursive: true });
        await finished("python", ["-c", PARTNERS, sample]);
        await withServer([sample, "twin=data/sample"], join(folder, "cache"), use);
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ twinSite }, use) => use(twinSite),
});
