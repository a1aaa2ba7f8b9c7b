/** pages -> panes -> components, never back, and dashboard -> components; components never fetch; only api.ts does; nothing below pages routes. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && name !== "types.ts")
  .map((name) => ({ name, text: readFileSync(join(SOURCE, name), "utf8") }));

const importsOf = ({ name, text }: { name: string; text: string }) =>
  [...text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)].map((match) =>
    relative(SOURCE, join(SOURCE, name, "..", match[1] ?? "")),
  );
const roomOf = (name: string) => (name.includes("/") ? (name.split("/")[0] ?? "") : "modules");

const FORBIDDEN: Record<string, RegExp> = {
  modules: /^(pages|panes|components|dashboard)\//,
  components:
    /^(pages\/|panes\/|dashboard\/|api$|unitParts$|columnQueries$|searchQueries$|wordAsking$|liveAsking$|traceAsking$|route$)/,
  panes: /^(pages\/|dashboard\/|route$)/,
  pages: /^(dashboard\/|(api|unitParts|columnQueries|searchQueries|wordAsking|liveAsking|traceAsking)$)/,
  // nobody answers a notebook or a file
  dashboard: /^(pages\/|panes\/|api$|queries$|unitParts$|\w+(Queries|Asking)$|route$)/,
};
const ROOTS = ["main.tsx", "App.tsx"];

test.each(files.filter(({ name }) => !ROOTS.includes(name)))(
  "$name imports only what lies below it",
  (file) => {
    const wrong = FORBIDDEN[roomOf(file.name)];
    expect(importsOf(file).filter((name) => wrong?.test(name))).toEqual([]);
  },
);

test("one module of the page fetches, and one of the thread beside it, which none of the page imports", () => {
  const fetching = files.filter(({ text }) => /\bfetch\(/.test(text)).map(({ name }) => name);
  expect(fetching.sort()).toEqual(["api.ts", "wordWorker.ts"]);
  const importers = files.filter((file) => /^import \{.*"\.\/wordWorker"/m.test(file.text)); // but for types
  expect(importers).toEqual([]);
});

test("text is drawn as text", () => {
  expect(
    files.filter(({ text }) => /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML/.test(text)),
  ).toEqual([]);
});

test("every dependency has an importer", () => {
  const { dependencies } = JSON.parse(readFileSync(join(SOURCE, "../../package.json"), "utf8"));
  for (const name of Object.keys(dependencies))
    expect(
      files.some(({ text }) => text.includes(`from "${name}`)),
      name,
    ).toBe(true);
});
