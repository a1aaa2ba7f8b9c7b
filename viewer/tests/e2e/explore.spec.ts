/** The page of all units: its order and counts against the server's own, its link, its files, its keys; a mouse and a finger. */
import { readFileSync } from "node:fs";
import type { APIRequestContext, Page } from "@playwright/test";
import { MEASURES } from "../../src/columns";
import type { UnitRow } from "../../src/nouns";
import { axe } from "./axe";
import { type Data, expect, json, SEED, seeded, test, title } from "./fixtures";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;

const exploreOf = ({ dataset }: Data, query = "") => `#/d/${dataset.name}/explore${query && `?${query}`}`;
const rows = (page: Page) => page.locator(".grid-port tbody tr");
const counts = (page: Page) => page.locator(".filters-pane [role=status]");
const links = (page: Page) => rows(page).getByRole("link").allTextContents();
const chips = (page: Page) => page.getByRole("list", { name: "Filters" }).getByRole("listitem");

type Answer = { units: UnitRow[]; total: number };

const ask = (request: APIRequestContext, { dataset }: Data, query: string) =>
  json<Answer>(request, `${dataset.root}/units?${query}&limit=500`);

async function open(page: Page, hash: string): Promise<void> {
  await page.goto(`./${hash}`);
  await expect(rows(page).first()).toBeVisible();
  await expect(page.locator(".points canvas")).toBeVisible();
}

const named = ({ layer, unit }: UnitRow) => `${layer}:${unit}`;

/** What a link has to bring back. */
const shown = (page: Page) =>
  page.locator(".explore").evaluate((explore) => ({
    text: [...explore.querySelectorAll(".pane, .filters-pane")].map(({ textContent }) => textContent),
    chosen: [...explore.querySelectorAll<HTMLInputElement>("input:not([type=radio])")].map(
      (one) => one.checked,
    ),
    picked: [...explore.querySelectorAll("select")].map(({ value }) => value),
    ticks: [...explore.querySelectorAll<HTMLElement>(".axes span")].map(({ style }) =>
      style.cssText.slice(0, 14),
    ),
    pressed: [...explore.querySelectorAll(".strips button[aria-pressed=true]")].map((one) => one.textContent),
  }));

test(`seed ${SEED} › the order and the count are the server's, for columns and filters by chance`, async ({
  page,
  request,
  data,
}) => {
  const random = seeded(SEED);
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let round = 0; round < 4; round++) {
    const [sort, order, column] = [any(MEASURES), any(["asc", "desc"]), any(MEASURES)];
    const all = await ask(request, data, `sort=${column}`);
    const bound = any(all.units.map((unit) => unit[column]).filter((value) => value !== null));
    const where =
      round === 0 ? "" : `&where=${encodeURIComponent(`${column}${any([">=", "<="])}${bound ?? 0}`)}`;
    const query = `sort=${sort}&order=${order}${where}`;
    const { units, total } = await ask(request, data, query);
    await open(page, exploreOf(data, query));
    await expect(counts(page), query).toHaveText(`${total} of ${all.total} neurons`);
    const first = await links(page);
    expect(first, query).toEqual(units.slice(0, first.length).map(named));
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await expect(rows(page).last()).toHaveClass(/active/);
    const last = await links(page);
    expect(last, query).toEqual(units.slice(-last.length).map(named));
  }
});

test("whatever a person changed stands in the link, and a new window shows the same", async ({
  page,
  context,
  data,
}) => {
  await open(page, exploreOf(data));
  const before = await shown(page);
  await page.getByRole("button", { name: "Kurtosis" }).click();
  await page.getByRole("textbox", { name: "Number" }).fill("1%");
  await page.keyboard.press("Enter");
  await page.locator(".strips button").nth(1).click();
  await page.locator(".strips button").nth(3).click();
  await page.locator("#layers .choice").getByText("Best score").click();
  await page.getByRole("combobox", { name: "across" }).selectOption("max");
  await page.getByRole("checkbox", { name: "log scale across" }).check();
  await page.getByText("Columns", { exact: true }).click();
  await page.getByRole("checkbox", { name: "Skewness" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(page).toHaveURL(/zoom=/);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const changed = await shown(page);
  expect(changed).not.toEqual(before);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect.poll(() => shown(other), page.url()).toEqual(changed);
  await other.close();
});

test("a rectangle in the plot becomes filters, and what is in it is what the server finds", async ({
  page,
  request,
  data,
  isMobile,
}) => {
  await open(page, exploreOf(data));
  const plot = page.locator(".points");
  await plot.scrollIntoViewIfNeeded();
  if (isMobile) await page.locator("#plot").getByText("Select", { exact: true }).click();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the plot is not drawn");
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.9, { steps: 4 });
  await page.mouse.up();
  await expect(chips(page)).toHaveCount(4);
  const { total } = await ask(request, data, new URL(page.url()).hash.split("?")[1] ?? "");
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThan(data.units.length);
  await expect(counts(page)).toHaveText(`${total} of ${data.units.length} neurons`);
  await chips(page)
    .first()
    .getByRole("button", { name: /^Remove/ })
    .click();
  await expect(chips(page)).toHaveCount(3);
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(chips(page)).toHaveCount(3);
});

test("files of the selection have as many units as the table, in its order", async ({ page, data }) => {
  await open(page, exploreOf(data, "where=kurtosis>=500&sort=density&order=asc"));
  const [total] = ((await counts(page).textContent()) ?? "").split(" ");
  const first = await links(page);
  const file = async (name: string) => {
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name, exact: true }).click();
    return readFileSync(await (await coming).path());
  };
  const found = (JSON.parse((await file("JSON")).toString()) as Answer).units;
  expect(found).toHaveLength(Number(total));
  expect(found.slice(0, first.length).map(named)).toEqual(first);
  const csv = (await file("CSV")).toString();
  expect(csv.match(/^\d+,\d+,/gm)).toHaveLength(Number(total));
  const parquet = await file("Parquet");
  expect([parquet.subarray(0, 4), parquet.subarray(-4)].map(String)).toEqual(["PAR1", "PAR1"]);
});

test("with keys alone: a filter, an order, a row, its unit, and back to the row", async ({ page, data }) => {
  await open(page, exploreOf(data));
  const to = async (selected: string) => {
    for (let step = 0; step < 60; step++) {
      if (
        await page.locator(selected).evaluateAll((all) => all.includes(document.activeElement as HTMLElement))
      )
        return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`no Tab leads to ${selected}`);
  };
  await to("input[aria-label=Number]");
  await page.keyboard.type("2%");
  await page.keyboard.press("Enter");
  await expect(chips(page)).toHaveText(/density ≤ 2%/);
  await to(".strips button");
  await to("thead .sorted button");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/order=asc/);
  await to(".grid-port table");
  for (const key of ["PageDown", "ArrowDown", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
  const row = page.locator(".grid-port tr.active");
  const place = (await row.getByRole("link").textContent()) ?? "";
  expect(await row.getAttribute("aria-rowindex")).not.toBe("2");
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText(new RegExp(`^Layer ${place.replace(":", " · \\w+ ")}$`));
  await page.goBack();
  await expect(row.getByRole("link")).toHaveText(place);
  await expect(row).toBeInViewport();
});

test("the point under the pointer is named and opens; a finger names it, and a link opens it", async ({
  page,
  request,
  data,
  isMobile,
}) => {
  const { units } = await ask(request, data, "sort=kurtosis&where=density>=0&where=kurtosis>=0");
  const [unit] = units;
  if (!unit?.density || !unit.kurtosis) throw new Error("no unit has both numbers");
  // drawn in the middle of the plot
  const around = (value: number) => `${value * 0.5},${value * 2}`;
  await open(page, exploreOf(data, `zoom=${around(unit.density)},${around(unit.kurtosis)}`));
  const plot = page.locator(".points");
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  const position = { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 };
  const name = new RegExp(`^Layer ${unit.layer} · \\w+ ${unit.unit}$`);
  if (isMobile) {
    await plot.tap({ position });
    await page.getByRole("link", { name: `Neuron ${named(unit)}` }).click();
  } else {
    await plot.hover({ position });
    await expect(page.getByRole("tooltip")).toContainText(named(unit));
    await expect(page.locator(".ring")).toBeVisible();
    await plot.click({ position });
  }
  await expect(title(page)).toHaveText(name);
});

for (const theme of ["light", "dark"] as const)
  test(`${theme}: accessible, seen, and no wider than the screen`, async ({ page, data }, { project }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await open(page, exploreOf(data, "where=density<=0.01&layer=9,16"));
    await expect(page.locator(".wait")).toHaveCount(0);
    await page.screenshot({ path: `${SHOTS}${project.name}-explore-${theme}.png`, fullPage: true });
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBe(0);
    const { violations } = await axe(page).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
