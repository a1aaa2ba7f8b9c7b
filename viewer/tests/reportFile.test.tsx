/** Units as one HTML file, read again as the file's own script reads it; and what stands in it for who has no scripts. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageSource } from "../src/dashboard/source";
import type { ActivationRecord, DatasetEntry, Manifest, NeuronRecord } from "../src/nouns";
import { escaped, plainUnit, visible } from "../src/plainUnit";
import { reportFile } from "../src/reportFile";
import { MOST_UNITS, readReport } from "../src/reportReading";
import type { ShownUnit } from "../src/shown";

const frame = readFileSync("explainer/neuronscope/dashboards/data/frame.html", "utf8");
const HOSTILE = [
  "<b>x</b>",
  "</script><script>alert(1)</script>",
  "{{data}}",
  "$&",
  "\u202e",
  "\0",
  "\ud800",
  "\r",
  "\n",
];

const text = (tokens: string[]): ActivationRecord => ({
  tokens,
  activations: tokens.map((_, place) => (place === 0 ? 2 : 0.5)),
});
const unit = (key: string, tokens = [" a", " cat"]): ShownUnit => ({
  key,
  record: {
    neuron_id: { layer_index: 0, neuron_index: 0 },
    most_positive_activation_records: [text(tokens)],
  } as NeuronRecord,
  explanations: [{ explanation: ` words of ${key} `, scored_simulation: null } as never],
});
const manifest = {
  title: "Sample",
  model: { name: "small" },
  source: { kind: "mlp", hook: "blocks.0" },
  layers: [{ index: 0, units: 9 }],
  files: { "a.json": { bytes: 1, sha256: "x" } },
} as unknown as Manifest;

const parsed = (html: string) => new DOMParser().parseFromString(html, "text/html");

test("a file's script finds every unit in it, block by block, whatever its tokens are", async () => {
  const units = Array.from({ length: 45 }, (_, place) => unit(`3:${place}`, HOSTILE));
  const page = parsed(await reportFile(frame, "<i>T</i> {{data}}", units, manifest));
  expect(page.title).toBe("<i>T</i> {{data}}");
  expect(page.querySelectorAll("script.units")).toHaveLength(3);
  const source = await pageSource(page);
  expect(source.head.directory).toHaveLength(45);
  expect(source.head.directory[44]).toEqual({ key: "3:44", name: "words of 3:44", max: 2 });
  expect(source.head.provenance).not.toHaveProperty("files");
  for (const key of ["3:0", "3:20", "3:44"]) {
    const { record } = await source.unit(key);
    expect(record.most_positive_activation_records?.[0]?.tokens).toEqual(HOSTILE);
  }
});

test("without scripts the first unit's text is exact, and nothing in it is markup", async () => {
  const page = parsed(await reportFile(frame, "T", [unit("3:1", HOSTILE), unit("3:2")], manifest));
  const shown = page.querySelector("#neuronscope .heatmap");
  expect(shown?.textContent).toBe(
    "<b>x</b></script><script>alert(1)</script>{{data}}$&\u202e‹U+0000›‹U+D800›\r\n",
  );
  expect(page.querySelectorAll("#neuronscope :is(script, b, [style], [onerror])")).toHaveLength(0);
  expect(shown?.querySelector(".peak")?.className).toBe("l10 peak");
  const said = page.querySelector("main")?.textContent;
  expect(said).toContain("words of 3:1");
  expect(said).toContain("Sample · model small · units mlp · read at blocks.0.");
  expect(said).toContain("The first of 2 units.");
});

test("what has no form of its own gets a sign, and only where it is no text", () => {
  expect(visible("a\n")).toBe('a<span class="unseen" data-sign="⏎">\n</span>');
  expect(visible("\r")).toBe('<span class="unseen" data-sign="␍">&#13;</span>');
  expect(visible("👩‍👧 שלום\t")).toBe("👩‍👧 שלום\t");
  expect(escaped('"\u200b"')).toBe("&quot;‹U+200B›&quot;");
});

test("a unit that nothing is known of says so", () => {
  const bare = { key: "1:2", record: { neuron_id: { layer_index: 1, neuron_index: 2 } } } as ShownUnit;
  expect(plainUnit([bare], null)).toBe('<h1>Unit 1:2</h1><p class="note">There are no texts of it.</p>');
  expect(plainUnit([{ ...bare, name: "<cats>" }], null)).toContain("<h1>&lt;cats&gt;</h1>");
});

test("of more units than one file holds nothing is read, and a sentence names the command that has no limit", async () => {
  const many = Array.from({ length: MOST_UNITS + 1 }, (_, number) => ({ layer: 0, unit: number }));
  const dataset = { name: "d", root: "d", parts: [] } as unknown as DatasetEntry;
  await expect(readReport(dataset, "T", many, new AbortController().signal, () => {})).rejects.toThrow(
    "These are 201 units, and the page makes files of 200 at most: the command neuronscope export html has no such limit.",
  );
});
