/** A unit's explanations over the real server: every part of the answer on the page, at both widths, in both themes. */

import type { Page } from "@playwright/test";
import { axe } from "./axe";
import { COUNTED, test, UNPARSED } from "./explained";
import { expect } from "./fixtures";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;

async function openPane(page: Page, dataset: string) {
  await page.goto(`./#/d/${dataset}/0/0`);
  const pane = page.getByRole("region", { name: "Explanation" });
  await expect(pane.locator(".explanation").first()).toBeVisible({ timeout: 15_000 }); // the server's first answer
  await expect(page.locator("#activations .records").first()).toBeVisible();
  return pane;
}

test("the best explanation stands first with its score, interval and baselines", async ({ page }) => {
  const pane = await openPane(page, "explained");
  const first = pane.locator(".explanations > li").first();
  await expect(first).toContainText("nouns of the sea");
  await expect(first).toContainText(
    "0.52 correlation of simulated with real activations over 640 tokens, 95% interval 0.41 to 0.63",
  );
  await expect(first).toContainText("shuffled 0.02 · token lookup 0.31");
  await expect(first).toContainText(`10 texts · ${UNPARSED} unparsed · 10 left out`);
  await expect(first).toContainText(
    "0.70 detection balanced accuracy over 20 answers, 95% interval 0.59 to 0.81",
  );
  await expect(first).toContainText("not reliable: 9 of 20 answers unparsed");
});

test("of five explanations three are shown, and the others are asked for", async ({ page }) => {
  const pane = await openPane(page, "explained");
  const words = pane.locator(".explanation");
  const order = ["boat, tide, cargo, ledger", "punctuation", "things", "something about the sea"];
  await expect(words).toHaveText([/^nouns of the sea/, ...order.slice(0, 2)]);
  await pane.getByText("2 more explanations").click();
  await expect(words).toHaveText([/^nouns of the sea/, ...order]);
  const undefinedOne = pane.locator(".explanations > li").nth(3);
  await expect(undefinedOne).toContainText(
    "over 640 tokens undefined: all simulated activations are the same",
  );
  await expect(undefinedOne).toContainText("shuffled undefined: no other unit of the run was explained");
  await expect(pane.locator(".explanations > li").nth(4)).toContainText("not scored: it was never simulated");
});

test("positions without a number are marked, told and counted; one that is left out is not", async ({
  page,
}) => {
  const pane = await openPane(page, "explained");
  await pane.getByText("Real and simulated texts").click();
  await expect(pane.getByText(`${UNPARSED} of ${2 * COUNTED} positions unparsed`)).toBeVisible();
  const text = pane.getByRole("group", { name: /^Simulated, Top 1 of / });
  await expect(text.locator(".unparsed")).toHaveCount(UNPARSED);
  await text.focus();
  for (const token of await text.locator("[data-from].unparsed").all())
    await expect(token).toHaveClass("unparsed"); // and in no colour
  await expect(text.locator("[data-from='0']")).not.toHaveClass(/./);
  for (let times = 0; times < 60; times++) await page.keyboard.press("ArrowLeft");
  for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
  const tip = page.getByRole("tooltip");
  await expect(tip).toContainText("unparsed: no number could be read · token 4 of");
  await expect(tip.locator("[data-part=value]")).toBeHidden();
});

test("a published dataset has its words, its number and its texts", async ({ page }) => {
  const pane = await openPane(page, "published");
  await expect(pane).toContainText("words about harbours");
  await expect(pane).toContainText(
    `0.37 correlation of simulated with real activations over ${COUNTED + 1} tokens`,
  );
  await expect(pane).not.toContainText("reliable");
  await expect(pane.getByText("How it was made")).toHaveCount(0);
  await pane.getByText("Real and simulated texts").click();
  await expect(pane).toContainText("Full colour at");
  await expect(pane.locator(".unparsed")).toHaveCount(0);
});

for (const theme of ["light", "dark"] as const)
  test(`everything open, ${theme}: accessible, inside the window, and seen`, async ({ page }, {
    project,
  }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const pane = await openPane(page, "explained");
    await page.screenshot({ path: `${SHOTS}${project.name}-explanations-${theme}.png` });
    await pane.getByText("2 more explanations").click();
    await expect(pane.locator(".explanation")).toHaveCount(5);
    for (const line of await pane.locator(".disclosures summary").all()) await line.click();
    await expect(pane.locator(".simulated .heatmap").last()).toBeVisible();
    const { violations } = await axe(page).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const [wide, room] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(wide).toBe(room);
    await pane.screenshot({ path: `${SHOTS}${project.name}-explanations-open-${theme}.png` });
  });
