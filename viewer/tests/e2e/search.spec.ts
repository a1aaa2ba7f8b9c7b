/** Finding one's way in: search by mouse and by keys alone, its link, its hits against the route's own JSON. */

import type { APIRequestContext, Page } from "@playwright/test";
import type { SearchAnswer, SearchHit } from "../../src/nouns";
import { axe } from "./axe";
import { type Data, expect, json, link, test, title, unitAt } from "./fixtures";

const hits = (page: Page) => page.locator(".hits .unit-row");
const counts = (page: Page) => page.locator("#found [role=status]").first();
const searchOf = ({ dataset }: Data, query = "") => `#/d/${dataset.name}/search${query}`;

/** What the server itself says; the first request waits until the index is there. */
const ask = (request: APIRequestContext, { dataset }: Data, query: string) =>
  json<SearchAnswer>(request, `${dataset.root}/search?${query}`);

/** A word that some units' tokens have, of letters alone. */
async function someWord(request: APIRequestContext, data: Data): Promise<string> {
  const { hits } = await ask(request, data, "in=tokens&limit=20");
  const words = hits.flatMap(({ snippet }) => snippet.text.match(/\b[a-z]{4,8}\b/g) ?? []);
  const word = words[0];
  if (!word) throw new Error("no token of the first twenty units is a word");
  return word;
}

const placeOf = ({ layer, unit }: SearchHit) => `${layer}:${unit}`;

test("with keys alone: from home to a search, to its first hit, and back to the same results", async ({
  page,
  request,
  data,
}) => {
  const word = await someWord(request, data);
  await page.goto("./");
  await expect(page.getByRole("searchbox")).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Search");
  await expect(hits(page).first()).toBeVisible();
  await expect(counts(page)).toHaveText(/\d of \d/); // of how many comes after the hits
  const [first, said] = [await hits(page).first().textContent(), await counts(page).textContent()];
  await page.keyboard.press("j");
  await expect(hits(page).first().getByRole("link")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText(/^Layer \d+ · \w+ \d+$/);
  await page.goBack();
  await expect(page.getByRole("searchbox")).toHaveValue(word);
  await expect(hits(page).first()).toHaveText(first ?? "");
  await expect(counts(page)).toHaveText(said ?? "");
});

test("by mouse: from a unit's bar to a search, narrowed, more of it, a hit, and back", async ({
  page,
  data,
}) => {
  await page.goto(`./${link(data, unitAt(data, 0.5))}`);
  await page
    .getByRole("search")
    .or(page.getByRole("link", { name: "Search" }))
    .locator("visible=true")
    .click();
  if (await page.getByRole("searchbox").isVisible()) await page.keyboard.press("Enter"); // without words: everything
  await expect(hits(page)).toHaveCount(20);
  await page.getByText("Tokens", { exact: true }).click();
  await expect(page).toHaveURL(/search\?in=tokens$/);
  await page.getByRole("button", { name: /^Show 20 more of/ }).click();
  await expect(hits(page)).toHaveCount(40);
  await expect(page).toHaveURL(/in=tokens&pages=2$/);
  const last = hits(page).last();
  const place = (await last.getByRole("link").textContent())?.match(/\d+/g)?.join(" · \\w+ ");
  await last.click();
  await expect(title(page)).toHaveText(new RegExp(`^Layer ${place}$`));
  await page.goBack();
  await expect(hits(page)).toHaveCount(40);
});

test("a link shows the same search in another window", async ({ page, request, data, context }) => {
  const word = await someWord(request, data);
  await page.goto(`./${searchOf(data, `?q=${word}*&in=tokens&sort=layer&order=desc`)}`);
  await expect(hits(page).first()).toBeVisible();
  await expect(counts(page)).toHaveText(/\d of \d/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(hits(other)).toHaveCount(await hits(page).count());
  expect(await hits(other).allTextContents()).toEqual(await hits(page).allTextContents());
  await expect(counts(other)).toHaveText((await counts(page).textContent()) ?? "");
  await expect(other.getByRole("searchbox")).toHaveValue(`${word}*`);
  await expect(other.getByRole("combobox", { name: "first" })).toHaveValue("layer desc");
  await other.close();
});

test("hits, their marks and their counts are those of the route's JSON", async ({ page, request, data }) => {
  const word = await someWord(request, data);
  for (const query of [`q=${word}`, "q=a&in=explanations&sort=score", "q=e&pages=3"]) {
    const asked = query.replace(/&pages=.*/, "");
    const found = await ask(request, data, `${asked}&limit=60`);
    const all = await ask(request, data, `${asked.includes("in=") ? "in=explanations&" : ""}limit=1`);
    const shown = found.hits.slice(0, query.includes("pages=3") ? 60 : 20);
    await page.goto(`./${searchOf(data, `?${query}`)}`);
    await expect(hits(page)).toHaveCount(shown.length);
    const links = await hits(page).getByRole("link").allTextContents();
    expect(links.map((text) => text.replace(/^\w+ /, ""))).toEqual(shown.map(placeOf));
    const marks = shown.flatMap(({ snippet: { text, ranges } }) =>
      ranges.map(([start, end]) => Array.from(text).slice(start, end).join("")),
    );
    expect((await page.locator(".hits mark").allTextContents()).join("")).toBe(marks.join(""));
    await expect(counts(page)).toContainText(
      `${found.total} found: ${found.explanations} of ${all.explanations}`,
    );
  }
});

test("what cannot be read is the server's sentence; what is not found says how to ask", async ({
  page,
  data,
}) => {
  await page.goto(`./${searchOf(data, "?q=%5B&mode=regex")}`);
  await expect(page.getByRole("alert")).toContainText("This regular expression cannot be used");
  await page.getByRole("searchbox").fill("qqzzqqzz");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Nothing has these words/)).toBeVisible();
  await expect(counts(page)).toContainText("0 found");
});

const SEARCHES = ["", "?q=a", "?q=qqzzqqzz", "?q=%5B&mode=regex", "?in=tokens&pages=2"];

for (const theme of ["light", "dark"] as const)
  test(`searches, ${theme}: accessible`, async ({ page, data }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const query of SEARCHES) {
      await page.goto(`./${searchOf(data, query)}`);
      await expect(page.locator(".hits, .hints, [role=alert]").first()).toBeVisible();
      await page.waitForLoadState("networkidle");
      // Hits are alike, and every token of theirs is looked at.
      const { violations } = await axe(page).exclude(".hits > li:nth-child(n + 5)").analyze();
      expect(violations.map(({ id, nodes }) => `${query} ${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });

for (const width of [360, 390])
  test(`no sideways scroll at ${width} px, with a long word too`, async ({ page, data }) => {
    await page.setViewportSize({ width, height: 740 });
    const hashes = [
      ...SEARCHES.map((query) => searchOf(data, query)),
      searchOf(data, `?q=${"long".repeat(90)}`),
    ];
    for (const hash of [...hashes, link(data, unitAt(data, 0.5)), "#/"]) {
      await page.goto(`./${hash}`);
      await expect(title(page)).toBeVisible();
      await page.waitForLoadState("networkidle");
      expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBe(width);
    }
  });
