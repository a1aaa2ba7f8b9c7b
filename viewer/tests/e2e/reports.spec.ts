/** Reports over the real server: what the files say is on the page, by keyboard, at both widths, in both themes. */
import type { Reports, Scores } from "../../src/nouns";
import { layerSentence } from "../../src/reports";
import { type Data, expect, json, test } from "./fixtures";
import { seen } from "./seen";

const reportsOf = ({ dataset }: Data) => `./#/d/${dataset.name}/reports`;

test("runs and scores stand there as the server tells them, and a run is a page of its own", async ({
  page,
  request,
  data,
}) => {
  const { runs } = await json<Reports>(request, `${data.dataset.root}/reports.json`);
  const { layers } = await json<Scores>(request, `${data.dataset.root}/scores.json`);
  const run = runs.at(-1);
  if (!run) throw new Error("there is no report");
  await page.goto(reportsOf(data));
  const row = page.getByRole("row").filter({ hasText: run.run });
  await expect(row).toContainText(`${run.explained} of ${run.units} units`);
  await expect(page.locator(".layer-scores .note")).toHaveText(layers.map(layerSentence));
  await page.getByRole("link", { name: run.run }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Run ${run.run}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  const shown = page.getByRole("region", { name: "What it did and cost" });
  await expect(shown).toContainText(run.prompt_tokens.toLocaleString("en-US"));
  await expect(shown).toContainText(`--run=${run.run} --html report.html`);
  await expect(shown).toContainText(run.cost === null ? "not known" : "$");
});

test("a run that is not there is a sentence", async ({ page, data }) => {
  await page.goto(`${reportsOf(data)}/nowhere%2F..%2Fdataset`);
  await expect(page.getByText("This dataset has no report of a run of this name.")).toBeVisible();
});

test("all runs and one: accessible in both themes and inside the window", async ({ page, data }, {
  project,
}) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(reportsOf(data));
  await expect(page.locator(".explainers li").first()).toBeVisible({ timeout: 15_000 });
  await seen(page, `${project.name}-reports`);
  await page.locator(".runs a").first().click();
  await expect(page.getByRole("region", { name: "Options" })).toBeVisible();
  await seen(page, `${project.name}-report`);
});
