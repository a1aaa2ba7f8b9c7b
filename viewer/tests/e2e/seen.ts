/** What is on screen, in both themes: without a fault that axe finds, no wider than the window, kept as a picture. */

import { expect, type Page } from "@playwright/test";
import { axe } from "./axe";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;

export async function seen(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await axe(page).analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(told, `${name}, ${colorScheme}`).toEqual([]);
    await page.screenshot({ path: `${SHOTS}${name}-${colorScheme}.png`, fullPage: true });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, name).toBeLessThanOrEqual(0);
}
