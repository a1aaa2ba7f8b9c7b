/** What is on screen, in each theme: without a fault that axe finds, no wider than the window, kept as a picture. */

import { expect, type Page } from "@playwright/test";
import { axe } from "./axe";

/** Those to look at on this screen; a phone's colours are a desktop's, so its dark ones belong to the nightly set. */
export function themesOn(page: Page): readonly ("light" | "dark")[] {
  const narrow = (page.viewportSize()?.width ?? 0) < 600;
  return narrow && !process.env["NIGHTLY"] ? ["light"] : ["light", "dark"];
}

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;

export async function seen(page: Page, name: string): Promise<void> {
  for (const colorScheme of themesOn(page)) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await axe(page).analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(told, `${name}, ${colorScheme}`).toEqual([]);
    await page.screenshot({ path: `${SHOTS}${name}-${colorScheme}.png`, fullPage: true });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, name).toBeLessThanOrEqual(0);
}
