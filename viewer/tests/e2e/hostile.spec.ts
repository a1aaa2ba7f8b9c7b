/** Words that turn text around, that have no end or that are none: they stay within their place, and all can be read. */
import type { NeuronSimulationResults, Site, UnitLists } from "../../src/nouns";
import { type Data, expect, link, type Page, test, title, unitAt } from "./fixtures";
import { seen } from "./seen";

const TURN = "\u202e"; // right-to-left override: what follows is drawn from right to left, to the paragraph's end

/** The dataset's answers with other words in them. */
async function reworded<T>(page: Page, path: string, change: (answer: T) => T): Promise<void> {
  await page.route(path, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: change(await response.json()) });
  });
}

const explained = (page: Page, texts: readonly string[]) =>
  page.route("**/explanations/**", (route) => {
    const scored_explanations = texts.map((explanation) => ({
      explanation,
      scored_simulation: null,
      author: "Ada",
    }));
    return route.fulfill({ json: { scored_explanations } as unknown as NeuronSimulationResults });
  });

const entitled = (page: Page, name: string) =>
  reworded<Site>(page, "**/api/site.json", (site) => ({
    ...site,
    datasets: site.datasets.flatMap((one) => [
      { ...one, title: name },
      { ...one, name: "other", title: name },
    ]),
  }));

const listed = (page: Page, list: Partial<UnitLists["lists"][number]>) =>
  reworded<UnitLists>(page, "**/lists.json", ({ lists, ...rest }) => ({
    ...rest,
    lists: lists.map((one) => ({ ...one, ...list })),
  }));

const middle = (data: Data) => link(data, unitAt(data, 0.5));

test("what turns text around is a mark in explanations, titles and choices", async ({ page, data }) => {
  await explained(page, [`before ${TURN}after`]);
  await entitled(page, `a ${TURN}title`);
  await page.goto(`./${middle(data)}`);
  await expect(page.locator(".explanation")).toHaveText("before ‹U+202E›after");
  await expect(page.locator("option").first()).toHaveText("a ‹U+202E›title");
  expect(await page.title()).toMatch(/ · a ‹U\+202E›title$/);
});

test("the name of a list turns nothing around beside it", async ({ page, data }) => {
  await listed(page, { title: `${TURN}list`, note: `${TURN}note` });
  await page.goto(`./#/d/${data.dataset.name}/lists/own-1`);
  await expect(title(page)).toHaveText("‹U+202E›list");
  expect(await page.title()).toMatch(/^‹U\+202E›list · /);
  await page.getByRole("button", { name: "Keep a copy" }).click();
  await expect(page.locator(".said [role=status]")).toHaveText("Kept a copy, “‹U+202E›list”.");
});

const ENDLESS = "words without an end ".repeat(1000);

test("an explanation without an end scrolls in its place, by keys too; one that is none says so", async ({
  page,
  data,
}, { project }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await explained(page, [ENDLESS, " \n", "a short one"]);
  await page.goto(`./${middle(data)}`);
  const [long, none, short] = [0, 1, 2].map((place) => page.locator(".explanation").nth(place));
  if (!long || !none || !short) return;
  await expect(long).toBeVisible();
  const { height } = (await long.boundingBox()) ?? { height: Number.NaN };
  expect(height).toBeLessThan(400);
  await long.focus();
  await page.keyboard.press("End");
  await expect.poll(() => long.evaluate((text) => text.scrollTop)).toBeGreaterThan(1000);
  await expect(short).not.toHaveAttribute("tabindex"); // no stop where nothing scrolls
  expect(await none.evaluate((text) => getComputedStyle(text, "::before").content)).toBe('"(empty)"');
  await seen(page, `${project.name}-endless`);
});

test("a long note fills neither home nor the page of all lists; the list's own page has all of it", async ({
  page,
  data,
}, { project }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await listed(page, { note: ENDLESS.slice(0, 3000) });
  const lists = `./#/d/${data.dataset.name}/lists`;
  for (const [address, note] of [
    ["./", "#lists .list > .note"],
    [lists, ".list-lines .about"],
  ] as const) {
    await page.goto(address);
    const { height } = (await page.locator(note).first().boundingBox()) ?? { height: Number.NaN };
    expect(height, address).toBeLessThan(130);
  }
  await seen(page, `${project.name}-long-notes`);
  await page.goto(`${lists}/own-1`);
  const all = page.locator(".lists > .about");
  await expect(all).toBeVisible();
  expect(await all.evaluate((text) => text.scrollHeight - text.clientHeight)).toBeLessThanOrEqual(1);
});
