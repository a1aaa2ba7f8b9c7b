/** Reading a text with the mouse and with the arrow keys: each value is that of the JSON. */
import { asShown, expect, link, middleTop, numberIn, openUnit, test, textsOf, unitAt } from "./fixtures";

test("hovering tells each token's value", async ({ page, request, data }) => {
  const { at, first } = await middleTop(request, data);
  await openUnit(page, link(data, at, "?context=full"));
  const box = textsOf(page, "top").first();
  await box.hover();
  const tip = page.getByRole("tooltip");
  for (const token of await box.locator("[data-from]").all()) {
    const position = Number(await token.getAttribute("data-from"));
    const { x, y } = await token.evaluate((element) => {
      const [line] = element.getClientRects();
      return line ? { x: line.x + line.width / 2, y: line.y + line.height / 2 } : { x: 0, y: 0 };
    });
    await page.mouse.move(x, y);
    const place = new RegExp(`token ${position + 1} of ${first.tokens.length}`);
    await expect(tip.locator("[data-part=detail]")).toHaveText(place);
    const shown = numberIn(await tip.locator("[data-part=value]").textContent());
    expect(shown, `token ${position}`).toBe(asShown(first.activations[position]));
  }
});

test("the arrow keys tell each token's value and place", async ({ page, request, data }) => {
  const { at, first } = await middleTop(request, data);
  await openUnit(page, link(data, at, "?context=full"));
  await textsOf(page, "top").first().focus();
  const voice = page.locator("[aria-live=polite]:not([role])");
  for (let times = 0; times <= first.tokens.length; times++) await page.keyboard.press("ArrowLeft");
  for (let position = 0; position < first.tokens.length; position++) {
    const [heard] = await voice.allTextContents();
    expect(heard).toContain(`token ${position + 1} of ${first.tokens.length}`);
    const value = numberIn(heard?.match(/, (−?[\d.e+−]+), /)?.[1] ?? null);
    expect(value, heard).toBe(asShown(first.activations[position]));
    const shown = page.getByRole("tooltip").locator("[data-part=value]");
    expect(numberIn(await shown.textContent())).toBe(value);
    await page.keyboard.press("ArrowRight");
  }
});

test("a walk through a long text stays in the window, and so does its tooltip", async ({ page, data }) => {
  const tokens = Array.from({ length: 1500 }, (_, place) => ` word${place}`);
  const long = { tokens, activations: tokens.map((_, place) => (place === 900 ? 1 : 0)) };
  const neuron_id = { layer_index: 0, neuron_index: 0 };
  await page.route("**/collated-activations/**", (route) =>
    route.fulfill({ json: { neuron_id, most_positive_activation_records: [long] } }),
  );
  await openUnit(page, link(data, unitAt(data, 0), "?context=full"));
  await textsOf(page, "top").first().focus();
  const tip = page.getByRole("tooltip");
  const bar = (await page.locator(".bar").boundingBox())?.height ?? 0;
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.keyboard.press("ArrowRight"); // to the peak, far below
  for (const key of ["ArrowRight", "ArrowLeft"])
    for (let times = 0; times < 20; times++) {
      await page.keyboard.press(key);
      await page.evaluate(() => new Promise(requestAnimationFrame)); // scrolling has been told
      await expect(tip).toBeInViewport({ ratio: 1 });
      const token = await page.locator(".heatmap .current").boundingBox();
      expect(token?.y).toBeGreaterThanOrEqual(bar);
      expect((token?.y ?? 0) + (token?.height ?? 0)).toBeLessThanOrEqual(900);
    }
  await page.evaluate(() => window.scrollBy(0, 300)); // a person's own scrolling hides it
  await expect(tip).toBeHidden();
});

test("a text widens by Enter and by click, not by selecting in it", async ({ page, data }) => {
  await openUnit(page, link(data, unitAt(data, 0.6), "?context=line"));
  const box = page.locator(".heatmap.widens").first();
  const size = async () => ((await box.textContent()) ?? "").length;
  const line = await size();
  await box.focus();
  await page.keyboard.press("Enter");
  const snippet = await size();
  expect(snippet).toBeGreaterThan(line);
  await box.hover();
  const area = await box.boundingBox();
  if (!area) throw new Error("the text is not on the page");
  await page.mouse.move(area.x + 60, area.y + 10);
  await page.mouse.down();
  await page.mouse.move(area.x + 260, area.y + 10, { steps: 8 });
  await page.mouse.up();
  expect(await page.evaluate(() => getSelection()?.toString().length)).toBeGreaterThan(5);
  expect(await size()).toBe(snippet);
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await box.click({ position: { x: 120, y: 10 } });
  expect(await size()).toBeGreaterThan(snippet);
});
