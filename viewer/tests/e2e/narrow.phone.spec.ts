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
test("no page scrolls sideways at 360 px", async ({ page, data }) => {
  await page.setViewportSize({ width: 360, height: 740 });
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
    expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBe(360);
  }
});
