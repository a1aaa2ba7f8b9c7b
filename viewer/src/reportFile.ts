/**
 * Units as one HTML file, as neuronscope/dashboards/page.py makes it: the built frame and what is shown of the units in,
 * the file's text out. The frame has script, styles and the policy that allows them by their digests.
 */
import { scaleOf } from "./color";
import { flow } from "./flow";
import type { Manifest } from "./nouns";
import { escaped, plainUnit } from "./plainUnit";
import { type Entry, FORM, type Head, type ShownUnit } from "./shown";

const BLOCK = 20; // units that are deflated together, as in dashboards/shapes.py
const MOST = 2 ** 30; // bytes of a block, as a reader takes them
const AT_ONCE = 0x8000; // arguments that every browser's functions take
const MARK = /\{\{(title|body|data)\}\}/g;

/** `manifest`: of the dataset that the units are of, null where it says nothing. There is one unit at least. */
export async function reportFile(
  frame: string,
  title: string,
  units: readonly ShownUnit[],
  manifest: Manifest | null,
): Promise<string> {
  const data = [block('id="head"', await deflated(headOf(title, units, manifest)))];
  for (let at = 0; at < units.length; at += BLOCK) {
    const attributes = `class="units" data-block="${at / BLOCK}"`;
    data.push(block(attributes, await deflated(units.slice(at, at + BLOCK))));
  }
  const body = `<div class="neuronscope page"><main>${plainUnit(units, manifest)}</main></div>`;
  const parts: Record<string, string> = { title: escaped(title), body, data: data.join("\n") };
  return frame.replace(MARK, (_, name: string) => parts[name] ?? "");
}

function headOf(title: string, units: readonly ShownUnit[], manifest: Manifest | null): Head {
  return {
    title,
    form: FORM,
    kind: "records",
    look: { scale: "unit" },
    directory: units.map(entryOf),
    total: units.length,
    block: BLOCK,
    provenance: manifest && withoutFiles(manifest),
  };
}

/** What it is of and how it was made; its lists of files and layers may be long. */
function withoutFiles({ layers: _, files: __, ...manifest }: Manifest): NonNullable<Head["provenance"]> {
  return manifest;
}

const entryOf = ({ key, name, record, explanations }: ShownUnit): Entry => ({
  key,
  name: name ?? explanations?.[0]?.explanation.trim() ?? null,
  max: scaleOf(record).limit || null,
});

const block = (attributes: string, base64: string): string =>
  `<script type="application/json+gzip" ${attributes}>${base64}</script>`;

/** JSON, deflated, in letters. */
async function deflated(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const tooMuch = () => new Error("The units are too large for one file.");
  const packed = await flow(bytes, new CompressionStream("gzip"), MOST, tooMuch);
  let binary = "";
  for (let at = 0; at < packed.length; at += AT_ONCE)
    binary += String.fromCharCode(...packed.subarray(at, at + AT_ONCE));
  return btoa(binary);
}
