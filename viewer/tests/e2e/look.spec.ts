/** Every page in both themes: no axe violation, and a screenshot to look at. */

import type { Page } from "@playwright/test";
import { axe } from "./axe";
import { type Data, expect, link, test, unitAt } from "./fixtures";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;

type State = { name: string; open: (page: Page, data: Data) => Promise<void> };

const STATES: State[] = [
  {
    name: "home",
    open: async (page) => {
      await page.goto("./");
      await expect(page.locator(".preview span").nth(5)).toBeVisible();
    },
  },
  {
    name: "search",
    open: async (page, { dataset }) => {
      await page.goto(`./#/d/${dataset.name}/search?q=a`);
      await expect(page.locator("mark").first()).toBeVisible();
    },
  },
  {
    name: "unit",
    open: async (page, data) => {
      await page.goto(`./${link(data, unitAt(data, 0.5))}`);
      await page.locator(".heatmap").nth(1).focus();
      await page.keyboard.press("ArrowRight");
      await expect(page.getByRole("tooltip")).toBeVisible();
    },
  },
  {
    name: "error",
    open: async (page, data) => {
      await page.route("**/collated-activations/**", (route) => route.fulfill({ status: 500, body: "" }));
      await page.goto(`./${link(data, unitAt(data, 0.5))}`);
      await expect(page.getByRole("alert").first()).toBeVisible();
    },
  },
  {
    name: "help",
    open: async (page) => {
      await page.goto("./#/nowhere");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
];

for (const theme of ["light", "dark"] as const)
  for (const { name, open } of STATES)
    test(`${name}, ${theme}: accessible, and seen`, async ({ page, data }, { project }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await open(page, data);
      await page.screenshot({ path: `${SHOTS}${project.name}-${name}-${theme}.png` });
      const { violations } = await axe(page).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    });

test("where the system replaces colours, tokens still tell more from less", async ({ page, data }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`./${link(data, unitAt(data, 0.5))}`);
  const heatmap = page.locator("#activations .heatmap").first();
  await expect(heatmap).toBeVisible();
  const lines = await heatmap.evaluate((text) =>
    ["l1", "l5", "l8", "l10", "n1", "n5", "n8", "n10"].map((step) => {
      const token = text.appendChild(document.createElement("span"));
      token.className = step;
      const { textDecorationStyle, textDecorationThickness } = getComputedStyle(token);
      return `${textDecorationStyle} ${textDecorationThickness}`;
    }),
  );
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.filter((line) => line.startsWith("wavy"))).toEqual(lines.slice(4));
});
