/** A published site on a host of files, and what the viewer's own code finds in its files, without a browser. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import type { SearchAnswer, Site } from "../../src/nouns";
import { parseSearch } from "../../src/search";
import type { Kind } from "../../src/wanted";
import { type ColumnFile, Entries, type Head } from "../../src/wordColumns";
import { kindsOf, searched } from "../../src/wordSearch";
import { test as base } from "./fixtures";
import { withHost } from "./host";
import { finished, withFolder } from "./processes";

/** `find` gives what a search, as the server's address has it, finds in the published files. */
export type Published = { url: string; find: (query: string, limit: number) => SearchAnswer };

/** The tests' `test`, with the sample published. */
export const test = base.extend<object, { published: Published }>({
  published: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const out = join(folder, "site");
        await finished("neuronscope", ["export", "site", "sample=data/sample", "--out", out]);
        const files = filesOf(out);
        const find = (query: string, limit: number) => {
          const cursor = new URLSearchParams(query).get("cursor");
          const search = parseSearch(query);
          const kinds = kindsOf(search).map((kind) => files.entries[kind]);
          return searched({ ...files.head, kinds }, search, { limit, ...(cursor && { cursor }) });
        };
        await withHost(out, { below: "/lab/", ranges: true }, (url) => use({ url, find }));
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  others: async ({ published }, use) => use([published.url]),
});

function filesOf(out: string): { head: Head; entries: Record<Kind, Entries> } {
  const { datasets }: Site = JSON.parse(readFileSync(join(out, "api/site.json"), "utf8"));
  const folder = join(out, datasets[0]?.places?.["search"] ?? "");
  const head: Head = JSON.parse(readFileSync(join(folder, "search.json"), "utf8"));
  const file = (name: string): [ColumnFile, Uint8Array<ArrayBuffer>] => {
    const found = head.files.find((one) => one.name === name);
    if (!found) throw new Error(`${name} is not in search.json`);
    return [found, new Uint8Array(inflateRawSync(readFileSync(join(folder, name))))];
  };
  const entries = (kind: Kind) => {
    const found = new Entries(kind, ...file(`${kind}.words`));
    found.texts.giveAll(file(`${kind}.texts`)[1]);
    return found;
  };
  return { head, entries: { explanations: entries("explanations"), tokens: entries("tokens") } };
}
