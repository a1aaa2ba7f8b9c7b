/** The ways through the viewer, with the mouse and with keys alone. */
import { expect, link, openUnit, test, title, unitAt } from "./fixtures";

test("from home to a neuron by a click, on to the next, and back by history", async ({ page, data }) => {
  await page.goto("./");
  await expect(title(page)).toHaveText(data.dataset.model ?? data.dataset.title);
  const row = page.locator(".unit-row a").first();
  const href = await row.getAttribute("href");
  await row.click();
  await expect(page).toHaveURL(new RegExp(`${href}$`));
  await expect(title(page)).toBeFocused();
  const first = await title(page).textContent();
  await page
    .getByRole("link", { name: /^(Next|Previous):/ })
    .last()
    .click();
  await expect(title(page)).not.toHaveText(first ?? "");
  await page.goBack();
  await expect(title(page)).toHaveText(first ?? "");
  await page.goBack();
  await expect(page.locator(".unit-row").first()).toBeVisible();
});

test("a list's entry and another layer's units are a click away", async ({ page, data }) => {
  const last = data.manifest.layers.at(-1);
  await page.goto("./");
  await page.getByRole("link", { name: `Layer ${last?.index}`, exact: true }).click();
  await expect(page.locator(".unit-row a").first()).toHaveAttribute(
    "href",
    new RegExp(`/${last?.index}/\\d+$`),
  );
  if (!data.dataset.parts.includes("lists")) return;
  await page.locator(".list a").first().click();
  await expect(title(page)).toHaveText(/^Layer \d+ · \w+ \d+$/);
});

test("surprise me shows a unit of the dataset", async ({ page, data }) => {
  await page.goto("./");
  await page.getByRole("button", { name: "Surprise me" }).click();
  await expect(title(page)).toHaveText(/^Layer \d+ · \w+ \d+$/);
  const [layer, unit] = ((await title(page).textContent()) ?? "").match(/\d+/g)?.map(Number) ?? [];
  expect(data.units).toContainEqual({ layer, unit });
});

test("with keys alone: to a unit, through a text, on, to another layer, help, copy", async ({
  page,
  data,
  context,
  isMobile,
}) => {
  test.skip(isMobile, "a phone has no keyboard");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const at = data.units[0] ?? { layer: 0, unit: 0 };
  await page.goto("./");
  await expect(page.locator(".unit-row").first()).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.type(`${at.layer}:${at.unit}`);
  await page.keyboard.press("Enter");
  await expect(title(page)).toContainText(`Layer ${at.layer}`);
  await expect(page.locator(".heatmap").first()).toBeVisible();
  for (let presses = 0; presses < 40; presses++) {
    if (await page.evaluate(() => document.activeElement?.matches(".heatmap"))) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tooltip")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toBeHidden();
  const next = data.units[1];
  await page.keyboard.press("j");
  await expect(title(page)).toHaveText(new RegExp(`^Layer ${next?.layer} · \\w+ ${next?.unit}$`));
  await page.keyboard.press("k");
  await expect(title(page)).toHaveText(new RegExp(` ${at.unit}$`));
  const above = data.manifest.layers[1];
  if (above) {
    await page.keyboard.press("]");
    await expect(title(page)).toContainText(`Layer ${above.index} `);
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys and words" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("?");
  await page.mouse.click(5, 5); // beside it
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("c");
  await expect(page.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});

test("with a keyboard alone: from home to a unit, a token's value, the next unit, a search, the link", async ({
  page,
  context,
  isMobile,
}) => {
  test.skip(isMobile, "a phone has no keyboard, and its field stands behind a link");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const tabTo = async (selector: string) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((its) => document.activeElement?.matches(its), selector)) return;
    }
    throw new Error(`no Tab led to ${selector}`);
  };
  await page.goto("./");
  await expect(page.locator(".list a").first()).toBeVisible();
  await tabTo(".list a");
  await page.keyboard.press("Enter");
  await expect(page.locator("#activations .heatmap").first()).toBeVisible();
  await tabTo(".records .heatmap");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tooltip").locator("[data-part=value]")).toHaveText(/\d/);
  const before = await title(page).textContent();
  await page.keyboard.press("j");
  await expect(title(page)).not.toHaveText(before ?? "");
  await page.keyboard.press("/");
  await page.keyboard.type("the");
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Search");
  await expect(page.locator("#found .unit-row").first()).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText(/^Layer \d+ · \w+ \d+$/);
  await expect(page.locator("#activations .heatmap").first()).toBeVisible();
  await page.keyboard.press("c");
  await expect(page.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});

test("the dataset's ends say that there is nothing further", async ({ page, data }) => {
  const first = unitAt(data, 0);
  await openUnit(page, link(data, first));
  await expect(page.getByText(/none, this is the first/)).toBeAttached();
  await page.keyboard.press("k");
  await expect(title(page)).toHaveText(new RegExp(` ${first.unit}$`));
  await openUnit(page, link(data, unitAt(data, 1)));
  await expect(page.getByText(/none, this is the last/)).toBeAttached();
});

test("what was changed stands in the link, restores from it, and leaves no history", async ({
  page,
  data,
  context,
}) => {
  await openUnit(page, link(data, unitAt(data, 0.4)));
  const entries = await page.evaluate(() => history.length);
  await page.getByText("One line").click();
  await page.getByRole("button", { name: /^Show all \d+ of Top/ }).click();
  await expect(page).toHaveURL(/\?context=line&open=top$/);
  expect(await page.evaluate(() => history.length)).toBe(entries);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("radio", { name: "One line" })).toBeChecked();
  await expect(other.getByRole("button", { name: "Show fewer of Top" })).toBeVisible();
  await other.close();
});

test("the old form of a link shows the same unit", async ({ page, data }) => {
  const { layer, unit } = unitAt(data, 0.7);
  await openUnit(page, `#/layers/${layer}/neurons/${unit}`);
  await expect(title(page)).toHaveText(new RegExp(`^Layer ${layer} · \\w+ ${unit}$`));
});

test("the theme follows the system, can be changed, and is there before the page is", async ({ page }) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("./");
  const dark = await paper();
  await page.getByRole("button", { name: "Use the light theme" }).click();
  expect(await paper()).not.toBe(dark);
  await page.route("**/*.js", (route) => route.abort()); // the bundle never runs: the inline script alone decides
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.waitForLoadState("load");
  expect(await paper()).not.toBe(dark);
});
