/** People write about units over the real server: suggest, edit, vote, delete, score; a token; and a site that only reads. */

import type { Locator, Page } from "@playwright/test";
import { axe } from "./axe";
import { expect as hurried, test as readOnly } from "./fixtures";
import { guarded, TOKEN, test } from "./peopled";
import { MODEL } from "./processes";

// Each step asks a server that writes to a disk, and some ask a model; what is measured here is not how fast.
const expect = hurried.configure({ timeout: 20_000 });
test.describe.configure({ timeout: 90_000 });

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;
const EXPLAINED = "9/128"; // a unit of the sample that has explanations; each test writes about one of its own
const TEXT = { name: /What does this neuron respond to/ };

async function open(page: Page, unit: string) {
  await page.goto(`./#/d/sample/${unit}`);
  const pane = page.getByRole("region", { name: "Explanation" });
  await expect(pane.getByRole("region", { name: "From people" })).toBeVisible();
  return pane;
}

/** The open form; what comes late above its button can move that away under a press. */
async function form(pane: Locator): Promise<Locator> {
  const box = pane.getByRole("textbox", TEXT);
  await expect(async () => {
    if (!(await box.isVisible())) await pane.getByRole("button", { name: "Suggest an explanation" }).click();
    await expect(box).toBeVisible({ timeout: 2_000 });
  }).toPass();
  return box;
}

/** As the page shows it: what would turn text around is a mark. */
const drawn = (text: string) => text.replaceAll("\u202e", "‹U+202E›");

async function suggest(page: Page, text: string, name = "") {
  const pane = page.getByRole("region", { name: "Explanation" });
  await (await form(pane)).fill(text);
  if (name) await pane.getByRole("textbox", { name: "Your name" }).fill(name);
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(pane.getByText("Your explanation is kept.")).toBeVisible();
  await expect(pane.locator(".people .explanation").first()).toHaveText(drawn(text));
}

const NARROW = /accessible/;
test.beforeEach(({ isMobile }, { title }) =>
  test.skip(isMobile && !NARROW.test(title), "the same code on every screen"),
);

const unfit = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("what is suggested is there in a new window, and for others, who cannot change it", async ({
  page,
  context,
  browser,
  baseURL,
}) => {
  const pane = await open(page, "9/18");
  await expect(pane).toContainText("This neuron has not been explained in words yet.");
  await suggest(page, "words for the sea", "Ada");
  await expect(pane.locator(".people")).toContainText(/by Ada · .* · yours/);
  await expect(pane).not.toContainText("has not been explained");

  const later = await context.newPage();
  const again = await open(later, "9/18");
  await expect(again.getByText("words for the sea", { exact: true })).toBeVisible();
  await expect(again.getByRole("button", { name: "Edit “words for the sea”" })).toBeVisible();
  await form(again);
  await expect(again.getByRole("textbox", { name: "Your name" })).toHaveValue("Ada");

  const other = await browser.newContext(baseURL ? { baseURL } : {});
  const theirs = await open(await other.newPage(), "9/18");
  await expect(theirs.getByText("words for the sea", { exact: true })).toBeVisible();
  await expect(theirs.getByRole("button", { name: /^(Edit|Delete)/ })).toHaveCount(0);
  await theirs.getByRole("button", { name: "0 votes for it" }).click();
  await expect(theirs.getByRole("button", { name: "1 vote for it, with yours" })).toBeVisible();
  await other.close();

  await page.reload();
  await expect(pane.getByRole("button", { name: "1 vote for it", exact: true })).toBeVisible();
});

test("one's own is edited, voted on and the vote taken back, deleted and written again", async ({ page }) => {
  const pane = await open(page, "9/66");
  await suggest(page, "verbs of rest", "Ada");
  await pane.getByRole("button", { name: "0 votes for it" }).click();
  await expect(pane.getByRole("button", { name: "1 vote for it, with yours", pressed: true })).toBeVisible();
  await pane.getByRole("button", { name: "1 vote for it, with yours" }).click();
  await expect(pane.getByRole("button", { name: "0 votes for it", pressed: false })).toBeVisible();

  await pane.getByRole("button", { name: "Edit “verbs of rest”" }).click();
  await pane.getByRole("textbox", TEXT).fill("verbs of rest and sleep");
  await pane.getByRole("button", { name: "Keep the change" }).click();
  await expect(pane.locator(".people")).toContainText(/by Ada · .* · edited .* · yours/);
  await page.reload();
  await expect(pane.getByText("verbs of rest and sleep", { exact: true })).toBeVisible();

  await pane.getByRole("button", { name: /^Delete/ }).click();
  await expect(pane.getByText("verbs of rest and sleep", { exact: true })).toBeVisible();
  await pane.getByRole("button", { name: /^Click again to delete/ }).click();
  await expect(pane.getByText("Deleted: “verbs of rest and sleep”")).toBeVisible();
  await expect(pane).toContainText("This neuron has not been explained in words yet.");
  await pane.getByRole("button", { name: "Write it again" }).click();
  await expect(pane.getByRole("button", { name: "Edit “verbs of rest and sleep”" })).toBeVisible();
});

test("a vote on one of the dataset's own explanations stays after a reload", async ({ page }) => {
  const pane = await open(page, EXPLAINED);
  const second = pane.locator(".explanations > li").nth(1).getByRole("group");
  await second.getByRole("button", { name: "0 votes against it" }).click();
  await expect(second.getByRole("button", { name: "1 vote against it, with yours" })).toBeVisible();
  await page.reload();
  await expect(
    second.getByRole("button", { name: "1 vote against it, with yours", pressed: true }),
  ).toBeVisible();
  await expect(pane.getByRole("button", { name: /with yours/ })).toHaveCount(1);
  await second.getByRole("button", { name: "1 vote against it, with yours" }).click();
  await expect(pane.getByRole("button", { name: /with yours/ })).toHaveCount(0);
});

test("what is refused is a sentence at its field, and the words stay", async ({ page }) => {
  const pane = await open(page, "9/75");
  await form(pane);
  const text = pane.getByRole("textbox", TEXT);
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(text).toHaveAccessibleDescription(/The explanation is empty/);
  await text.fill("x".repeat(2001));
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(text).toHaveAccessibleDescription(/2,001 characters; at most 2,000/);
  await page.route("**/explanations", (route) => route.abort());
  await text.fill("words");
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(pane.getByRole("alert").filter({ hasText: "Is the server running?" })).toBeVisible();
  await expect(text).toHaveValue("words");
  await page.unroute("**/explanations");
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(pane.getByText("Your explanation is kept.")).toBeVisible();
});

test("markup and right-to-left characters are text, and change nothing around them", async ({ page }) => {
  const pane = await open(page, "9/88");
  const hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> \u202eمرحبا\u202e &amp; {{x}}";
  await suggest(page, hostile, "\u202e<b>Ada</b>");
  const said = pane.locator(".people .explanation");
  expect(await said.textContent()).toBe(drawn(hostile));
  expect(await pane.locator(".people .writer bdi").textContent()).toBe("\u202e<b>Ada</b>");
  await expect(pane.locator(".people :is(script, img, bdi b)")).toHaveCount(0);
  const date = pane.locator(".people .writer time");
  const [name, day] = [await pane.locator(".writer bdi").boundingBox(), await date.boundingBox()];
  expect((name?.x ?? 0) + (name?.width ?? 0)).toBeLessThan((day?.x ?? 0) + 1); // the date still comes after the name
});

test("everything by the keyboard alone", async ({ page }) => {
  const pane = await open(page, "9/114");
  await pane.getByRole("button", { name: "Suggest an explanation" }).focus();
  await page.keyboard.press("Enter");
  await expect(pane.getByRole("textbox", TEXT)).toBeFocused();
  await page.keyboard.type("jokes"); // j is a key of the page, but not while someone writes
  await page.keyboard.press("Tab");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await expect(pane.getByRole("button", { name: "Suggest an explanation" })).toBeFocused();
  await expect(pane.getByText("jokes", { exact: true })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(pane.getByRole("button", { name: "0 votes for it" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(pane.getByRole("button", { name: "1 vote for it, with yours" })).toBeFocused();
  for (let times = 0; times < 3; times++) await page.keyboard.press("Tab");
  const remove = pane.getByRole("button", { name: /delete “jokes”/i });
  await expect(remove).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(remove).toHaveText(/Click again/);
  await page.keyboard.press("Escape");
  await expect(remove).not.toHaveText(/Click again/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(pane.getByRole("button", { name: "Write it again" })).toBeFocused();
});

test("a text is scored: progress, then scores with their baselines, kept with the text", async ({ page }) => {
  const pane = await open(page, EXPLAINED);
  await form(pane);
  await pane.getByRole("textbox", TEXT).fill("words for all");
  await pane.getByRole("button", { name: "Score this text" }).click();
  await expect(pane.getByRole("progressbar")).toBeVisible();
  await expect(pane.getByText(new RegExp(`^\\d of \\d questions answered by ${MODEL}`))).toBeVisible();
  await expect(pane.getByText(`Scored by ${MODEL}.`)).toBeVisible();
  const scores = pane.locator(".people .scores").first();
  await expect(scores).toContainText(/correlation of simulated with real activations over \d+ tokens/);
  await expect(scores).toContainText(/shuffled −?\d.*token lookup/);
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(pane.getByText("Your explanation is kept.")).toBeVisible();
  await page.reload();
  await expect(pane.locator(".people .scores").first()).toContainText("correlation of simulated");
  await pane.locator(".people").getByText("How it was made").click();
  await expect(pane.locator(".people .facts").first()).toBeVisible();
  await page.reload(); // the link holds what is open
  await expect(pane.locator(".people .facts").first()).toBeVisible();
});

test("a score is cancelled, goes on while another page is looked at, and is found again", async ({
  page,
}) => {
  const pane = await open(page, "16/19");
  await suggest(page, "words for none");
  await expect(pane.getByText("not scored yet")).toBeVisible();
  await pane.getByRole("button", { name: /^Score this text/ }).click();
  await expect(pane.getByRole("progressbar")).toBeVisible();
  await pane.getByRole("button", { name: /^Cancel/ }).click();
  await expect(pane.getByText("Cancelled: not scored.")).toBeVisible();
  await pane.getByRole("button", { name: /^Score this text/ }).click();
  await expect(pane.getByRole("progressbar")).toBeVisible();
  await page.goto("./#/d/sample/9/151");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("151");
  await page.goBack();
  await expect(pane.getByText(`Scored by ${MODEL}.`)).toBeVisible();
  await expect(pane.locator(".people .scores").first()).toContainText("correlation of simulated");
});

for (const theme of ["light", "dark"] as const)
  test(`with the form and a score open, ${theme}: accessible, inside the window, and seen`, async ({ page }, {
    project,
  }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const unit = theme === "light" ? "2/112" : "2/164";
    const pane = await open(page, unit);
    await suggest(
      page,
      `one ${"long".repeat(40)} word\nand <another> line`,
      "A name of a person, rather long".repeat(2),
    );
    await suggest(page, "مرحبا بالعالم");
    await pane.locator(".people .votes button").first().click();
    await expect(pane.getByRole("button", { name: /with yours/ })).toHaveCount(1);
    await page.screenshot({ path: `${SHOTS}${project.name}-people-${theme}.png` });
    await pane.getByRole("button", { name: /^Edit/ }).first().click();
    await pane
      .getByRole("button", { name: /^Delete/ })
      .first()
      .click();
    await pane.getByRole("button", { name: "Suggest an explanation" }).click();
    await pane.locator(".write").first().getByRole("textbox", TEXT).fill("words");
    await pane
      .locator(".write")
      .first()
      .getByRole("button", { name: /^Score this text/ })
      .click();
    await expect(pane.getByText(`Scored by ${MODEL}.`)).toBeVisible();
    const { violations } = await axe(page).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(await unfit(page)).toBe(0);
    await pane.screenshot({ path: `${SHOTS}${project.name}-people-open-${theme}.png` });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await unfit(page)).toBe(0);
  });

guarded("a site with a token asks for it, keeps it, and asks again when it is refused", async ({ page }) => {
  const pane = await open(page, "9/128");
  await expect(pane.getByText("0 votes for it, 0 votes against it").first()).toBeVisible();
  await pane.getByText("Write and vote here").click();
  await pane.getByLabel(/asks for a token/).fill("not-the-token-of-this-site");
  await pane.getByRole("button", { name: "Use this token" }).click();
  await form(pane);
  await pane.getByRole("textbox", TEXT).fill("words for all");
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(pane.getByRole("alert").filter({ hasText: "asks for a token" })).toBeVisible();
  await pane.getByLabel(/asks for a token/).fill(TOKEN);
  await pane.getByRole("button", { name: "Use this token" }).click();
  await pane.getByRole("button", { name: "Suggest", exact: true }).click();
  await expect(pane.getByText("Your explanation is kept.")).toBeVisible();
  await page.reload();
  await pane.getByRole("button", { name: "0 votes for it" }).first().click();
  await expect(pane.getByRole("button", { name: "1 vote for it, with yours" })).toBeVisible();
});

readOnly("a site that only reads shows nothing of this and asks for nothing", async ({ page, data }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`./#/d/${data.dataset.name}/${EXPLAINED}`);
  await expect(page.locator("#activations .records").first()).toBeVisible();
  await expect(page.locator("#statistics dl")).toBeVisible(); // the late part of every page
  await expect(page.getByRole("region", { name: "From people" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /vote|Suggest|Score/ })).toHaveCount(0);
  expect(asked.filter((url) => /People|annotations|jobs/.test(url))).toEqual([]);
});
