/** A site of 300,000 made-up units, and how fast the page of all of them is. */
import { join } from "node:path";
import { test as base, expect, type Page } from "./fixtures";
import { finished, withFolder, withServer } from "./processes";

const SECONDS = 60;
const UNITS = 300_000;

/** The tests' `test`, on pages of the site with many units. */
export const test = base.extend<object, { manySite: string }>({
  manySite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const many = join(folder, "many");
        await finished("python", ["benchmarks/make_units.py", many, "--units", `${UNITS}`]);
        await withServer([many], join(folder, "cache"), use, SECONDS);
      }),
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ manySite }, use) => use(manySite),
});

/** Milliseconds, frames per second, MB. */
export type Figures = { rows: number; sort: number; filter: number; frames: number; memory: number };

export const MOST: Omit<Figures, "frames"> = { rows: 1500, sort: 150, filter: 150, memory: 250 };
export const LEAST_FRAMES = 30;

/** Milliseconds from a click to the frame that shows other rows. */
const clicking = (page: Page, selector: string) =>
  page.evaluate(
    (selector) =>
      new Promise<number>((done) => {
        const rows = document.querySelector(".grid-port tbody");
        const before = rows?.textContent;
        const began = performance.now();
        document.querySelector<HTMLElement>(selector)?.click();
        const look = () => {
          if (rows?.textContent === before) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
        };
        requestAnimationFrame(look);
      }),
    selector,
  );

/** Frames per second while the plot is dragged along. */
async function panning(page: Page): Promise<number> {
  const box = await page.locator(".points").boundingBox();
  if (!box) throw new Error("the plot is not drawn");
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 200, box.y + 100);
  await page.mouse.down();
  await page.evaluate(() => {
    const drawn = { frames: 0, began: performance.now() };
    Object.assign(window, { drawn });
    const next = () => {
      drawn.frames++;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  for (let step = 1; step <= 80; step++) await page.mouse.move(box.x + 200 + step, box.y + 100 + step);
  const rate = await page.evaluate(() => {
    const { frames, began } = (window as unknown as { drawn: { frames: number; began: number } }).drawn;
    return (1000 * frames) / (performance.now() - began);
  });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  return rate;
}

/** JavaScript's objects and the arrays behind them, MB. */
async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const used: Record<string, unknown> = await session.send("Runtime.getHeapUsage");
  const bytes = Number(used["usedSize"]) + Number(used["backingStorageSize"] ?? Number.NaN);
  return bytes / 1e6;
}

/** Opens the page of all units, sorts, filters, drags the plot. */
export async function measure(page: Page): Promise<Figures> {
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector(".grid-port tbody tr"))
        setTimeout(() => Object.assign(window, { rowsAt: performance.now() }));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto("about:blank"); // or the page would only go on from the one before
  await page.goto("./#/d/many/explore", { waitUntil: "commit" });
  await page.waitForTimeout(1500); // looking for elements meanwhile would cost the page some of its time
  await expect(page.locator(".points canvas")).toBeVisible({ timeout: 20_000 });
  await page.waitForTimeout(500);
  const rows = await page.evaluate(() => (window as unknown as { rowsAt: number }).rowsAt);
  const sorts: number[] = [];
  for (const column of [3, 5, 4, 1]) {
    sorts.push(await clicking(page, `.grid-port thead th:nth-child(${column}) button`));
    await page.waitForTimeout(300);
  }
  await page.getByRole("textbox", { name: "Number" }).fill("1%");
  const filter = await clicking(page, ".filter-form button");
  await page.waitForTimeout(300);
  const frames = await panning(page);
  return { rows, sort: Math.max(...sorts), filter, frames, memory: await memoryOf(page) };
}
