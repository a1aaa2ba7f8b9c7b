/** Lists over the real server, which only reads: made with a key, ordered, noted, carried to another machine in a link. */

import type { Page } from "@playwright/test";
import { axe } from "./axe";
import { type Data, expect, link, openUnit, test, title, unitAt } from "./fixtures";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;
const lists = ({ dataset }: Data, rest = "") => `#/d/${dataset.name}/lists${rest}`;
const said = (page: Page, text: string | RegExp) =>
  expect(page.locator(".said").getByText(text)).toBeVisible();
const places = (page: Page) =>
  page
    .locator(".list-rows .unit-row > a")
    .evaluateAll((links) => links.map((link) => link.textContent?.replace(/^\w+ /, "")));
const placeOf = (data: Data, share: number) => {
  const { layer, unit } = unitAt(data, share);
  return `${layer}:${unit}`;
};

/** Adds units to a list with the key, the first one to a new list. */
async function add(page: Page, data: Data, shares: readonly number[]) {
  for (const [turn, share] of shares.entries()) {
    await openUnit(page, link(data, unitAt(data, share)));
    await page.keyboard.press("a");
    await expect(page.getByRole("combobox", { name: /^Add / })).toBeFocused();
    if (turn === 0) await page.keyboard.type("Verbs of rest");
    await page.keyboard.press("Enter");
    await said(page, `Added ${placeOf(data, share)} to “Verbs of rest”.`);
  }
}

test("with keys alone: units into a list, in another order, with a note, and back out", async ({
  page,
  data,
  isMobile,
}) => {
  test.skip(isMobile, "the same code on every screen");
  await add(page, data, [0.2, 0.5, 0.8]);
  const [first, second, third] = [0.2, 0.5, 0.8].map((share) => placeOf(data, share));
  await page.getByRole("link", { name: "Open it" }).focus();
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Verbs of rest");
  await expect.poll(() => places(page)).toEqual([first, second, third]);
  await page.keyboard.press("j");
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(() => places(page)).toEqual([second, first, third]);
  await expect(page.getByRole("link", { name: `${first}` })).toBeFocused();
  await page.getByRole("button", { name: `Move ${first} down` }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => places(page)).toEqual([second, third, first]);
  await page.keyboard.press("Tab"); // where it is now it cannot go further down
  await page.getByRole("button", { name: `Note about ${first}` }).press("Enter");
  await page.keyboard.type("<b>sit</b>");
  await page.keyboard.press("Enter");
  await said(page, `Noted at ${first}.`);
  await expect(page.locator(".list-rows").getByText("<b>sit</b>")).toBeVisible();
  await expect(page.getByRole("button", { name: `Note about ${first}` })).toBeFocused();
  await page.getByRole("button", { name: `Remove ${second}` }).press("Enter");
  await expect.poll(() => places(page)).toEqual([third, first]);
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await expect.poll(() => places(page)).toEqual([second, third, first]);
  await page.reload();
  await expect.poll(() => places(page)).toEqual([second, third, first]);
  await page.getByRole("link", { name: `${third}` }).press("Enter");
  await expect(title(page)).toHaveText(`Layer ${third?.split(":")[0]} · Neuron ${third?.split(":")[1]}`);
});

test("a list made in one browser opens from its link in another, which keeps a copy", async ({
  page,
  data,
  browser,
  baseURL,
}) => {
  await add(page, data, [0.1, 0.9]);
  await page.getByRole("link", { name: "Open it" }).click();
  await expect.poll(() => places(page)).toHaveLength(2);
  await page.getByRole("button", { name: "Share" }).click();
  const address = await page.getByLabel("The whole list is in this link").inputValue();
  const other = await browser.newContext(baseURL ? { baseURL } : {});
  const theirs = await other.newPage();
  await theirs.goto(address);
  await expect(title(theirs)).toHaveText("Verbs of rest");
  await expect.poll(() => places(theirs)).toEqual(await places(page));
  await expect(theirs.getByRole("button", { name: /Remove|Delete/ })).toHaveCount(0);
  await theirs.getByRole("button", { name: "Keep a copy" }).click();
  await theirs.getByRole("link", { name: "Open it" }).click();
  await expect(theirs.getByRole("button", { name: /^Remove/ })).toHaveCount(2);
  await theirs.goto(page.url()); // kept by the first browser alone
  await expect(theirs.getByText(/not kept in this browser/)).toBeVisible();
  for (const broken of [
    address.slice(0, -9),
    `${address.split("=")[0]}=${"A".repeat(60)}`,
    `${address}${"A".repeat(9000)}`,
  ]) {
    await theirs.goto("about:blank");
    await theirs.goto(broken);
    await expect(
      theirs.getByRole("alert").filter({ hasText: /cannot be read|longer than any/ }),
    ).toBeVisible();
  }
  await other.close();
});

test("what is exported is imported as the same, in three forms the first of which a dataset can have", async ({
  page,
  data,
  isMobile,
}) => {
  test.skip(isMobile, "the same code on every screen");
  await page.goto(`./${lists(data, "/own-1")}`);
  await expect.poll(() => places(page)).not.toEqual([]);
  const shown = await places(page);
  await page.getByRole("button", { name: "Export" }).click();
  const saved = async (name: RegExp) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name }).click(),
    ]);
    const stream = await download.createReadStream();
    return { name: download.suggestedFilename(), text: Buffer.concat(await stream.toArray()).toString() };
  };
  const [json, csv, text] = [await saved(/^JSON/), await saved(/^CSV/), await saved(/^Text/)];
  const own = await (await page.request.get(`${data.dataset.root}/lists.json`)).json();
  expect(JSON.parse(json.text)).toEqual({ lists: [own.lists[0]] });
  expect(csv.text.trim().split("\r\n")).toHaveLength(shown.length + 1);
  for (const { name, text: given } of [json, text]) {
    await page.goto(`./${lists(data)}`);
    await page.getByRole("button", { name: "Import" }).click();
    await page
      .getByLabel("A file")
      .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(given) });
    await expect(page.getByRole("textbox", { name: /lists.json/ })).not.toBeEmpty();
    await page.locator(".write").getByRole("button", { name: "Import" }).click();
    await page.getByRole("link", { name: "Open it" }).click();
    await expect(title(page)).toHaveText(own.lists[0].title);
    await expect.poll(() => places(page)).toEqual(shown);
  }
});

test("a browser that stores nothing keeps a list while the page is open, and says so", async ({
  page,
  data,
  isMobile,
}) => {
  test.skip(isMobile, "the same code on every screen");
  await page.addInitScript(() => {
    for (const name of ["getItem", "setItem"] as const)
      Storage.prototype[name] = () => {
        throw new DOMException("denied", "SecurityError");
      };
  });
  await openUnit(page, link(data, unitAt(data, 0.5)));
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: /^Add / }).fill("Verbs");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Open it" }).click();
  await expect.poll(() => places(page)).toEqual([placeOf(data, 0.5)]);
  await page.getByRole("link", { name: "All lists" }).click();
  await expect(page.getByText("This browser keeps nothing")).toBeVisible();
});

for (const theme of ["light", "dark"] as const)
  test(`all lists, one, and its forms, ${theme}: accessible, inside the window, and seen`, async ({
    page,
    data,
  }, { project }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const unfit = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const check = async (name: string) => {
      const { violations } = await axe(page).analyze();
      expect(violations.map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await unfit()).toBe(0);
    };
    await page.goto(`./${lists(data)}`);
    await page.getByRole("button", { name: "Import" }).click();
    const lines = [
      `# ${"long".repeat(30)}`,
      "# A note.",
      ...[0.1, 0.5].map((share) => `${placeOf(data, share)}\tsit\t${"words ".repeat(30)}`),
      "0:99999 nowhere",
    ];
    await page.getByRole("textbox", { name: /lists.json/ }).fill(lines.join("\n"));
    await page.locator(".write").getByRole("button", { name: "Import" }).click();
    await said(page, /Imported 1 list/);
    await page.getByRole("button", { name: "Import" }).click();
    await check("all, and a form");
    await page.screenshot({ path: `${SHOTS}${project.name}-lists-${theme}.png` });
    await page.getByRole("link", { name: "Open it" }).click();
    await page
      .getByRole("button", { name: /^Note about/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Share" }).click();
    await expect(page.getByLabel("The whole list is in this link")).toBeVisible();
    await page.waitForLoadState("networkidle");
    await check("one");
    await page.screenshot({ path: `${SHOTS}${project.name}-list-${theme}.png` });
    await page.getByRole("button", { name: "Title and note" }).click();
    expect(await unfit()).toBe(0);
  });
