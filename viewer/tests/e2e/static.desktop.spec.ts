/** The sample as a folder of files on hosts that only send files, under a path: its pages show what the server's do. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test as base, expect, type Page, SEED, seeded, title } from "./fixtures";
import { withHost } from "./host";
import { WITHOUT_NGINX, withNginx } from "./nginx";
import { panes } from "./panes";
import { finished, withFolder } from "./processes";

const BELOW = "/lab/neurons/";
type Form = "packed" | "files";
type HostName = Form | `${Form} on nginx`;

type Sites = { sites: Record<Form, string>; hosts: Record<HostName, string>; unlisted: Record<Form, string> };

/**
 * Sites by form, and the address of each on each host: `packed` on hosts with ranges, `files` on hosts without; and on
 * buckets that refuse what is not there.
 */
const test = base.extend<object, Sites>({
  sites: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const made = async (form: Form) => {
          const out = join(folder, form);
          await finished("neuronscope", ["export", "site", "sample=data/sample", `--${form}`, "--out", out]);
          return out;
        };
        await use({ packed: await made("packed"), files: await made("files") });
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  hosts: [
    async ({ sites }, use) =>
      withHost(sites.packed, { below: BELOW, ranges: true }, (packed) =>
        withHost(sites.files, { below: BELOW, ranges: false }, async (files) => {
          const simple = { packed, files };
          if (WITHOUT_NGINX) return use({ ...simple, "packed on nginx": "", "files on nginx": "" });
          return withNginx(sites.packed, { ranges: true }, (packedThere) =>
            withNginx(sites.files, { ranges: false }, (filesThere) =>
              use({ ...simple, "packed on nginx": packedThere, "files on nginx": filesThere }),
            ),
          );
        }),
      ),
    { scope: "worker", timeout: 60_000 },
  ],
  unlisted: [
    async ({ sites }, use) => {
      const kind = { below: BELOW, ranges: true, unlisted: true };
      await withHost(sites.packed, kind, (packed) =>
        withHost(sites.files, kind, (files) => use({ packed, files })),
      );
    },
    { scope: "worker" },
  ],
  others: async ({ hosts, unlisted }, use) =>
    use([...Object.values(hosts), ...Object.values(unlisted)].filter(Boolean)),
});

for (const host of ["packed", "files", "packed on nginx", "files on nginx"] as const)
  test.describe(`${host}, seed ${SEED}`, () => {
    test.skip(host.endsWith("nginx") && WITHOUT_NGINX !== null, WITHOUT_NGINX ?? "");

    test("units show what the server's pages show", async ({ page, data, hosts }) => {
      test.slow();
      const random = seeded(SEED);
      const some = () => data.units[Math.floor(random() * data.units.length)] ?? { layer: 0, unit: 0 };
      for (const { layer, unit } of [{ layer: 9, unit: 746 }, some(), some()]) {
        await page.goto("about:blank");
        await page.goto(`./#/d/sample/${layer}/${unit}`);
        const live = await panes(page);
        await page.goto(`${hosts[host]}#/d/sample/${layer}/${unit}`);
        await expect(title(page)).toContainText(`${unit}`);
        expect(await panes(page), `${layer}:${unit}`).toEqual(live);
      }
    });

    // One server is enough for what only takes files that the others have taken.
    if (!host.endsWith("nginx"))
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
        await page.goto(`${hosts[host]}${query}`);
        expect(await settled()).toEqual(live);
        await expect(page.getByRole("link", { name: "CSV" })).toHaveCount(0); // the page makes it itself
        await page.getByRole("button", { name: "As a list" }).click();
        await expect(page.getByRole("dialog").or(page.locator(".adding"))).toBeVisible();
      });

    test("from home to a unit, to a comparison, to lists, reports, the workbench and a trace", async ({
      page,
      hosts,
    }) => {
      await page.goto(hosts[host]);
      await page.locator("a[href*='/d/sample/']").first().click();
      for (const [hash, heading] of [
        ["compare?units=29:237,29:990", /^Compare 29:237 and 29:990/],
        ["lists", /^Lists/],
        ["reports", /^Reports/],
        ["workbench/9/746", /^Workbench/],
        ["trace/mary-and-john", /^Trace/],
      ] as const) {
        await page.goto(`${hosts[host]}#/d/sample/${hash}`);
        await expect(title(page)).toHaveText(heading);
        await expect(page.locator(".loading")).toHaveCount(0);
        await expect(page.getByRole("alert")).toHaveCount(0);
      }
      await expect(page.locator("#graph svg .node")).toHaveCount(40);
      await expect(page.locator("#nodes tbody tr")).toHaveCount(25);
    });
  });

/** What check-site finds; it ends with another code than 0 where there is a fault. */
const found = async (url: string): Promise<Record<"level" | "what" | "said", string>[]> =>
  JSON.parse(await finished("neuronscope", ["check-site", url, "--json"])).checks;

for (const form of ["packed", "files"] as const)
  test(`check-site has nothing to say of ${form} on nginx as the docs set it up`, async ({ hosts }) => {
    test.skip(WITHOUT_NGINX !== null, WITHOUT_NGINX ?? "");
    const checks = await found(hosts[`${form} on nginx`]);
    expect(checks.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(checks.length).toBeGreaterThan(20);
  });

test("the second unit of a layer takes six requests and 90 kB at most", async ({ page, hosts }) => {
  await page.goto(`${hosts.packed}#/d/sample/9/746`);
  await panes(page);
  await page.waitForLoadState("networkidle");
  const asked: number[] = [];
  page.on("response", (response) => {
    asked.push(Number(response.headers()["content-length"]));
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

/** What a button saves. */
async function saved(page: Page, name: string): Promise<string> {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name, exact: true }).click();
  return readFile(await (await coming).path(), "utf8");
}

for (const form of ["packed", "files"] as const)
  test(`${form}: a selection is saved as the server gives it`, async ({ page, data, hosts }) => {
    const query = "sort=score&order=desc&where=score%3E%3D0.5";
    const given = await (await page.request.get(`${data.dataset.root}/units.json?${query}`)).json();
    await page.goto(`${hosts[form]}#/d/sample/explore?sort=score&where=score>=0.5`);
    expect(JSON.parse(await saved(page, "JSON of the selection"))).toEqual(given);
    const csv = await (await page.request.get(`${data.dataset.root}/units.csv?${query}`)).text();
    expect((await saved(page, "CSV of the selection")).split("\n")[0]).toBe(csv.split("\n")[0]);
    await expect(page.getByText("Saved as CSV.")).toBeVisible();
  });

test("what a search finds, and a list, are saved with what tables say of the units", async ({
  page,
  hosts,
}) => {
  await page.goto(`${hosts.packed}#/d/sample/search?q=tokens`);
  const hits = page.locator("#found .unit-row");
  await expect(hits.first()).toBeVisible();
  const { units } = JSON.parse(await saved(page, "JSON of the units found"));
  expect(units.length).toBeGreaterThan(0);
  await expect(hits.first()).toContainText(`${units[0].layer}:${units[0].unit}`);
  await page.goto(`${hosts.packed}#/d/sample/lists`);
  await page.locator("#own .list-lines a").first().click();
  await page.getByRole("button", { name: "Export" }).click();
  const lines = (await saved(page, "CSV of the units")).trim().split("\n");
  expect(lines[0]).toContain('"layer","unit","max"');
  expect(lines.length).toBeGreaterThan(1);
});

test("two units are compared by what is published of them as the server compares them", async ({
  page,
  hosts,
}) => {
  const alike = async (address: string) => {
    await page.goto(`${address}#/d/sample/compare?units=29:237,29:990`);
    const pane = page.locator("#pairs");
    await expect(pane.locator("section").first()).toBeVisible();
    return pane.locator("section").allTextContents();
  };
  const live = await alike("./");
  expect(await alike(hosts.packed)).toEqual(live);
  await page.getByRole("button", { name: /^How\? How alike: how it is worked out/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("published lists of the units most like each");
  await expect(dialog).toContainText("This page does so itself");
  await expect(dialog.locator(".line")).toHaveCount(0);
});

test("the command of the report names no folder of the site, which holds a part of the dataset", async ({
  page,
  hosts,
}) => {
  await page.goto(`${hosts.packed}#/d/sample/reports`);
  const told = page.locator("#scores .report-command");
  await expect(told.locator("code")).toHaveText("neuronscope report DATASET --html report.html");
  await expect(told).toContainText("DATASET is the folder that this site was made of.");
});

/** What the page asked for in vain. */
function vain(page: Page): string[] {
  const found: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) found.push(response.url());
  });
  return found;
}

test("a layer without explanations is not asked for them", async ({ page, hosts }) => {
  const refused = vain(page);
  await page.goto(`${hosts.packed}#/d/sample/29/237`);
  await expect(page.locator("#explanation")).toContainText("has not been explained in words yet");
  await panes(page);
  await page.waitForLoadState("networkidle");
  expect(refused).toEqual([]);
});

for (const form of ["packed", "files"] as const)
  test(`a bucket of ${form} that refuses what is not there shows what others show`, async ({
    page,
    hosts,
    unlisted,
  }) => {
    test.slow();
    for (const at of ["29/237", "9/746"]) {
      await page.goto(`${hosts[form]}#/d/sample/${at}`);
      const open = await panes(page);
      await page.goto(`${unlisted[form]}#/d/sample/${at}`);
      expect(await panes(page), at).toEqual(open);
    }
    // what has to be there is told of
    await page.route("**/api/site.json", (route) => route.fulfill({ status: 403, body: "AccessDenied" }));
    await page.reload();
    await expect(page.getByRole("alert")).toContainText("status 403");
  });

test("a packed site on a host without ranges says what is wrong", async ({ page, hosts }) => {
  await page.route("**/*.zip", (route) => {
    const { range: _, ...headers } = route.request().headers();
    return route.continue({ headers });
  });
  await page.goto(`${hosts.packed}#/d/sample/9/746`);
  await expect(
    page.getByText(/does not send parts of files .* publish it with --files/).first(),
  ).toBeVisible();
});

test("no page of a site is wider than a phone, or leans on a server", async ({ page, hosts }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const hash of ["9/746", "explore", "compare?units=29:237,29:990", "workbench/9/746"]) {
    await page.goto(`${hosts.packed}#/d/sample/${hash}`);
    await expect(title(page)).toBeVisible();
    await expect(page.locator(".loading, .wait")).toHaveCount(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide, hash).toBeLessThanOrEqual(0);
    await expect(page.getByText(/\bthe server\b/), hash).toHaveCount(0);
  }
});
