/** A unit's workbench: stored simulations against their file, by keys alone, its link; and words tried on a real server. */

import type { APIRequestContext, Page } from "@playwright/test";
import type { NeuronSimulationResults, ScoredExplanation } from "../../src/nouns";
import { bestFirst } from "../../src/scores";
import { axe } from "./axe";
import { type Data, expect, json, record, test, title } from "./fixtures";
import { test as live } from "./peopled";
import { MODEL } from "./processes";

test.describe.configure({ timeout: 60_000 }); // a page with many coloured tokens takes a while to look through

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;
const AT = { layer: 2, unit: 112 }; // a unit of the sample that has two explanations
const bench = ({ dataset }: Data, query = "") =>
  `./#/d/${dataset.name}/workbench/${AT.layer}/${AT.unit}${query && `?${query}`}`;
const wrong = (page: Page) => page.getByRole("region", { name: "Where it is wrong" });
const unfit = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function stored(request: APIRequestContext, { dataset }: Data): Promise<ScoredExplanation[]> {
  const path = `${dataset.root}/explanations/${AT.layer}/${AT.unit}.json`;
  return bestFirst((await json<NeuronSimulationResults>(request, path)).scored_explanations);
}

/** How many tokens are mistaken by a tenth of the unit's maximum or more, looked at one by one. */
function mistaken({ scored_simulation }: ScoredExplanation, maximum: number) {
  const found = { over: 0, under: 0, tokens: 0 };
  for (const { simulation, true_activations, ignored } of scored_simulation?.scored_sequence_simulations ??
    [])
    for (const [position, real] of true_activations.entries()) {
      const expected = simulation.expected_activations[position];
      if (expected == null || ignored?.includes(position)) continue;
      const error = expected / 10 - real / maximum;
      found.tokens += 1;
      if (error >= 0.1) found.over += 1;
      if (error <= -0.1) found.under += 1;
    }
  return found;
}

test("without a model: two stored explanations, with the counts and scores of their file", async ({
  page,
  request,
  data,
}) => {
  const [best, other] = await stored(request, data);
  const maximum = (await record(request, data, AT)).statistics?.max;
  if (!best || !other || !maximum) throw new Error("the unit has no two explanations");
  await page.goto(bench(data, "after=e1"));
  const scores = page.getByRole("region", { name: "Before and after" });
  const values = [best, other].map(({ scores }) => scores?.["correlation"]?.value ?? Number.NaN);
  const shown = await scores.getByRole("row", { name: /^Value/ }).textContent();
  expect(shown?.replaceAll("−", "-")).toContain(values.map((value) => value.toFixed(2)).join(""));
  await expect(page.getByText(/neuronscope serve DATASET --llm MODEL/)).toBeVisible();
  await expect(page.getByRole("textbox", { name: /respond/ })).toHaveCount(0);
  for (const [side, one] of [
    ["After", other],
    ["Before", best],
  ] as const) {
    await wrong(page).getByText(side, { exact: true }).click();
    const { over, under, tokens } = mistaken(one, maximum);
    await expect(wrong(page).getByText(`${over} of ${tokens} tokens`)).toBeVisible();
    await expect(wrong(page).getByText(`${under} of ${tokens} tokens`)).toBeVisible();
  }
});

test("with keys alone: from the unit to its workbench, another explanation, a mistake in its text, and the link", async ({
  page,
  data,
  context,
}) => {
  await page.goto(`./#/d/${data.dataset.name}/${AT.layer}/${AT.unit}`);
  await page.getByRole("link", { name: "Workbench" }).focus();
  await page.keyboard.press("Enter");
  await expect(title(page)).toContainText("Workbench");
  await page.getByRole("combobox", { name: "After" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/\?after=e1$/);
  const first = wrong(page).locator("summary").first();
  while (!(await first.evaluate((summary) => summary === document.activeElement)))
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const whole = wrong(page).getByRole("group", { name: /^Real, text/ });
  await expect(whole).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(whole).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tooltip")).toContainText(/of max/);
  const later = await context.newPage();
  await later.goto(page.url());
  await expect(wrong(later).getByRole("group", { name: /^Simulated minus real, text/ })).toBeVisible();
  expect(await wrong(later).locator(".faults").textContent()).toBe(
    await wrong(page).locator(".faults").textContent(),
  );
});

for (const theme of ["light", "dark"] as const)
  test(`the workbench, ${theme}: accessible, inside the window, and seen`, async ({ page, data }, {
    project,
  }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.goto(bench(data, "after=e1"));
    await expect(wrong(page).getByText(/whole texts, real and simulated/)).toBeVisible();
    await wrong(page).locator("summary").first().click();
    await expect(page.getByRole("group", { name: /^Real, text/ })).toBeVisible();
    await page.getByText(/more scores$/).click();
    const { violations } = await axe(page).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await page.screenshot({ path: `${SHOTS}${project.name}-workbench-${theme}.png` });
    expect(await unfit(page)).toBe(0);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await unfit(page)).toBe(0);
  });

test("a link to no unit, and to one that is not there, are sentences", async ({ page, data }) => {
  await page.goto(`./#/d/${data.dataset.name}/workbench/two/112?after=${"x".repeat(5000)}`);
  await expect(page.getByText(/This link names no neuron/)).toBeVisible();
  await page.goto(`./#/d/${data.dataset.name}/workbench/2/113`);
  await expect(page.getByRole("link", { name: "neuron 112" })).toBeVisible();
});

live.describe("on a server with a model", () => {
  live.describe.configure({ timeout: 90_000 });
  const seen = expect.configure({ timeout: 20_000 });

  live(
    "words are tried, cancelled, tried again, compared and kept beside the old ones",
    async ({ page, data }, { project }) => {
      const words = `words like all and everything, on a ${project.name}`;
      await page.goto(bench(data, "seed=3"));
      const text = page.getByRole("textbox", { name: /What does this neuron respond to/ });
      await seen(text).toHaveValue(/^the tokens/);
      await text.fill(words);
      await page.getByRole("button", { name: /^Simulate and score/ }).click();
      await seen(page.getByText(`0 of 2 questions answered by ${MODEL}`)).toBeVisible();
      await seen(page.getByRole("progressbar")).toBeVisible();
      await page.getByRole("button", { name: /^Cancel/ }).click();
      await seen(page.getByText("Cancelled: not scored.")).toBeVisible();
      await page.getByRole("button", { name: /^Simulate and score/ }).click();
      await seen(page.getByRole("heading", { name: "Before and after" })).toBeVisible();
      await seen(page).toHaveURL(/after=t1/);
      const scores = page.getByRole("region", { name: "Before and after" });
      const over = (await scores.getByRole("row", { name: /^Over/ }).textContent())?.match(
        /\d+ tokens of 10/g,
      );
      expect(over).toHaveLength(2);
      await seen(scores.getByText(/^The 95% intervals (do not )?overlap/)).toBeVisible();
      await seen(scores.getByText(`after by ${MODEL} (structured)`, { exact: false })).toBeVisible();
      await seen(
        wrong(page)
          .getByText(/^[1-9]\d* of \d+ tokens/)
          .first(),
      ).toBeVisible();
      const { violations } = await axe(page).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await unfit(page)).toBe(0);
      await page.getByRole("button", { name: "Keep both" }).click();
      await seen(page.getByText(/These words are kept/)).toBeVisible();
      await page.getByRole("link", { name: /’s page$/ }).click();
      const explanation = page.getByRole("region", { name: "Explanation" });
      const mine = explanation.locator(".people li").filter({ hasText: words });
      await seen(
        mine.getByText(/correlation of simulated with real activations over \d+ tokens/),
      ).toBeVisible();
      await seen(explanation.getByText(/^the tokens/)).toBeVisible();
    },
  );
});
