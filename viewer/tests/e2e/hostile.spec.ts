/** Words that turn text around, that have no end or that are none: they stay within their place, and all can be read. */
import type { NeuronSimulationResults, Site, UnitLists } from "../../src/nouns";
import { type Data, expect, link, type Page, test, title, unitAt } from "./fixtures";

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
