/** A unit in a frame of another site's page: drawn where that site is listed, and nowhere else. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { axe } from "./axe";
import { test as base, expect, type Page } from "./fixtures";
import { finished, freePort, ROOT, withFolder, withServer } from "./processes";
import { themesOn } from "./seen";

const SHOTS = join(ROOT, "artefacts/screenshots/");
const AT = { layer: 9, unit: 746 };

/** A page of another site with the lines of Python that a person would write on it. */
async function withPage<T>(html: string, port: number, use: (url: string) => Promise<T>): Promise<T> {
  const page = `<!doctype html><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"><h1>A post</h1>${html}`;
  const server: Server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8").end(page);
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise<void>((done) => server.close(() => done()));
  }
}

const test = base.extend<object, { posted: { listed: string; unlisted: string; site: string } }>({
  posted: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (cache) => {
        const [listed, unlisted] = [await freePort(), await freePort()];
        const given = [join(ROOT, "data/sample"), "--frames", `http://127.0.0.1:${listed}`];
        await withServer(given, cache, async (site) => {
          const line = `print(neuron_iframe("${site}api/datasets/sample", ${AT.layer}, ${AT.unit}, panes=["explanation", "activations", "logits"], height=600).html)`;
          const html = await finished("python", [
            "-c",
            `from neuronscope.iframe import neuron_iframe; ${line}`,
          ]);
          await withPage(html, listed, (one) =>
            withPage(html, unlisted, (other) => use({ listed: one, unlisted: other, site })),
          );
        });
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  others: async ({ posted }, use) => use(Object.values(posted)),
});

const frameIn = (page: Page) => page.frameLocator("iframe");

test("a page of a listed site shows the panes that it names, and links lead to the whole page in a new tab", async ({
  page,
  posted,
}) => {
  await page.goto(posted.listed);
  const frame = frameIn(page);
  await expect(frame.locator("#activations .heatmap").first()).toBeVisible();
  await expect(frame.locator("#logits")).toBeVisible();
  expect(await frame.locator(".pane").evaluateAll((panes) => panes.map(({ id }) => id))).toEqual([
    "explanation",
    "activations",
    "logits",
  ]);
  await expect(frame.locator(".bar, .jump, nav")).toHaveCount(0);
  for (const colorScheme of themesOn(page)) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await axe(page).include("iframe").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const width = page.viewportSize()?.width;
    await page.screenshot({ path: `${SHOTS}framed-${width}-${colorScheme}.png` });
  }
  const sideways = await frame.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(sideways).toBeLessThanOrEqual(0);

  // What a person opens in the frame stays there; its title opens the page.
  await frame.locator("#activations").getByText("Each text's own").click();
  const [opened] = await Promise.all([page.waitForEvent("popup"), frame.getByRole("heading", { level: 1 }).getByRole("link").click()]); // biome-ignore format: both at once
  await expect(opened.locator(".bar")).toBeVisible();
  expect(opened.url()).toBe(`${posted.site}#/d/sample/${AT.layer}/${AT.unit}?colour=text`);
  await expect(frame.locator("#activations .heatmap").first()).toBeVisible();
});

test("the browser shows nothing of it on a page of any other site", async ({ context, posted }) => {
  const page = await context.newPage(); // that the browser says why on its console is what is looked for
  const said = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  await page.goto(posted.unlisted);
  expect((await said).text()).toContain(posted.listed.replace(/\/$/, ""));
  await expect(frameIn(page).locator("#root")).toHaveCount(0);
});
