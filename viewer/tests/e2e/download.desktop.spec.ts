/** "Download as HTML": what the page puts together is what the library writes, and opens from a disk without a network. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, title } from "./fixtures";
import { offline, openFile } from "./offline";
import { finished, withFolder } from "./processes";
import { test } from "./published";

const SITES = ["the server", "a static site"] as const;
const UNIT = "9/746";

/** The file that the page gives, saved. */
async function downloaded(page: Page, folder: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as HTML" }).click(),
  ]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  return path;
}

/** What is seen of a unit: texts with their colours, and what is said of it. */
const shown = async (page: Page) => {
  await expect(page.locator("#activations .records .heatmap").first()).toBeVisible();
  await expect(page.locator(".loading, .wait")).toHaveCount(0);
  return {
    texts: await page.locator("#activations .records .heatmap").allInnerTexts(),
    colours: await page
      .locator("#activations .records .heatmap > span[class]")
      .evaluateAll((all) => all.map(({ className, textContent }) => `${className}: ${textContent}`)),
    statistics: await page.locator("#statistics dl").first().innerText(),
    explanation: await page.locator("#explanation").getByText(/\w/).first().innerText(),
  };
};

/** All that a file holds, but for the version that wrote it, what is null, and tags. */
async function held(path: string): Promise<unknown[]> {
  const html = await readFile(path, "utf8");
  const blocks = [...html.matchAll(/<script type="application\/json\+gzip" [^>]*>([^<]*)</g)];
  return blocks.map(([, data]) =>
    JSON.parse(gunzipSync(Buffer.from(data ?? "", "base64")).toString(), (name, value) =>
      ["dataclass_name", "version"].includes(name) || value === null || isEmpty(value) ? undefined : value,
    ),
  );
}
const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

for (const site of SITES)
  test(`${site}: a unit's file shows what its page shows, with networking off`, async ({
    page,
    browser,
    published,
    viewport,
  }) => {
    await withFolder(async (folder) => {
      await page.goto(`${site === "the server" ? "./" : published.url}#/d/sample/${UNIT}`);
      const live = await shown(page);
      const file = await downloaded(page, folder);
      expect(file).toMatch(/sample-9-746\.html$/);
      await offline(browser, { viewport }, async (saved) => {
        await openFile(saved, file);
        await expect(title(saved)).toHaveText("Unit 9:746");
        expect(await shown(saved)).toEqual(live);
      });
      const theirs = join(folder, "library.html");
      const name = "SmolLM2 sample"; // the title is the writer's own choice
      await finished("neuronscope", [
        "export",
        "html",
        "data/sample",
        "9:746",
        "--title",
        name,
        "--out",
        theirs,
      ]);
      const [[head, ...units], [expected, ...others]] = [await held(file), await held(theirs)];
      expect(units).toEqual(others);
      expect({ ...(head as object), title: name }).toEqual(expected);
    });
  });

for (const site of SITES)
  test(`${site}: a list's file has its units by name, a search's those that it found`, async ({
    page,
    browser,
    published,
    viewport,
  }) => {
    const root = site === "the server" ? "./" : published.url;
    await withFolder(async (folder) => {
      await page.goto(`${root}#/d/sample/lists/own-1`);
      await page.getByRole("button", { name: "Export" }).click();
      const list = await downloaded(page, folder);
      await page.goto(`${root}#/d/sample/search?q=tokens`);
      const hit = page.locator("#found .unit-row a").first();
      await expect(hit).toContainText(/\d+:\d+/);
      const first = /\d+:\d+/.exec(await hit.innerText())?.[0];
      const search = await downloaded(page, folder);
      await offline(browser, { viewport }, async (saved) => {
        await openFile(saved, list);
        await expect(saved.getByRole("option")).toHaveCount(7);
        await expect(saved.getByRole("option").nth(1)).toContainText("of");
        await saved.getByRole("option").nth(1).click();
        await expect(title(saved)).toHaveText("Unit 9:1051 · of");
        await openFile(saved, search);
        await expect(title(saved)).toHaveText(`Unit ${first}`);
      });
    });
  });
