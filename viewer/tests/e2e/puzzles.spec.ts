/** Puzzles over the real server: nothing is given away before one has answered, and the answer, the models and the tally after. */
import type { Page } from "@playwright/test";
import type { PuzzleResults, StoredPuzzle } from "../../src/nouns";
import { expect, json } from "./fixtures";
import { MODEL } from "./processes";
import { NAMES, test } from "./puzzled";
import { seen } from "./seen";

const ROOT = "api/datasets/puzzled";

test.describe.configure({ mode: "default" }); // one site for all of them

const choices = (page: Page) => page.getByRole("group", { name: "Explanations" });

async function openPuzzle(page: Page, which: string, query = ""): Promise<void> {
  await page.goto(`./#/d/puzzled/puzzles/${which}${query}`);
  await expect(choices(page).getByRole("radio")).toHaveCount(6);
}

test("nothing says the answer before one has given one; then a sentence does, and the model's scores", async ({
  page,
  request,
}) => {
  const puzzles = await json<Record<string, StoredPuzzle>>(request, `${ROOT}/puzzles.json`);
  const results = await json<PuzzleResults>(request, `${ROOT}/puzzle-results.json`);
  const [name, puzzle] = Object.entries(puzzles)[0] ?? [];
  if (!name || !puzzle) throw new Error("there is no puzzle");
  await openPuzzle(page, "1", "?seed=4");
  const shown = await choices(page).locator("label").allTextContents();
  expect(shown.toSorted()).toEqual([puzzle.explanation, ...puzzle.false_explanations].toSorted());
  await page.getByRole("radio", { name: puzzle.explanation }).check(); // not an answer yet
  const drawn = await page.locator("main").innerHTML();
  expect(drawn.split(puzzle.explanation)).toHaveLength(2); // among its choices, and nowhere else
  expect(drawn).not.toContain(name);
  const classes = await choices(page)
    .locator("label")
    .evaluateAll((all) => all.map((one) => one.className));
  expect(new Set(classes).size).toBe(1);
  await expect(page.locator(".mark, .verdict, .model-answer")).toHaveCount(0);
  await page.getByRole("button", { name: "Answer" }).click();
  await expect(page.locator(".verdict")).toContainText(
    `Right: what made these activations is “${puzzle.explanation}”`,
  );
  await expect(page.locator(".verdict")).toBeFocused();
  const run = results.runs[0]?.puzzles.find((one) => one.name === name);
  const model = page.getByRole("region", { name: `${MODEL}, structured` });
  await expect(model).toContainText(`The true one ranks ${run?.rank} of 6`);
  await expect(model.getByRole("row")).toHaveCount(6);
  await expect(page.getByText("You: 1 of 1 right at the first try")).toBeVisible();
});

test("the order is the link's, the keys go on, and a wrong answer is told and kept until it is forgotten", async ({
  page,
}) => {
  await openPuzzle(page, "1", "?seed=4");
  const order = await choices(page).locator("label").allTextContents();
  await openPuzzle(page, "1", "?seed=5");
  expect(await choices(page).locator("label").allTextContents()).not.toEqual(order);
  await openPuzzle(page, "1", "?seed=4");
  expect(await choices(page).locator("label").allTextContents()).toEqual(order);
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/puzzles\/2\?seed=4$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Puzzle 2 of 3");
  await page
    .getByRole("radio", { name: "words in red print" })
    .or(page.getByRole("radio").first())
    .first()
    .focus();
  const wrong = await page.evaluate(async (root) => {
    const puzzles = await (await fetch(`${root}/puzzles.json`)).json();
    return Object.values<{ false_explanations: string[] }>(puzzles)[1]?.false_explanations[0] ?? "";
  }, ROOT);
  await page.getByRole("radio", { name: wrong }).press("Space");
  await page.keyboard.press("Enter");
  await expect(page.locator(".verdict")).toContainText("Wrong: what made these");
  await page.keyboard.press("k");
  await page.getByRole("link", { name: "All", exact: true }).click();
  await expect(page.getByRole("link", { name: /^Puzzle 2 wrong: / })).toBeVisible();
  await expect(page.getByText("not answered yet")).toHaveCount(2);
  await page.getByRole("button", { name: "Forget" }).click();
  await expect(page.getByText("not answered yet")).toHaveCount(3);
});

test("a puzzle can be named, one that is not there is a sentence, and so is a dataset without any", async ({
  page,
}) => {
  await openPuzzle(page, NAMES[1]);
  await page.goto("./#/d/puzzled/puzzles/nowhere");
  await expect(page.getByText("There is no puzzle nowhere here; there are 3.")).toBeVisible();
  await page.goto("./#/d/sample/puzzles");
  await expect(page.getByText("This dataset has no puzzles.")).toBeVisible();
});

test("the home page leads to the puzzles, which tell how often a model was right and what chance is", async ({
  page,
}) => {
  await page.goto("./#/d/puzzled");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Puzzles" }).click();
  await expect(
    page.getByText(/^By simulating: \d of 3 puzzles right, .*95% interval .*; by chance 17%\.$/),
  ).toBeVisible();
});

test("before and after the answer: accessible in both themes and inside the window", async ({ page }, {
  project,
}) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("./#/d/puzzled/puzzles");
  await expect(page.getByText("not answered yet")).toHaveCount(3);
  await seen(page, `${project.name}-puzzles`);
  await openPuzzle(page, "1");
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Answer" }).click();
  await expect(page.getByRole("row")).toHaveCount(6);
  await seen(page, `${project.name}-puzzle-answered`);
});
