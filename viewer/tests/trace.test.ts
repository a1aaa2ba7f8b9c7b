/** What a person set on the page of traces, what is left of a graph, where it is drawn, and what effects add up to. */
import { expect, test } from "vitest";
import { graphFile } from "../src/graphFile";
import {
  FIRST_TRACING,
  formatTracing,
  groupedUnder,
  parseTracing,
  pinned,
  sortedBy,
  type Tracing,
  ungrouped,
} from "../src/trace";
import { FIRST_ASK, givenIn } from "../src/traceForm";
import { around, linksOf, METRIC, pruned } from "../src/traceGraph";
import { curve, laidOut, walked } from "../src/traceLayout";
import { effectWords, nodeTitle, tabled, unitOf, unitsOf } from "../src/traceNodes";
import { byLayerAndToken, kindShares, layerShares, strongest, tokenEffects } from "../src/traceSums";
import { manifest } from "./samples";
import { node, report, stored } from "./trace.samples";

const FULL: Tracing = {
  model: "m 1",
  shown: 12,
  edges: 0,
  pins: [3, 17],
  groups: [
    { name: "names: of people", nodes: [1, 2] },
    { name: "ünï & co", nodes: [9] },
  ],
  focus: "g1",
  counted: 2500,
  layers: [0, 28],
  token: 13,
  kind: "error",
  words: "verbs & rest",
  sort: "activation",
  order: "asc",
  page: 4,
};

test("everything that is set comes back from the link, and what is as it was at first is left out", () => {
  expect(parseTracing(formatTracing(FULL))).toEqual(FULL);
  expect(formatTracing(FIRST_TRACING)).toBe("");
  expect(parseTracing("")).toEqual(FIRST_TRACING);
  expect(parseTracing(formatTracing({ ...FIRST_TRACING, sort: "effect", order: "asc" })).order).toBe("asc");
});

test.each([
  ["nodes=0&edges=-3&units=99999", { shown: 1, edges: 60, counted: 10_000 }],
  ["pins=3.x.3.4&focus=<b>", { pins: [3, 4], focus: null }],
  ["group=:1.2&group=a:&group=b:1.2&group=c:2", { groups: [{ name: "b", nodes: [1, 2] }] }],
  ["group=b:1&pins=1.2", { pins: [2], groups: [{ name: "b", nodes: [1] }] }],
  ["sort=nothing&order=up&kind=thing&page=-1&token=x", {}],
])("what a link says wrongly is as it was at first: %s", (query, change) => {
  expect(parseTracing(query)).toEqual({ ...FIRST_TRACING, ...change });
});

test("nodes are pinned, grouped under a name, taken out of the group, and ungrouped", () => {
  const two = { ...FIRST_TRACING, ...pinned({ ...FIRST_TRACING, ...pinned(FIRST_TRACING, 1) }, 2) };
  expect(two.pins).toEqual([1, 2]);
  expect(pinned(two, 1).pins).toEqual([2]);
  expect(groupedUnder(two, "  ")).toMatch(/name/);
  expect(groupedUnder(FIRST_TRACING, "cats")).toMatch(/Pin nodes first/);
  const grouped = { ...two, ...(groupedUnder(two, " cats ") as Partial<Tracing>) };
  expect(grouped).toMatchObject({ pins: [], groups: [{ name: "cats", nodes: [1, 2] }], focus: "g0" });
  expect(pinned(grouped, 2)).toEqual({ pins: [2], groups: [{ name: "cats", nodes: [1] }] });
  expect(ungrouped(grouped, 0)).toEqual({ pins: [1, 2], groups: [], focus: null });
});

test("a column is sorted by the way it is mostly wanted, then the other way round", () => {
  expect(sortedBy(FIRST_TRACING, "effect")).toEqual({ sort: "effect", order: "asc", page: 0 });
  expect(sortedBy({ ...FIRST_TRACING, sort: "effect", order: "asc" }, "effect").order).toBe("desc");
});

const prune = (change: Partial<Tracing>) => pruned(report, { ...FIRST_TRACING, ...change });
const keys = (links: readonly { from: string; to: string }[]) => links.map(({ from, to }) => `${from}>${to}`);

test("the strongest nodes and links are left, with what is pinned; a node's own effect leads to the metric", () => {
  const graph = prune({ shown: 2, edges: 3, pins: [4] });
  expect(graph.items.map(({ key, pinned }) => [key, pinned])).toEqual([
    ["0", false],
    ["1", false],
    ["4", true],
  ]);
  expect(keys(graph.links)).toEqual(["0>metric", "1>metric", "1>0"]);
  expect(graph.left).toEqual({ nodes: 7, links: 4 });
  expect(prune({ shown: 7, edges: 0 }).links).toEqual([]);
  expect(keys(pruned({ ...report, edges: null }, { ...FIRST_TRACING, shown: 1 }).links)).toEqual([
    "0>metric",
  ]);
});

test("a group is one item: its effects and edges are added up, those inside it are gone", () => {
  const graph = prune({ shown: 1, groups: [{ name: "cats", nodes: [2, 1] }] });
  const [alone, group] = graph.items;
  expect([alone?.key, group?.key, group?.name]).toEqual(["0", "g0", "cats"]);
  expect(group).toMatchObject({ nodes: [1, 2], layer: 2, position: 1, group: true });
  expect(group?.effect).toBeCloseTo(0.2);
  const edge = graph.links.find(({ to }) => to === "0");
  expect(edge?.from).toBe("g0");
  expect(edge?.effect).toBeCloseTo(0.4);
  const inside = prune({ shown: 1, groups: [{ name: "all", nodes: [0, 1, 2] }] });
  expect(keys(inside.links)).toEqual(["g0>metric"]);
});

test("what is next to a node is what a link joins it to", () => {
  const { links } = prune({ shown: 7, edges: 100 });
  expect([...around(links, "3")].toSorted()).toEqual(["1", "2", "3", "4", METRIC]);
  expect(keys(linksOf(links, "3").from)).toEqual(["4>3", "2>3", "1>3"]);
  expect(keys(linksOf(links, "3").to)).toEqual(["3>metric"]);
});

test("tokens go across and layers up, no two nodes overlap, and the metric is on top where it is read", () => {
  const crowd = Array.from({ length: 20 }, (_, unit) => node(2, unit, 1, -1 / (unit + 1)));
  const graph = pruned({ ...report, nodes: [...crowd, ...report.nodes] }, { ...FIRST_TRACING, shown: 27 });
  const { spots, columns, rows, width, height } = laidOut(graph.items, report.tokens, { at: 3, room: 900 });
  expect(rows.map(({ name }) => name)).toEqual(["5", "4", "2"]);
  expect(width).toBeGreaterThanOrEqual(899);
  const places = [...spots.values()];
  for (const [at, one] of places.entries())
    for (const other of places.slice(at + 1))
      expect(Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y))).toBeGreaterThanOrEqual(17.9);
  for (const item of graph.items) {
    const [spot, column] = [spots.get(item.key), columns[item.position]];
    expect(spot && column && spot.x > column.x && spot.x < column.x + column.width, item.key).toBe(true);
  }
  const top = spots.get(METRIC);
  expect(Math.min(...places.map(({ y }) => y))).toBe(top?.y);
  expect(top?.x).toBeCloseTo((columns[3]?.x ?? 0) + (columns[3]?.width ?? 0) / 2);
  expect(Math.max(...places.map(({ y }) => y))).toBeLessThan(height);
  expect(laidOut([], [], { at: -1, room: 0 }).spots.get(METRIC)).toBeDefined();
});

test("arrows walk along a layer and to the nearest node of the next one, up to the metric", () => {
  const { spots } = laidOut(prune({ shown: 7 }).items, report.tokens, { at: 3, room: 600 });
  expect(walked(spots, "5", "ArrowRight")).toBe("1");
  expect(walked(spots, "1", "ArrowRight")).toBe("4");
  expect(walked(spots, "1", "ArrowLeft")).toBe("5");
  expect(walked(spots, "2", "ArrowUp")).toBe("3");
  expect(walked(spots, "3", "ArrowUp")).toBe("0");
  expect(walked(spots, "0", "ArrowUp")).toBe(METRIC);
  expect(walked(spots, METRIC, "ArrowUp")).toBeNull();
  expect(walked(spots, "0", "Enter")).toBeNull();
  expect(curve({ x: 1, y: 90, width: 18 }, { x: 5, y: 10, width: 18 })).toMatch(/^M1 84C1 \d+ 5 \d+ 5 16$/);
});

test("the graph as a file is what others read: weights raise, groups are supernodes, an id is of one node", () => {
  const groups = [{ name: "cats", nodes: [1, 5] }];
  const file = graphFile(stored, { shown: 1, edges: 100, pins: [2], groups });
  expect(file.nodes.map((node) => [node.node_id, node.feature_type])).toEqual([
    ["5_131_3", "cross layer transcoder"],
    ["2_7_1", "cross layer transcoder"],
    ["2_7_2", "cross layer transcoder"],
    ["2_error_0", "mlp reconstruction error"],
    ["6_7_3", "logit"],
  ]);
  expect(file.qParams).toMatchObject({ pinnedIds: ["2_7_2"], supernodes: [["cats", "2_7_1", "2_error_0"]] });
  expect(file.links).toContainEqual({ source: "5_131_3", target: "6_7_3", weight: 1 }); // raises
  expect(file.links).toContainEqual({ source: "2_7_1", target: "5_131_3", weight: -0.7 });
  const influences = file.nodes.map((node) => ("influence" in node ? Number(node.influence) : 0));
  expect(influences.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1);
  expect(graphFile(stored, { shown: 2, edges: 1, pins: [], groups: [] }).links).toHaveLength(1);
});

test("the table is filtered by layer, token, kind and words, and sorted", () => {
  const words = ({ unit }: { unit: number | null }) => (unit === 7 ? "Verbs of rest" : null);
  const rows = (change: Partial<Tracing>) => tabled(report.nodes, { ...FIRST_TRACING, ...change }, words);
  expect(rows({})).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(rows({ sort: "effect", order: "asc" })).toEqual([0, 2, 4, 6, 5, 3, 1]);
  expect(rows({ sort: "layer", order: "asc" })).toEqual([5, 4, 1, 2, 3, 6, 0]);
  expect(rows({ layers: [2], token: 1 })).toEqual([1, 4]);
  expect(rows({ kind: "error" })).toEqual([5]);
  expect(rows({ words: "rest verbs" })).toEqual([1, 2]);
});

test("a node is said in words, and leads to a page only where the dataset has one", () => {
  const [best, , , , , error] = report.nodes;
  expect(best && nodeTitle(best)).toBe("5:131 at ␣on");
  expect(error && nodeTitle(error)).toBe("error of layer 2 at The");
  expect(effectWords(-0.96)).toBe("effect −0.96: raises the metric");
  expect(effectWords(0.5)).toMatch(/lowers/);
  expect(effectWords(0)).toBe("no effect");
  const at = (place: number, source = "mlp") => {
    const one = report.nodes[place];
    return one && unitOf(one, source, manifest.layers);
  };
  expect([at(0), at(3), at(5), at(0, "sae")]).toEqual([{ layer: 5, unit: 131 }, null, null, null]);
  expect(unitsOf(report.nodes, "mlp").map(({ unit }) => unit)).toEqual([131, 7, 9, 3, 40]);
});

test("effects are added up by token, kind and layer, over all nodes", () => {
  expect(tokenEffects(report).map((effect) => Number(effect.toFixed(6)))).toEqual([0.25, 0.4, -0.6, -0.4]);
  const { unit, error } = kindShares(report);
  expect([unit.share, error.share]).toEqual([5.5 / 6, 0.5 / 6]);
  expect(layerShares(report).map(({ name, share }) => [name, share])).toEqual([
    ["2", 1 / 3],
    ["4", 1 / 3],
    ["5", 1 / 3],
  ]);
  expect(
    kindShares({ ...report, completeness: { ...report.completeness, layers: [] } }).unit.share,
  ).toBeNull();
});

test("errors are no units, and the strongest units are told by layer and token", () => {
  expect(strongest(report.nodes, 100)).toEqual([0, 1, 2, 3, 4, 6]);
  const rows = byLayerAndToken(report, strongest(report.nodes, 4));
  expect(rows.map(({ layer }) => layer)).toEqual([5, 4, 2]);
  expect(rows[2]?.cells.map(({ effect, nodes }) => [effect, nodes])).toEqual([
    [0, 0],
    [0.8, 1],
    [-0.6, 1],
    [0, 0],
  ]);
});

test("what is asked for is written as the server reads it, or a sentence says what is missing", () => {
  const ask = { ...FIRST_ASK, text: "The cat", answer: " sat", rival: " ran" };
  expect(givenIn(ask)).toEqual({
    text: "The cat",
    metric: "difference: sat, ran",
    baseline: "zero",
    method: "patching",
  });
  expect(givenIn({ ...ask, metric: "loss" })).toMatchObject({ metric: "loss" });
  expect(givenIn({ ...ask, metric: "logit" })).toMatchObject({ metric: "logit: sat" });
  expect(givenIn({ ...ask, baseline: "text", other: "A dog" })).toMatchObject({ baseline_text: "A dog" });
  const wrong = [
    { text: "" },
    { answer: "" },
    { rival: " sat" },
    { rival: "a,b" },
    { baseline: "text" as const },
  ];
  for (const change of wrong) expect(givenIn({ ...ask, ...change }), JSON.stringify(change)).toMatch(/\.$/);
});
