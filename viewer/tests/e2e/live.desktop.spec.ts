/**
 * A real model beside the sample: a text is typed, a token looked at, a unit opened and steered, and a link restores
 * all; by night a prompt is traced and kept too, and a base model asked beside.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "./fixtures";
import { ROOT, withFolder, withServer } from "./processes";
import { seen } from "./seen";

const SMOLLM2 = join(ROOT, ".cache/smollm2");
const SAMPLE = join(ROOT, "data/sample");
const TEXT = "We met at noon at the station, at last.";
test.use({ others: ["http://127.0.0.1:"] });

const SLOW = { timeout: 60_000 }; // passes of the model beside other tests
const LOADED = { timeout: 180_000 }; // its libraries are imported beside other tests too

test("a typed text goes through the model, and its link restores what was set", async ({ page, context }) => {
  test.setTimeout(480_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await withFolder((cache) =>
    withServer([`sample=${SAMPLE}`, "--model", `m=${SMOLLM2}`], cache, async (site) => {
      // On a unit's page, which is there before the model is.
      await page.goto(`${site}#/d/sample/9/746`);
      const tried = page.locator("#try");
      await expect(tried).toContainText(/loading|What does this neuron do on/, SLOW);
      await tried.getByLabel("What does this neuron do on …").fill(TEXT, LOADED);
      await tried.getByRole("button", { name: "Run" }).click();
      const heatmap = tried.locator(".heatmap");
      await expect(heatmap).toHaveText(TEXT, SLOW);
      await expect(heatmap.locator("[class*='l']").first()).toBeVisible();
      await expect(tried).toContainText("% of max");
      await expect(page).toHaveURL(/text=We\+met/);

      // On the page of prompts: a token is looked at, and a unit that is listed there is opened.
      await tried.getByRole("link", { name: "On the prompt page" }).click();
      const read = page.locator("#read .heatmap");
      await expect(read).toHaveText(TEXT, SLOW);
      await expect(async () => {
        await page.mouse.move(0, 0); // a text that was drawn anew has to be entered anew
        await read.hover();
        await read.locator("[data-from='3']").click({ timeout: 2000 });
      }).toPass(SLOW);
      await expect(page.getByRole("heading", { name: "In place of ␣noon" })).toBeVisible(SLOW);
      await expect(page.locator("#token tbody tr")).toHaveCount(10);
      await expect(page.getByRole("heading", { name: "Strongest neurons at ␣noon" })).toBeVisible(SLOW);
      await expect(page.locator("#strong .old")).toHaveCount(0, SLOW);
      const strong = page.locator("#strong li");
      await expect(strong.first()).toBeVisible(SLOW);
      const [name] = (await strong.getByRole("link").allTextContents()) as [string];
      await strong.getByRole("link", { name, exact: true }).click();
      await expect(page.getByRole("heading", { level: 1 })).toContainText(name.split(":")[1] as string);
      await expect(page.locator("#try .heatmap")).toHaveText(TEXT, SLOW);
      await page.goBack();

      // It is steered: before and after, expected and said.
      const steered = strong.filter({ has: page.getByRole("link", { name, exact: true }) });
      await steered.getByRole("button", { name: "Steer" }).click(SLOW);
      const value = page.getByLabel(`Value of ${name}`);
      await value.fill("30");
      await expect(page.locator("#steer")).toContainText("The loss goes from", SLOW);
      await expect(page.locator("#token thead")).toContainText("Changed");
      await page.getByLabel("At most tokens").fill("6");
      await page.getByRole("button", { name: "Go on", exact: true }).click();
      await expect(page.locator("#say .runs")).toContainText("As it is", SLOW);
      await expect(page.locator("#say")).toContainText(/Both say the same|They part at token/, SLOW);
      const said = await page.locator("#say .said").allTextContents();
      await seen(page, "prompt");
      await page.emulateMedia({ colorScheme: null });

      // The link, in a page that knows nothing of all this.
      await page.getByRole("button", { name: "Copy link" }).click();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const other = await context.newPage();
      await other.goto(link);
      await expect(other.getByLabel("What m reads")).toHaveValue(TEXT, SLOW);
      await expect(other.getByRole("heading", { name: "In place of ␣noon" })).toBeVisible(SLOW);
      await expect(other.getByLabel(`Value of ${name}`)).toHaveValue("30");
      await expect(other.locator("#say")).toContainText(/Both say the same|They part at token/, SLOW);
      expect(await other.locator("#say .said").allTextContents()).toEqual(said);

      // Taken out and back again; bad input is a sentence.
      await other.getByRole("button", { name: `Take out the change of ${name}` }).click();
      await expect(other.locator("#steer .change")).toHaveCount(0);
      await other.getByRole("button", { name: /^Undo: add 30/ }).click();
      await expect(other.locator("#steer .change")).toHaveCount(1);
      await other.getByLabel("Change a unit while the model runs").fill("99:1");
      await other.locator("#steer").getByRole("button", { name: "Add" }).click();
      await expect(other.locator("#steer [role='alert']").last()).toContainText("layer 99", SLOW);
      await other.close();
    }),
  );
});

test("a prompt is traced, shared and kept in the dataset @nightly", async ({ page, context }) => {
  test.setTimeout(480_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await withFolder(async (cache) => {
    const sample = join(cache, "sample");
    cpSync(SAMPLE, sample, { recursive: true }); // it is written to
    await withServer([`sample=${sample}`, "--model", `m=${SMOLLM2}`, "--writable"], cache, async (site) => {
      await traceOne(page, site);
      await keepOne(page, site);
    });
  });
});

test("what the base model expects is a press away, and in the link @nightly", async ({ page }) => {
  test.setTimeout(300_000);
  await withFolder((cache) =>
    withServer([`sample=${SAMPLE}`, "--model", `m=${SMOLLM2}`, "--base", SMOLLM2], cache, async (site) => {
      const asked: string[] = [];
      page.on("request", (request) => {
        if (request.url().endsWith("/predictions")) asked.push(request.postData() ?? "");
      });
      await page.goto(`${site}#/d/sample/prompt?text=${encodeURIComponent(TEXT)}&at=3`);
      const expected = page.getByRole("heading", { name: "In place of ␣noon" });
      await expect(expected).toBeVisible(LOADED);
      const rows = page.locator("#token tbody tr");
      await expect(rows).toHaveCount(10);
      const instruct = await rows.allInnerTexts();
      await page.getByText("Base", { exact: true }).click();
      await expect(page.locator(".whose")).toContainText("What smollm2 expects.");
      await expect.poll(() => asked.at(-1), SLOW).toContain('"base"');
      await expect(page.locator("#token .old")).toHaveCount(0, SLOW);
      expect(await rows.allInnerTexts()).toEqual(instruct); // the same model twice says the same
      await expect(page).toHaveURL(/model=base/);
      await page.reload();
      await expect(page.getByLabel("Base")).toBeChecked(LOADED);
      await expect(expected).toBeVisible(SLOW);
    }),
  );
});

/** A prompt is traced: refused first, cancelled, then made; its link has it in a page that knows nothing of it. */
async function traceOne(page: Page, site: string): Promise<void> {
  await page.goto(`${site}#/d/sample/trace`);
  await page.getByText("Trace a prompt of your own").click();
  await page.getByLabel("What m reads").fill("Monday, Tuesday,", SLOW);
  await page.getByText("A logit", { exact: true }).click();
  const answer = page.locator(".trace-form .answer");
  const trace = page.getByRole("button", { name: "Trace", exact: true });
  await answer.fill("two words");
  await trace.click();
  await expect(page.getByRole("alert")).toContainText("tokens", SLOW);
  await answer.fill(" Wednesday");
  await trace.click();
  await page.locator("#trace-job").getByRole("button", { name: "Cancel" }).click(SLOW);
  await expect(page.locator("#trace-job")).toContainText("It was cancelled", SLOW);
  await trace.click();
  await expect(page.locator("#traced .heatmap")).toHaveText("Monday, Tuesday,", { timeout: 180_000 });
  const drawn = page.locator("#graph svg .node");
  await expect(drawn).toHaveCount(40);
  await page.getByRole("spinbutton", { name: "Nodes, as a number" }).fill("9");
  await drawn.first().click();
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/model=m.*pins=/);
  const shown = await page.locator("#nodes tbody").innerText();
  await page.getByRole("button", { name: "Copy link" }).click();
  const other = await page.context().newPage();
  await other.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await expect(other.locator("#traced .heatmap")).toHaveText("Monday, Tuesday,", SLOW);
  expect(await other.locator("#nodes tbody").innerText()).toBe(shown);
  await expect(other.locator("#graph svg .node")).toHaveCount(9);
  await expect(other.locator("#graph .node.pinned")).toHaveCount(1);
}

/** The trace on the page becomes one of the dataset's, for whoever opens it, and is taken out again. */
async function keepOne(page: Page, site: string): Promise<void> {
  const keep = page.getByRole("button", { name: "Keep in the dataset" });
  await keep.click();
  const said = page.locator(".trace-keep [role='status']");
  await expect(said).toContainText("Kept in the dataset as", SLOW);
  const id = await said.getByRole("link").innerText();
  const other = await page.context().newPage();
  await other.goto(`${site}#/d/sample/trace/${id}`);
  await expect(other.locator("#traced .heatmap")).toHaveText("Monday, Tuesday,", SLOW);
  const listed = other.locator(".traces").getByRole("link", { name: "Monday, Tuesday," });
  await expect(listed).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(keep).toBeVisible(SLOW);
  await other.reload();
  await expect(other.locator(".traces").getByRole("link")).toHaveCount(2); // the sample's own
  await expect(listed).toHaveCount(0);
  await other.close();
}

test("a site without a model says how one is started, and has no box", async ({ page }) => {
  await page.goto("#/d/sample/prompt?text=a");
  await expect(page.getByText("This site runs no model")).toBeVisible();
  await page.goto("#/d/sample/9/746");
  await expect(page.locator("#activations")).toBeVisible();
  await expect(page.locator("#try")).toHaveCount(0);
});
