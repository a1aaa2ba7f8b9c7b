/** Dashboards in JupyterLab itself: the docs' examples, and what a person does with a widget there. */
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { WITHOUT_LAB, withLab } from "./lab";
import { ROOT } from "./processes";

test.skip(WITHOUT_LAB !== null, WITHOUT_LAB ?? "");

/** The first two of the page: three lines each, of texts that were collected and of text that is typed. */
const DOCS = [...readFileSync(`${ROOT}docs/dashboards.md`, "utf8").matchAll(/^```python\n(.*?)^```$/gms)]
  .slice(0, 2)
  .map(([, code]) => (code ?? "").trim());

const RECORDS = `from neuronscope.dashboards import OfflineFeatureDashboard
examples = {7: [(3.2, [" the", " <b>cat</b>", " sat"], [0.0, 3.2, 0.1]), (1.5, [" a", " dog"], [0.0, 1.5])], 8: [(1.0, [" x"], [1.0])]}
OfflineFeatureDashboard(examples).display()`;

const TYPED = `from neuronscope.dashboards import OnlineFeatureDashboard
import numpy as np

class Letters:
    def __call__(self, text, **given):
        return {"input_ids": [ord(letter) for letter in text]}
    def decode(self, ids, **given):
        return "".join(map(chr, ids if isinstance(ids, list) else [ids]))

def activations(text, features):
    if "boom" in text:
        raise ValueError("it went boom")
    return np.array([[(ord(letter) * (feature + 1)) % 13 / 13 - 0.2 for feature in features] for letter in text])

OnlineFeatureDashboard(activations, Letters(), features=[3, 5, 9], highlighted=[3, 5], text="hello there").display()`;

const shot = (page: Page, name: string) =>
  page.screenshot({ path: `${ROOT}artefacts/screenshots/notebook-${name}.png` });

/** Opens a notebook of two cells and runs both. */
async function runAll(page: Page, url: string) {
  await page.goto(url);
  await expect(page.getByText("Project | Idle")).toBeVisible({ timeout: 90_000 });
  await page.locator(".jp-CodeCell .cm-content").first().click();
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
}

test("the docs' three lines show a widget, light and dark as the notebook is @nightly", async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 1280, height: 1800 });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  expect(DOCS.map((code) => code.split("\n").filter(Boolean).length)).toEqual([3, 3]);
  await withLab(DOCS, async (url) => {
    await runAll(page, url);
    const records = page.locator(".dash-unit");
    await expect(records.locator(".heatmap").first()).toHaveText(" the cat sat", { timeout: 60_000 });
    const typed = page.locator(".dash-live .heatmap");
    await expect(typed).toContainText("The cat sat", { timeout: 120_000 }); // a model is loaded
    expect(await typed.locator("span[class]").count()).toBeGreaterThan(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const hosts = page.locator(`[data-theme="${colorScheme}"]`);
      await expect(hosts).toHaveCount(2); // of both widgets
      await shot(page, `docs-${colorScheme}`);
    }
    expect(faults).toEqual([]);
  });
});

test("examples and typed text are shown under their cells, and the kernel answers @nightly", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1280, height: 1800 });
  await withLab([RECORDS, TYPED], async (url) => {
    await runAll(page, url);

    const records = page.locator(".dash-unit");
    await expect(records.locator(".heatmap").first()).toContainText("<b>cat</b>", { timeout: 60_000 });
    await records.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("j"); // JupyterLab's key for the next cell
    await expect(records.getByRole("heading", { level: 1 })).toHaveText("Unit 8");
    await records.locator(".heatmap span").first().hover();
    await expect(page.getByRole("tooltip").first()).toContainText("100% of max");

    const typed = page.locator(".dash-live");
    await expect(typed.locator(".heatmap.under")).toContainText("hello there");
    await shot(page, "lab");
    const text = typed.getByRole("textbox").first();
    await text.fill("another <i>text</i>");
    await text.press("Enter");
    await expect(typed.locator(".heatmap")).toContainText("another <i>text</i>");
    await text.fill("boom");
    await text.press("Enter");
    await expect(typed.locator(".failed")).toContainText("it went boom");
    await expect(typed.locator(".heatmap")).toContainText("another <i>text</i>");
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as HTML" }).last().click();
    expect((await saved).suggestedFilename()).toMatch(/\.html$/);
    await shot(page, "lab-typed");
  });
});
