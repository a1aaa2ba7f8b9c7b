/** Lists that people keep on a site: one makes and changes, another looks and copies. */
import { axe } from "./axe";
import { expect as hurried } from "./fixtures";
import { test } from "./peopled";

const expect = hurried.configure({ timeout: 20_000 });
test.describe.configure({ timeout: 60_000 });

test("a list on the site is its maker's to change, in two windows not unseen, and others keep a copy", async ({
  page,
  context,
  browser,
  baseURL,
}, { project }) => {
  const name = `Little words, ${project.name}`;
  await page.goto("./#/d/sample/9/128");
  await page.getByRole("button", { name: "Add to a list" }).click();
  await page.getByRole("combobox", { name: "Add 9:128 to a list" }).fill(name);
  await page.getByRole("option", { name: /on this site$/ }).click();
  await page.getByRole("link", { name: "Open it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByText("yours to change")).toBeVisible();
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByLabel("The address of this list")).toHaveValue(page.url());
  const { violations } = await axe(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);

  const later = await context.newPage();
  await later.goto(page.url());
  await later.getByRole("button", { name: "Note about 9:128" }).click();
  await later.getByRole("textbox", { name: "Label" }).fill("comma");
  await later.getByRole("button", { name: "Keep the note" }).click();
  await expect(later.locator(".said").getByText("Noted at 9:128.")).toBeVisible();
  await page.getByRole("button", { name: "Remove 9:128" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "has changed since it was opened" })).toBeVisible();
  await page.reload();
  await expect(page.getByText("comma", { exact: true })).toBeVisible();

  const other = await browser.newContext(baseURL ? { baseURL } : {});
  const theirs = await other.newPage();
  await theirs.goto(page.url());
  await expect(theirs.getByText("comma", { exact: true })).toBeVisible();
  await expect(theirs.getByRole("button", { name: /Remove|Delete|Title/ })).toHaveCount(0);
  await theirs.getByRole("button", { name: "Copy to this site" }).click();
  await theirs.getByRole("link", { name: "Open it" }).click();
  await expect(theirs.getByText("yours to change")).toBeVisible();
  await other.close();

  await page.getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("button", { name: /^Click again to delete/ }).click();
  const there = page
    .getByRole("region", { name: "On this site" })
    .getByRole("listitem")
    .filter({ hasText: name });
  await expect(there).toHaveCount(1); // the other's copy
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(there).toHaveCount(2);
  await expect(there.filter({ hasText: "yours" })).toHaveCount(1);
});
