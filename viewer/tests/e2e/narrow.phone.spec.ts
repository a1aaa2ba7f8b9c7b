/** On a phone: a tap tells a value, and nothing is wider than the screen. */
import { asShown, expect, link, middleTop, numberIn, openUnit, test, textsOf, unitAt } from "./fixtures";

test("a tap tells the value of the token under it and leaves the text as it is", async ({
  page,
  request,
  data,
}) => {
  const { at, first } = await middleTop(request, data);
  await openUnit(page, link(data, at));
  const box = textsOf(page, "top").first();
  const before = await box.textContent();
  const peak = box.locator(".peak");
  await peak.scrollIntoViewIfNeeded();
  const { x, y } = await peak.evaluate((element) => {
    const line = [...element.getClientRects()].at(-1);
    return line ? { x: line.x + line.width / 2, y: line.y + line.height / 2 } : { x: 0, y: 0 };
  });
  await page.touchscreen.tap(x, y);
  const position = Number(await box.locator(".peak").getAttribute("data-from"));
  const tip = page.getByRole("tooltip");
  await expect(tip).toBeVisible();
  const shown = numberIn(await tip.locator("[data-part=value]").textContent());
  expect(shown).toBe(asShown(first.activations[position]));
  expect(await box.textContent()).toBe(before);
});
for (const width of [360, 320])
  test(`no page scrolls sideways at ${width} px, and two datasets can be told apart`, async ({
    page,
    data,
  }) => {
    await page.setViewportSize({ width, height: 740 });
    const other = { ...data.dataset, name: "other", title: "Another dataset with a long name" };
    await page.route("**/api/site.json", async (route) => {
      const site = await (await route.fetch()).json();
      await route.fulfill({ json: { ...site, datasets: [data.dataset, other] } });
    });
    const at = unitAt(data, 0.5);
    const hashes = [
      "#/",
      "#/nowhere",
      ...["line", "snippet", "full"].map((context) => link(data, at, `?context=${context}&open=top,random`)),
    ];
    for (const hash of hashes) {
      await page.goto(`./${hash}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForLoadState("networkidle");
      expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBe(width);
      expect((await page.getByLabel("Dataset", { exact: true }).boundingBox())?.width).toBeGreaterThan(250);
      expect((await page.getByRole("textbox").boundingBox())?.width).toBeGreaterThan(80);
    }
    const right = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return (box?.x ?? 0) + (box?.width ?? 0);
    };
    expect((await page.locator(".swatches").boundingBox())?.width).toBeGreaterThan(80);
    expect(await right(".legend")).toBeLessThanOrEqual((await right("#activations")) - 12);
    await page.getByRole("button", { name: "Statistics", exact: true }).click();
    const bar = await page.locator(".bar").boundingBox();
    expect((await page.locator(".jump").boundingBox())?.height, "one line of chips").toBeLessThan(60);
    expect((await page.locator(".jump").boundingBox())?.y).toBeCloseTo((bar?.y ?? 0) + (bar?.height ?? 0), 0);
  });
