/** Files that the library makes, opened from a disk with networking off. */
import { readFileSync } from "node:fs";
import { test as base, expect, type Page } from "@playwright/test";
import { offline, openFile } from "./offline";
import { finished, ROOT, withFolder } from "./processes";
import { seen } from "./seen";

const SLACK = 3; // other tests run beside
const HOSTILE = /^HOSTILE = (\[.*?^\])/ms;

/** The folder with the files, made once for a worker. */
const test = base.extend<object, { files: string }>({
  files: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        await finished("python", ["viewer/tests/e2e/dashboards.py", folder]);
        await use(folder);
      }),
    { scope: "worker" },
  ],
});

const open = (page: Page, folder: string, name: string) => openFile(page, `${folder}/${name}.html`);
const drawn = (page: Page) => page.locator(".dash-unit .records").first();

/** The tokens as the Python file has them. */
function hostile(): string[] {
  const source = readFileSync(`${ROOT}viewer/tests/e2e/dashboards.py`, "utf8");
  const list = HOSTILE.exec(source)?.[1] ?? "[]";
  return JSON.parse(list.replace(/\\x07/g, "\\u0007").replace(/,\s*\]$/, "]"));
}

test("tokens of any kind are text, exact when copied, and nothing runs or is asked for", async ({
  browser,
  files,
  viewport,
}) => {
  await offline(browser, { viewport, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await open(page, files, "hostile");
    const first = drawn(page).locator(".heatmap").first();
    await expect(first).toContainText("<b>bold</b></script><script>alert(1)</script>‹U+202E›right‹U+200B›é");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("<img src=x onerror=alert(1)>");
    await first.hover();
    await page.getByRole("button", { name: "Copy Top 1 of 3" }).click();
    await page.getByRole("menuitem", { name: "Copy text" }).click();
    await expect(page.getByRole("menuitem")).toHaveCount(0);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(hostile().join(""));
    await seen(page, `${(viewport?.width ?? 0) < 600 ? "phone" : "desktop"}-file`);
  });
});

test("without scripts the first unit can be read", async ({ browser, files, viewport }) => {
  await offline(browser, { viewport, javaScriptEnabled: false }, async (page) => {
    await open(page, files, "hostile");
    await expect(page.locator("main")).toContainText("<b>bold</b></script><script>alert(1)</script>");
    expect(await page.locator("body").innerText()).not.toContain("H4sI"); // the data
    await page.screenshot({ path: `${ROOT}artefacts/screenshots/file-plain.png` });
  });
});

test("a thousand units open in 2 s, are found by words and walked by keys", async ({
  browser,
  files,
  viewport,
}) => {
  await offline(browser, { viewport }, async (page) => {
    await open(page, files, "many");
    await expect(drawn(page)).toBeVisible();
    expect(await page.evaluate(() => performance.now())).toBeLessThan(2000 * SLACK);
    expect(await page.getByRole("option").count()).toBeLessThan(60);
    const title = page.getByRole("heading", { level: 1 });
    await page.keyboard.press("j");
    await expect(title).toHaveText("Unit 1");
    await page.keyboard.press("/");
    await page.getByRole("searchbox").pressSequentially("777");
    await page.keyboard.press("Enter");
    await expect(title).toHaveText("Unit 777");
    await page.getByRole("searchbox").fill("");
    await page.getByRole("listbox").focus();
    await page.keyboard.press("End");
    await expect(title).toHaveText("Unit 999");
    await expect(page.getByRole("option", { selected: true })).toBeInViewport();
  });
});

test("what is printed has every text in full and no controls", async ({ browser, files, viewport }) => {
  await offline(browser, { viewport }, async (page) => {
    await open(page, files, "many");
    await expect(drawn(page)).toBeVisible();
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await expect(drawn(page).locator(".heatmap")).toHaveCount(10);
    await expect(drawn(page)).toContainText("w50");
    await expect(page.getByRole("listbox")).toBeHidden();
    await page.screenshot({ path: `${ROOT}artefacts/screenshots/file-print.png` });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await expect(drawn(page).locator(".heatmap")).toHaveCount(4);
  });
});
