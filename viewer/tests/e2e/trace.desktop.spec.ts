/** A stored trace of the sample: pruned, its nodes pinned, grouped and opened, saved, and restored from its link. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredTrace } from "../../src/nouns";
import { nodeTitle } from "../../src/traceNodes";
import { axe } from "./axe";
import { expect, json, type Page, test } from "./fixtures";
import { finished, ROOT, withFolder } from "./processes";

const ID = "capital-of-japan";

/** Whether every node and link of a graph file is as the library writes it: but for what is of the whole graph. */
const SAME = `
import sys, pathlib
from dataclasses import replace
from neuronscope.codec import loads
from neuronscope.trace.graph import Graph, graph_of
from neuronscope.trace.nouns import StoredTrace
stored, graph = (pathlib.Path(name).read_bytes() for name in sys.argv[1:])
whole, given = graph_of(loads(stored, StoredTrace).report), loads(graph, Graph)
bare = lambda node: replace(node, influence=None)
assert all(bare(node) in map(bare, whole.nodes) for node in given.nodes)
assert all(link in whole.links for link in given.links)
assert replace(given.metadata, slug="") == replace(whole.metadata, slug="")
print("same")
`;

/** The trace, and the strongest of its nodes whose unit has a page in the dataset. */
async function traced(
  request: Parameters<typeof json>[0],
  data: { dataset: { root: string }; units: { layer: number; unit: number }[] },
) {
  const trace = await json<StoredTrace>(request, `${data.dataset.root}/traces/${ID}.json`);
  const { nodes } = trace.report;
  const held = new Set(data.units.map(({ layer, unit }) => `${layer}:${unit}`));
  const at = nodes.findIndex(({ layer, unit }) => held.has(`${layer}:${unit}`));
  const node = nodes[at];
  if (!node) throw new Error("no node of the trace is a unit of the dataset");
  return { trace, nodes, at, node };
}

const drawn = (page: Page) => page.locator("#graph svg .node");
const titled = (page: Page, name: string) => page.locator("#graph svg").getByRole("button", { name });

test("a stored trace is opened, pruned, pinned and grouped, a unit is opened, and the link restores it", async ({
  page,
  data,
  request,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { trace, nodes, at, node } = await traced(request, data);
  const [first, second] = nodes.slice(0, 2).map(nodeTitle) as [string, string];

  // From the home page to the trace.
  await page.goto(`./#/d/${data.dataset.name}`);
  await page.getByRole("link", { name: /^Trace/ }).click();
  await page.locator("#traces").getByRole("link", { name: trace.prompt }).click();
  await expect(page).toHaveURL(new RegExp(`/trace/${ID}$`));
  await expect(page.locator("#traced .heatmap")).toHaveText(trace.prompt);

  // Pruned.
  await expect(drawn(page)).toHaveCount(40);
  await page.getByRole("spinbutton", { name: "Nodes, as a number" }).fill("12");
  await page.getByRole("spinbutton", { name: "Edges, as a number" }).fill("20");
  await expect(drawn(page)).toHaveCount(12);
  await expect(page.locator("#graph .links path")).toHaveCount(20);

  // A weak node is pinned from the table, so it is drawn.
  await page.locator("#nodes").getByLabel("Layers").fill(String(node.layer));
  await page.locator("#nodes").getByLabel("Token").selectOption(String(node.position));
  const row = page.locator("#nodes tbody tr").filter({ hasText: `${node.layer}:${node.unit}` });
  await row.getByRole("button", { name: /^Pin/ }).click();
  await expect(drawn(page)).toHaveCount(at < 12 ? 12 : 13);

  // Two strong ones are pinned by keys and grouped.
  await titled(page, first).click();
  await page.keyboard.press("p");
  await titled(page, second).click();
  await page.keyboard.press("p");
  await expect(page.getByRole("list", { name: "Pinned nodes and groups" }).getByRole("listitem")).toHaveCount(
    3,
  );
  await page
    .getByRole("button", { name: `Unpin ${nodeTitle(node)}` })
    .first()
    .click();
  await page.getByLabel("Group the 2 pinned nodes as").fill("the strongest two");
  await page.getByRole("button", { name: "Group", exact: true }).click();
  await expect(titled(page, "the strongest two")).toBeVisible();
  await expect(titled(page, first)).toHaveCount(0);
  await row.getByRole("button", { name: /^Pin/ }).click();

  // What is next to it stays dark.
  await titled(page, nodeTitle(node)).hover();
  await expect(page.locator("#graph .node.faded").first()).toBeVisible();
  await page.mouse.move(0, 0);

  // Its unit is opened, and the way back has all of it.
  await titled(page, nodeTitle(node)).click();
  await expect(page.getByRole("region", { name: `About ${nodeTitle(node)}` })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(String(node.unit));
  await page.goBack();
  await expect(titled(page, "the strongest two")).toBeVisible();

  // The link, in a page that knows nothing of all this.
  await page.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(titled(other, "the strongest two")).toBeVisible();
  await expect(titled(other, nodeTitle(node))).toHaveAttribute("aria-pressed", "true");
  await expect(other.locator("#graph .links path")).toHaveCount(
    await page.locator("#graph .links path").count(),
  );
  await expect(other.locator("#nodes").getByLabel("Token")).toHaveValue(String(node.position));
  expect(await other.locator("#nodes tbody").innerText()).toBe(
    await page.locator("#nodes tbody").innerText(),
  );
});

test("the graph is saved as it is drawn", async ({ page, data, request }) => {
  await traced(request, data);
  await page.goto(`./#/d/${data.dataset.name}/trace/${ID}?nodes=5&edges=8`);
  await expect(drawn(page)).toHaveCount(5);
  const saved = async (kind: string): Promise<Buffer> => {
    const download = page.waitForEvent("download");
    await page.locator("#graph").getByRole("button", { name: kind, exact: true }).click();
    return readFileSync(await (await download).path());
  };
  const svg = String(await saved("SVG"));
  expect(svg.match(/<path /g)).toHaveLength(8);
  expect(svg).toContain('stroke="rgb('); // colours of its own, without the page's style
  expect(svg).not.toContain("var(--");
  expect((await saved("PNG")).subarray(1, 4).toString()).toBe("PNG");
  const file = JSON.parse(String(await saved("JSON")));
  expect(file.nodes).toHaveLength(6); // and the output
  expect(file.links).toHaveLength(8);
  await withFolder(async (folder) => {
    const [graph, copy] = [join(folder, "graph.json"), join(folder, "sample")];
    writeFileSync(graph, JSON.stringify(file));
    cpSync(join(ROOT, "data/sample"), copy, { recursive: true });
    expect(await finished("python", ["-c", SAME, join(copy, "traces", `${ID}.json`), graph])).toBe("same\n");
    await finished("neuronscope", ["import", "graph", graph, "--dataset", copy, "--id", "again"]);
    const { report } = JSON.parse(readFileSync(join(copy, "traces/again.json"), "utf8"));
    const { tokens } = (await json<StoredTrace>(request, `${data.dataset.root}/traces/${ID}.json`)).report;
    expect([report.tokens, report.nodes.length]).toEqual([tokens, 5]);
  });
});

test("units that count become a list", async ({ page, data }) => {
  await page.goto(`./#/d/${data.dataset.name}/trace/${ID}?units=300`);
  await page.getByRole("button", { name: "Make a list" }).click();
  await page.getByRole("combobox", { name: /to a list$/ }).fill("Of Japan");
  await page.getByRole("option", { name: /New list “Of Japan”/ }).click();
  await expect(page.getByText(/to “Of Japan”/)).toBeVisible();
});

for (const theme of ["light", "dark"] as const)
  for (const width of [1280, 390])
    test(`${theme}, ${width} px: accessible, and no wider than the screen`, async ({ page, data }) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.goto(`./#/d/${data.dataset.name}/trace/${ID}?pins=2&group=two:0.1&focus=g0`);
      await expect(drawn(page).first()).toBeVisible();
      await expect(page.locator("#verify canvas")).toBeVisible();
      const { violations } = await axe(page).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      const [inside, whole] = await page.evaluate(() => {
        const { clientWidth, scrollWidth } = document.documentElement;
        return [clientWidth, scrollWidth];
      });
      expect(whole).toBeLessThanOrEqual(inside ?? 0);
    });
