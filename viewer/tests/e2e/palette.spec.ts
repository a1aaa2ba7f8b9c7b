/** The palette over the real server: units, searches, pages and actions, from anywhere, by keys alone or by a finger. */

import type { Page } from "@playwright/test";
import { axe } from "./axe";
import { expect, test, title, unitAt } from "./fixtures";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;
const field = (page: Page) => page.getByRole("combobox", { name: "Pages and actions" });

async function choose(page: Page, text: string) {
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("with keys alone: to a unit, the next one, a search, an explanation, a page, and back to where one was", async ({
  page,
  data,
  isMobile,
}) => {
  test.skip(isMobile, "the same code on every screen");
  const at = unitAt(data, 0.3);
  await page.goto("./");
  await expect(title(page)).toBeVisible();
  await choose(page, `${at.layer} ${at.unit}`);
  await expect(title(page)).toHaveText(`Layer ${at.layer} · Neuron ${at.unit}`);
  await expect(title(page)).toBeFocused();
  const next = await page.getByRole("link", { name: /^Next:/ }).getAttribute("href");
  await choose(page, "next neuron");
  await expect(page).toHaveURL(`./${next}`);
  await choose(page, "Show every");
  await expect(page).toHaveURL(/open=/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("tokens");
  const hit = page.getByRole("group", { name: "Explanations" }).getByRole("option").first();
  await expect(hit).toBeVisible();
  const place = (await hit.locator(".note").textContent())?.match(/\d+:\d+/)?.[0].replace(":", "/");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  await expect(title(page)).toBeFocused();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("tokens");
  await expect(hit).toBeVisible();
  await hit.click();
  await expect(page).toHaveURL(new RegExp(`/${place}$`));
  await choose(page, "qqzz in no explanation");
  await expect(title(page)).toHaveText("Search");
  await expect(page.getByRole("searchbox")).toHaveValue("qqzz in no explanation");
  await choose(page, "lists");
  await expect(title(page)).toHaveText("Lists");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).not.toContainText("Next neuron");
});

for (const theme of ["light", "dark"] as const)
  test(`opened by its button, ${theme}: accessible, inside the window, and seen`, async ({ page, data }, {
    project,
  }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.goto(`./#/d/${data.dataset.name}/lists`);
    await page.getByRole("button", { name: "Pages and actions" }).click();
    await expect(field(page)).toBeFocused();
    for (const text of ["", "a"]) {
      await field(page).fill(text);
      await page.waitForLoadState("networkidle");
      const { violations } = await axe(page).include(".choices").analyze();
      expect(violations.map(({ id, nodes }) => `${text} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      const box = await page.getByRole("dialog").boundingBox();
      expect(
        (box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= (page.viewportSize()?.width ?? 0),
      ).toBe(true);
      if (text === "a") await page.screenshot({ path: `${SHOTS}${project.name}-palette-${theme}.png` });
    }
    const other = theme === "light" ? "dark" : "light";
    await field(page).fill("theme");
    await page.getByRole("option", { name: `Use the ${other} theme` }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", other);
    await expect(page.getByRole("button", { name: "Pages and actions" })).toBeFocused();
  });
