/** Each file of a unit missing in turn, refused, cut off, or hostile: its own panes say so, the others are as they were. */
import type { Page } from "@playwright/test";
import { expect, link, openUnit, test } from "./fixtures";

/** Which panes a file is shown in. */
const FILES: Record<string, readonly string[]> = {
  "dataset.json": ["provenance", "related-units"],
  "collated-activations/": ["activations", "statistics", "provenance"],
  "explanations/": ["explanation", "provenance"],
  "related-tokens/activation-based/": ["related-tokens"],
  "related-tokens/weight-based/": ["related-tokens"],
  "related-neurons/weight-based/": ["related-units"],
  "related-neurons/activation-based/": ["related-units"],
  "logits/": ["logits"],
};
const HOSTILE = "<img src=x onerror=alert(1)>";
type Fault = { status: number; body: string; alarms?: true };
const FAULTS: Record<string, Fault> = {
  missing: { status: 404, body: '{"title": "Not found", "status": 404, "detail": "there is no such file"}' },
  refused: {
    status: 500,
    body: '{"title": "Broken", "status": 500, "detail": "the disk is on fire"}',
    alarms: true,
  },
  "cut off": { status: 200, body: '{"neuron_id": {"layer_in', alarms: true },
  hostile: {
    status: 200,
    body: JSON.stringify({ tokens: HOSTILE, top: HOSTILE, layers: [HOSTILE], neighbours: [HOSTILE] }),
  },
};

/** What each pane says, when none waits any more. */
async function panes(page: Page): Promise<Record<string, string>> {
  await expect(page.locator("#provenance")).toBeVisible();
  await expect(page.locator(".loading")).toHaveCount(0);
  return page
    .locator(".pane")
    .evaluateAll((all) => Object.fromEntries(all.map(({ id, textContent }) => [id, textContent ?? ""])));
}

for (const [name, { status, body, alarms }] of Object.entries(FAULTS))
  test(`a file that is ${name} is told in its own panes${alarms ? " @nightly" : ""}`, async ({
    page,
    data,
  }) => {
    test.setTimeout(90_000);
    page.on("dialog", () => expect(name).toBe("a file whose script did not run"));
    const here = link(data, { layer: 9, unit: 746 });
    await openUnit(page, here);
    const whole = await panes(page);
    for (const [file, shown] of Object.entries(FILES)) {
      const where = new RegExp(`/api/datasets/[^/]+/${file}`);
      await page.route(where, (route) => route.fulfill({ status, contentType: "application/json", body }));
      await page.reload();
      const found = await panes(page);
      expect(Object.keys(found), file).toEqual(Object.keys(whole));
      for (const [id, text] of Object.entries(found))
        if (!shown.includes(id)) expect(text, `${id} without ${file}`).toBe(whole[id]);
      expect(found[shown[0] ?? ""], file).not.toBe(whole[shown[0] ?? ""]);
      if (alarms) await expect(page.locator(`#${shown[0]}`).getByRole("alert").first(), file).toBeVisible();
      expect(await page.locator("main img, main script").count()).toBe(0);
      await page.unroute(where);
    }
  });
