/**
 * Dashboards in JupyterLab itself. It is no dependency of ours: JUPYTER_LAB names one beside which anywidget is installed;
 * the notebook runs in the project's own environment.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { answering, freePort, program, ROOT, running, withFolder } from "./processes";

const LAB = process.env["JUPYTER_LAB"];
test.skip(!LAB, "JUPYTER_LAB names no JupyterLab");

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

const cell = (id: string, source: string) => ({
  cell_type: "code",
  id,
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
});

/** A folder with the notebook and a kernel of the project's environment; the address of a JupyterLab that shows it. */
async function withLab(use: (url: string) => Promise<void>) {
  await withFolder(async (folder) => {
    const kernel = `${folder}/data/kernels/project`;
    mkdirSync(kernel, { recursive: true });
    mkdirSync(`${folder}/notebooks`);
    const argv = [program("python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"];
    writeFileSync(
      `${kernel}/kernel.json`,
      JSON.stringify({ argv, display_name: "Project", language: "python" }),
    );
    const metadata = { kernelspec: { name: "project", display_name: "Project", language: "python" } };
    const cells = [cell("one", RECORDS), cell("two", TYPED)];
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata, cells };
    writeFileSync(`${folder}/notebooks/dashboards.ipynb`, JSON.stringify(notebook));
    const port = await freePort();
    const given = ["--no-browser", "--allow-root", `--port=${port}`, "--IdentityProvider.token=", "--ServerApp.password="]; // biome-ignore format: a list
    const places = {
      JUPYTER_DATA_DIR: `${folder}/data`,
      JUPYTER_CONFIG_DIR: folder,
      JUPYTER_RUNTIME_DIR: folder,
    };
    await running(LAB ?? "", [...given, `--ServerApp.root_dir=${folder}/notebooks`], places, async (lab) => {
      await answering(lab, `http://127.0.0.1:${port}/api`, 60);
      await use(`http://127.0.0.1:${port}/lab/tree/dashboards.ipynb`);
    });
  });
}

const shot = (page: Page, name: string) =>
  page.screenshot({ path: `${ROOT}artefacts/screenshots/notebook-${name}.png` });

test("examples and typed text are shown under their cells, and the kernel answers @nightly", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1280, height: 1800 });
  await withLab(async (url) => {
    await page.goto(url);
    await expect(page.getByText("Project | Idle")).toBeVisible({ timeout: 90_000 });
    await page.locator(".jp-CodeCell .cm-content").first().click();
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");

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
