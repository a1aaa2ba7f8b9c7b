/** How much a browser loads at the start, and how much it draws; sizes as a server sends them, gzipped. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, link, openUnit, test, unitAt } from "./fixtures";

const BUILT = new URL("../../../server/neuronscope_server/static/", import.meta.url).pathname;

/** Gzipped kilobytes of the built files that the page names and whose names end so. */
function kilobytes(ending: string): number {
  const page = readFileSync(`${BUILT}index.html`, "utf8");
  const named = readdirSync(BUILT).filter((name) => name.endsWith(ending) && page.includes(name));
  expect(named, "the page names such a file").not.toEqual([]);
  return named.reduce((sum, name) => sum + gzipSync(readFileSync(BUILT + name)).length / 1000, 0);
}

test("95 kB of script and 6 kB of style at most", () => {
  expect(kilobytes(".js")).toBeLessThanOrEqual(95);
  expect(kilobytes(".css")).toBeLessThanOrEqual(6);
});

test("a unit with every text open stays under 4,000 elements", async ({ page, data }) => {
  await openUnit(page, link(data, unitAt(data, 0.5), "?context=full"));
  const closed = page.getByRole("button", { name: /^Show all/ });
  while ((await closed.count()) > 0) await closed.first().click();
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(4000);
});
