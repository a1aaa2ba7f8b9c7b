/**
 * How fast a unit's page is, with the processor slowed so many times: largest paint, layout shift, the slowest of some
 * interactions, and a page with every text open.
 */
import { type Data, expect, link, type Page, unitAt } from "./fixtures";

export type Figures = {
  paint: number;
  shift: number;
  interaction: number;
  open: number;
  elements: number;
  heap: number;
};

/** At most, by how many times the processor is slowed: milliseconds, elements, MB. */
export const AIMS: Record<number, Partial<Figures>> = {
  1: { paint: 600, shift: 0.02, interaction: 100, open: 150, elements: 4000, heap: 15 },
  4: { paint: 1500, shift: 0.02, interaction: 200 },
};

/** Notes what the browser reports from the first moment on. */
const observe = () => {
  const seen = { paint: Number.NaN, shift: 0, interaction: 0 }; // no paint is not a fast one
  Object.assign(window, { seen });
  const on = (type: string, take: (entry: PerformanceEntry) => void, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    });
  on("largest-contentful-paint", ({ startTime }) => {
    seen.paint = startTime;
  });
  on("layout-shift", (entry) => {
    const { value, hadRecentInput } = entry as unknown as { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) seen.shift += value;
  });
  const slowest = ({ duration }: PerformanceEntry) => {
    seen.interaction = Math.max(seen.interaction, duration);
  };
  on("event", slowest, { durationThreshold: 16 });
};

const seen = (page: Page) =>
  page.evaluate(
    () => (window as unknown as { seen: { paint: number; shift: number; interaction: number } }).seen,
  );

/** Milliseconds from the key that opens every text to the frame that shows the last of them. */
const opening = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        const began = performance.now();
        let last = Number.NaN; // until something is drawn
        const seen = () => requestAnimationFrame(() => setTimeout(() => (last = performance.now() - began)));
        new MutationObserver(seen).observe(document.body, { childList: true, subtree: true });
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }));
        setTimeout(() => done(last), 1000);
      }),
  );

/** Opens a unit's page, changes its context three times, goes to the next one and opens every text. */
export async function measure(page: Page, data: Data, rate: number): Promise<Figures> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  await page.addInitScript(observe);
  // Looking for elements meanwhile would cost the page more than it is allowed.
  await page.goto(`./${link(data, unitAt(data, 0.5))}`, { waitUntil: "commit" });
  await page.waitForTimeout(1500 + 1000 * rate);
  const { paint, shift } = await seen(page);
  for (const name of ["One line", "Full text", "Snippet"])
    await page.getByText(name, { exact: true }).click();
  await page.keyboard.press("j");
  await expect(page.locator("#activations .records").first()).toBeVisible();
  await page.waitForTimeout(500);
  const open = await opening(page);
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 1e6;
  const { interaction } = await seen(page);
  return { paint, shift, interaction, open, elements, heap };
}
