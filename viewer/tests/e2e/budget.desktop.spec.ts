/** How much a browser loads at the start, how much it draws, how fast; sizes as a server sends them, gzipped. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, link, openUnit, test, unitAt } from "./fixtures";
import { AIMS, type Figures, measure } from "./speed";

const BUILT = new URL("../../../server/neuronscope_server/static/", import.meta.url).pathname;

const page = readFileSync(`${BUILT}index.html`, "utf8");
const started = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="?([^"\s>]+)/g)].map(
  ([, name]) => name,
);
const files = (ending: string) => readdirSync(BUILT).filter((name) => name.endsWith(ending));
const kilobytes = (name: string): number => gzipSync(readFileSync(BUILT + name)).length / 1000;
const sum = (names: readonly string[]) => names.reduce((all, name) => all + kilobytes(name), 0);

test("95 kB of script and 6 kB of style at most at the start", () => {
  const [scripts, styles] = [".js", ".css"].map((ending) =>
    files(ending).filter((name) => started.includes(name)),
  );
  expect([scripts?.length, styles?.length]).toEqual([1, 1]);
  expect(sum(scripts ?? [])).toBeLessThanOrEqual(95);
  expect(sum(styles ?? [])).toBeLessThanOrEqual(6);
});

test("a script that comes later has 30 kB at most, and the page knows it", () => {
  const later = files(".js").filter((name) => !started.includes(name));
  expect(later.length).toBeGreaterThan(0);
  for (const name of later) {
    expect(kilobytes(name), name).toBeLessThanOrEqual(30);
    expect(page, name).toContain(name);
  }
});

test("a unit with every text open stays under 4,000 elements", async ({ page, data }) => {
  await openUnit(page, link(data, unitAt(data, 0.5), "?context=full"));
  const closed = page.getByRole("button", { name: /^Show all/ });
  while ((await closed.count()) > 0) await closed.first().click();
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(4000);
});

// The bench compares times with the aims themselves, on a machine that does nothing else; here other tests run beside.
const SLACK = { paint: 3, interaction: 3, open: 3, shift: 1, elements: 1, heap: 1 };

for (const [rate, when] of [
  [1, ""],
  [4, " @nightly"],
] as const)
  test(`a processor slowed ${rate} times is fast enough${when}`, async ({ page, data }) => {
    const figures = await measure(page, data, rate);
    for (const [name, aim] of Object.entries(AIMS[rate] ?? {})) {
      const figure = name as keyof Figures;
      expect.soft(figures[figure], name).toBeLessThanOrEqual(aim * SLACK[figure]);
    }
  });
