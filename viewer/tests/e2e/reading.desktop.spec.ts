/** Reading a text with the mouse and with the arrow keys: each value is that of the JSON. */
import type { APIRequestContext } from "@playwright/test";
import type { ActivationRecord, UnitAddress } from "../../src/nouns";
import {
  asShown,
  type Data,
  expect,
  groupsOf,
  link,
  numberIn,
  openUnit,
  type Page,
  record,
  SEED,
  seeded,
  test,
  textsOf,
  unitAt,
} from "./fixtures";

test.use({ trace: "off" }); // a snapshot of the page for each of some thousand keys takes most of the time

type Picked = { at: UnitAddress; group: string; place: number; chosen: ActivationRecord };

const TEXTS = process.env["NIGHTLY"] ? 10 : 3;

/** Some units by chance, and of each a text by chance. */
async function picked(request: APIRequestContext, data: Data, seed: number): Promise<Picked[]> {
  const random = seeded(seed);
  const found: Picked[] = [];
  for (let turn = 0; turn < TEXTS; turn++) {
    const at = unitAt(data, random());
    const texts = groupsOf(await record(request, data, at)).flatMap(([group, records]) =>
      records.map((chosen, place) => ({ at, group, place, chosen })),
    );
    const one = texts[Math.floor(random() * texts.length)];
    if (one) found.push(one);
  }
  return found;
}

type Told = { position: number; value: string | null; detail: string; voice: string; token: string };

/** The text, its tokens drawn one by one; from now on the page notes what it says after each such event. */
async function openText(page: Page, data: Data, { at, group, place }: Picked, event: string) {
  await openUnit(page, link(data, at, `?context=full&open=${group}`));
  const box = textsOf(page, group).nth(place);
  await box.focus();
  await box.evaluate((text, name) => {
    const part = (of: string) => document.querySelector(`[role=tooltip] [data-part=${of}]`)?.textContent;
    const log: Told[] = [];
    const note = () => {
      const position = Number(part("detail")?.match(/token (\d+) of/)?.[1]) - 1;
      log.push({
        position,
        value: part("value") ?? null,
        detail: part("detail") ?? "",
        voice: document.querySelector("[aria-live=polite]:not([role])")?.textContent ?? "",
        token: text.querySelector(`[data-from="${position}"]`)?.textContent ?? "",
      });
    };
    Object.assign(window, { log });
    Object.assign(document, { [`on${name}`]: note }); // in place of the text before's
  }, event);
  return box;
}

const noted = (page: Page): Promise<Told[]> =>
  page.evaluate(() => (window as unknown as { log: Told[] }).log);

/** A token of this kind is drawn as it is stored. */
const plain = (token: string | undefined) => /^[ -~]+$/.test(token ?? "");

/** Every position was told, each with its number and its token. */
function expectTold(told: readonly Told[], { at, group, place, chosen }: Picked, positions: number[]) {
  const { tokens, activations } = chosen;
  const where = `${at.layer}:${at.unit} ${group} ${place}`;
  expect([...new Set(told.map(({ position }) => position))].toSorted((a, b) => a - b)).toEqual(positions);
  for (const { position, value, detail, token } of told) {
    expect(detail, where).toContain(`token ${position + 1} of ${tokens.length}`);
    expect(numberIn(value), `${where}, token ${position}`).toBe(asShown(activations[position]));
    if (plain(tokens[position]) && tokens[position + 1] !== "") expect(token).toBe(tokens[position]);
  }
}

test.describe(`seed ${SEED}, texts by chance`, () => {
  test("hovering tells each token's value", async ({ page, request, data }) => {
    test.slow();
    const texts = await picked(request, data, SEED);
    expect(texts).toHaveLength(TEXTS);
    for (const text of texts) {
      const box = await openText(page, data, text, "pointermove");
      const tokens = await box.evaluate((element) =>
        [...element.querySelectorAll("[data-from]")].map((token) => {
          const [line] = token.getClientRects();
          if (!line) throw new Error("a token has no place");
          const position = Number(token.getAttribute("data-from"));
          return { position, x: line.x + line.width / 2, y: line.y + line.height / 2 };
        }),
      );
      for (const { x, y } of tokens) await page.mouse.move(x, y);
      const positions = tokens.map(({ position }) => position);
      expectTold(await noted(page), text, positions);
      await page.mouse.move(1, 1);
    }
  });

  test("the arrow keys tell each token's value and place", async ({ page, request, data }) => {
    test.slow();
    for (const text of await picked(request, data, SEED + 1)) {
      await openText(page, data, text, "keyup");
      const { tokens, activations } = text.chosen;
      await page.keyboard.press("ArrowRight"); // to the peak
      const peak = (await noted(page))[0]?.position ?? 0;
      for (let at = peak; at > 0; at--) await page.keyboard.press("ArrowLeft");
      for (let at = 0; at < tokens.length; at++) await page.keyboard.press("ArrowRight");
      const told = await noted(page);
      expectTold(told, text, [...tokens.keys()]);
      for (const { position, voice } of told) {
        expect(voice).toContain(`token ${position + 1} of ${tokens.length}`);
        expect(numberIn(voice.match(/, (−?[\d.e+−]+), /)?.[1] ?? null)).toBe(asShown(activations[position]));
      }
    }
  });
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

test("what is chosen is seen without colours of our own, and paper shows texts without controls, marked where they are cut", async ({
  page,
  data,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await openUnit(page, link(data, unitAt(data, 0.6)));
  const background = (name: string) =>
    page.getByText(name, { exact: true }).evaluate((label) => getComputedStyle(label).backgroundColor);
  expect(await background("Snippet")).not.toBe(await background("One line"));
  await page.getByText("One line", { exact: true }).click();
  await expect.poll(() => background("One line")).not.toBe(await background("Snippet"));
  await page.emulateMedia({ forcedColors: "none", media: "print" });
  await expect(page.locator(".heatmap").first()).toBeVisible();
  for (const control of [".choice", "button:not(.widen)", ".bar", ".filters"])
    for (const one of await page.locator(control).all()) await expect(one, control).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await page.getByText("Snippet", { exact: true }).click();
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".widen").first()).toBeVisible(); // nothing is cut without a word
});
