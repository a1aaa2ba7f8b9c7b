/** The sample as a folder of files on a host that only sends files, under a path: its pages show what the server's do. */
import { join } from "node:path";
import { test as base, expect, type Page, SEED, seeded, title } from "./fixtures";
import { type Host, host } from "./host";
import { finished, withFolder } from "./processes";

const BELOW = "/lab/neurons/";

/** `packed` on a host with ranges, `files` on one without. */
const test = base.extend<object, { hosts: Record<"packed" | "files", Host> }>({
  hosts: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const made = async (form: "packed" | "files") => {
          const out = join(folder, form);
          await finished("neuronscope", ["export", "site", "sample=data/sample", `--${form}`, "--out", out]);
          return host(out, { below: BELOW, ranges: form === "packed" });
        };
        const [packed, files] = [await made("packed"), await made("files")];
        await use({ packed, files });
        await packed.close();
        await files.close();
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  others: async ({ hosts }, use) => use([hosts.packed.url, hosts.files.url]),
});

/** What each pane says, but for what only a server has. */
const panes = async (page: Page) => {
  await expect(page.locator("#provenance")).toBeVisible();
  await expect(page.locator(".loading, .wait")).toHaveCount(0);
  return page.locator(".pane").evaluateAll((all) =>
    all.map((pane) => {
      const shown = pane.cloneNode(true) as Element;
      for (const only of shown.querySelectorAll(".how, .bench-way")) only.remove();
      return `${pane.id}: ${shown.textContent}`;
    }),
  );
};

for (const form of ["packed", "files"] as const)
  test.describe(`${form}, seed ${SEED}`, () => {
    test("units show what the server's pages show", async ({ page, data, hosts }) => {
      test.slow();
      const random = seeded(SEED);
      const some = () => data.units[Math.floor(random() * data.units.length)] ?? { layer: 0, unit: 0 };
      for (const { layer, unit } of [{ layer: 9, unit: 746 }, some(), some()]) {
        await page.goto("about:blank");
        await page.goto(`./#/d/sample/${layer}/${unit}`);
        const live = await panes(page);
        await page.goto(`${hosts[form].url}#/d/sample/${layer}/${unit}`);
        await expect(title(page)).toContainText(`${unit}`);
        expect(await panes(page), `${layer}:${unit}`).toEqual(live);
      }
    });

    test("all units are sorted and filtered, and their words are there", async ({ page, hosts }) => {
      const query = "#/d/sample/explore?sort=score&where=score>=0.5";
      const rows = () => page.locator(".grid-port tbody tr").allTextContents();
      const settled = async () => {
        await expect(page.locator(".grid-port tbody tr").first()).toContainText("tokens");
        await expect(page.locator(".grid-port .wait")).toHaveCount(0);
        return rows();
      };
      await page.goto(`./${query}`);
      const live = await settled();
      await page.goto(`${hosts[form].url}${query}`);
      expect(await settled()).toEqual(live);
      await expect(page.getByRole("link", { name: "CSV" })).toHaveCount(0);
      await page.getByRole("button", { name: "As a list" }).click();
      await expect(page.getByRole("dialog").or(page.locator(".adding"))).toBeVisible();
    });

    test("from home to a unit, to a comparison, to lists, reports and the workbench", async ({
      page,
      hosts,
    }) => {
      await page.goto(hosts[form].url);
      await page.locator("a[href*='/d/sample/']").first().click();
      for (const [hash, heading] of [
        ["compare?units=29:237,29:990", /^Compare 29:237 and 29:990/],
        ["lists", /^Lists/],
        ["reports", /^Reports/],
        ["workbench/9/746", /^Workbench/],
      ] as const) {
        await page.goto(`${hosts[form].url}#/d/sample/${hash}`);
        await expect(title(page)).toHaveText(heading);
        await expect(page.locator(".loading")).toHaveCount(0);
        await expect(page.getByRole("alert")).toHaveCount(0);
      }
      await expect(page.locator(".magnifier, .how")).toHaveCount(0); // what nobody answers is not offered
    });
  });

test("the second unit of a layer takes six requests and 90 kB at most", async ({ page, hosts }) => {
  await page.goto(`${hosts.packed.url}#/d/sample/9/746`);
  await panes(page);
  await page.waitForLoadState("networkidle");
  const asked: number[] = [];
  page.on("response", async (response) => {
    asked.push(Number(await response.headerValue("content-length")));
  });
  await page.evaluate(() => {
    location.hash = "#/d/sample/9/1095";
  });
  await expect(title(page)).toContainText("1095");
  await panes(page);
  await page.waitForLoadState("networkidle");
  expect(asked.length).toBeLessThanOrEqual(6);
  expect(asked.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(90_000);
});

test("a packed site on a host without ranges says what is wrong", async ({ page, hosts }) => {
  await page.route("**/*.zip", (route) => {
    const { range: _, ...headers } = route.request().headers();
    return route.continue({ headers });
  });
  await page.goto(`${hosts.packed.url}#/d/sample/9/746`);
  await expect(
    page.getByText(/does not send parts of files .* publish it with --files/).first(),
  ).toBeVisible();
});
