/** A site read back from a bucket shows what the server shows. */
import { WITHOUT_AZURITE, withBucket } from "./azurite";
import { test as base, expect, SEED, seeded, title } from "./fixtures";
import { panes } from "./panes";

const test = base.extend<object, { bucket: string }>({
  bucket: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => (WITHOUT_AZURITE ? use("") : withBucket(["sample=data/sample"], use)),
    { scope: "worker", timeout: 60_000 },
  ],
  others: async ({ bucket }, use) => use(bucket ? [new URL(".", bucket).href] : []),
});
test.use({ ignoreHTTPSErrors: true }); // the authority was made for this run

test(`a site in a bucket shows what the server's pages show, seed ${SEED}`, async ({
  page,
  data,
  bucket,
}) => {
  test.skip(WITHOUT_AZURITE !== null, WITHOUT_AZURITE ?? "");
  const random = seeded(SEED);
  const some = data.units[Math.floor(random() * data.units.length)] ?? { layer: 0, unit: 0 };
  for (const { layer, unit } of [{ layer: 9, unit: 746 }, some]) {
    await page.goto(`./#/d/sample/${layer}/${unit}`);
    await expect(title(page)).toContainText(`${unit}`);
    const live = await panes(page);
    await page.goto("about:blank");
    await page.goto(`${bucket}#/d/sample/${layer}/${unit}`);
    await expect(title(page)).toContainText(`${unit}`);
    expect(await panes(page), `${layer}:${unit}`).toEqual(live);
    await page.goto("about:blank");
  }
  await page.goto(`${bucket}#/d/sample/explore?sort=score`);
  await expect(page.locator(".grid-port tbody tr").first()).toContainText("tokens");
});
