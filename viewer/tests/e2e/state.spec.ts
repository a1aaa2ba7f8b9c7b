/** Whatever a person changed on a unit's page stands in its link: a new window shows the same. */
import { expect, link, openUnit, type Page, SEED, seeded, test } from "./fixtures";

const STEPS = 10;

/** What is on the page: its text, its choices, and how each text is drawn. */
const shown = (page: Page) =>
  page.locator("main").evaluate((main) => ({
    text: [...main.querySelectorAll(".pane")].map(({ textContent }) => textContent),
    chosen: [...main.querySelectorAll("input")].map(({ checked }) => checked),
    unfolded: [...main.querySelectorAll("details")].map(({ open }) => open),
    drawn: [...main.querySelectorAll(".heatmap")].map(({ className }) => className),
    // the words: a text that is being read, or in which some are selected, has a span for each token
    coloured: [...main.querySelectorAll(".heatmap span[class]")]
      .map(({ textContent }) => textContent)
      .join(""),
  }));

for (const walk of [1, 2])
  test(`seed ${SEED}, walk ${walk} › any state restores from its link`, async ({ page, data, context }) => {
    const random = seeded(SEED + walk);
    await openUnit(page, link(data, { layer: 9, unit: 746 }));
    await expect(page.locator("#explanation .explanation").first()).toBeVisible();
    const before = await shown(page);
    const toggles = page.locator(
      "#explanation summary, #explanation .choice label, .toolbar label, .group button[aria-expanded], .heatmap.widens",
    );
    for (let step = 0; step < STEPS; step++) {
      const toggle = toggles.nth(Math.floor(random() * (await toggles.count())));
      await toggle.click({ position: { x: 5, y: 5 } });
      await page.mouse.move(1, 1); // or a text under the pointer is drawn token by token
    }
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const changed = await shown(page);
    expect(changed).not.toEqual(before);
    const other = await context.newPage();
    await other.goto(page.url());
    await expect.poll(() => shown(other), page.url()).toEqual(changed);
    await other.close();
  });
