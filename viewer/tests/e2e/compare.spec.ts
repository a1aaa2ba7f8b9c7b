/** Comparing on both screens: seen, accessible, inside the window, and by keyboard alone. */
import { axe } from "./axe";
import { test } from "./compared";
import { expect, type Page, title } from "./fixtures";
import { themesOn } from "./seen";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;
const WAYS = {
  units: "units=2:36,9:1095,29:999&context=line",
  explanations: "unit=9:746&context=line",
  datasets: "unit=9:746&with=twin",
  one: "units=9:746",
} as const;

const open = (page: Page, query: string) => page.goto(`./#/d/sample/compare?${query}`);

for (const [way, query] of Object.entries(WAYS))
  test(`${way}: accessible in both themes, inside the window, and seen`, async ({ page }, { project }) => {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await open(page, query);
    const drawn = way === "one" ? page.locator(".units button") : page.locator(".compare .heatmap");
    await expect(drawn.first()).toBeVisible();
    await expect(page.locator(".loading")).toHaveCount(0);
    for (const colorScheme of themesOn(page)) {
      await page.emulateMedia({ colorScheme });
      const found = axe(page);
      if (colorScheme === "dark") found.withRules("color-contrast"); // nothing else changes
      const { violations } = await found.analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await page.screenshot({ path: `${SHOTS}${project.name}-compare-${way}-${colorScheme}.png` });
    }
    const [wide, room] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(wide).toBe(room);
    expect(await smallPrint(page)).toEqual([]);
  });

/** What is written in less than 12 pixels. */
const smallPrint = (page: Page) =>
  page.locator(".compare *").evaluateAll((all) =>
    all.flatMap((one) => {
      const own = [...one.childNodes].some(
        ({ nodeType, textContent }) => nodeType === 3 && textContent?.trim(),
      );
      return own && Number.parseFloat(getComputedStyle(one).fontSize) < 12 ? [one.outerHTML] : [];
    }),
  );

test("by keyboard alone: from a unit's page to a comparison, another scale, a text's tokens, and back to one unit", async ({
  page,
}) => {
  await page.goto("./#/d/sample/2/36");
  const way = page.getByRole("link", { name: "Compare with …" });
  await way.focus();
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Compare 2:36");
  await expect(title(page)).toBeFocused();
  await tabTo(page, page.getByLabel("Add layer and neuron"));
  await page.keyboard.type("9:1095");
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Compare 2:36 and 9:1095");
  await expect(page.locator("#same-texts .heatmap").first()).toBeVisible();
  await tabTo(page, page.getByRole("radio", { name: "One scale" }));
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/units=2:36,9:1095&scale=own$/);
  const first = page.locator("#same-texts .heatmap").first();
  await tabTo(page, first);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tooltip")).toContainText("% of max");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove 9:1095" }).focus();
  await page.keyboard.press("Space");
  await expect(title(page)).toHaveText("Compare 2:36");
  await expect(page.getByLabel("Add layer and neuron")).toBeFocused();
});

/** Tab until something has the focus. */
async function tabTo(page: Page, wanted: ReturnType<Page["locator"]>): Promise<void> {
  for (let times = 0; times < 60; times++) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("60 times Tab did not lead there");
}
