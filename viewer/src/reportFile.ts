/**
 * Units as one HTML file, as neuronscope/dashboards/page.py makes it: the built frame and what is shown of the units in,
 * the file's text out. The frame holds script, styles and policy; the first unit stands in it as plain HTML.
 */
import { levelClass, scaleOf } from "./color";
import type { Entry, Head, ShownUnit } from "./dashboard/shapes";
import { flow } from "./flow";
import { groupsOf } from "./groups";
import type { ActivationRecord, Manifest } from "./nouns";
import { bestFirst } from "./scores";
import { drawn, extremeOf, glyphs, peakOf, runs, type Sign, short } from "./tokens";

const BLOCK = 20; // units that are deflated together, as in dashboards/shapes.py
const MOST = 2 ** 31;
const MARK = /\{\{(title|body|data)\}\}/g;

/** Rejects with a sentence where the browser cannot deflate. */
export async function reportFile(
  frame: string,
  title: string,
  units: readonly ShownUnit[],
  manifest: Manifest | null,
): Promise<string> {
  const blocks = Array.from({ length: Math.ceil(units.length / BLOCK) }, (_, number) =>
    units.slice(BLOCK * number, BLOCK * (number + 1)),
  );
  const data = [
    block('id="head"', await deflated(headOf(title, units, manifest))),
    ...(await Promise.all(
      blocks.map(async (some, number) => block(`class="units" data-block="${number}"`, await deflated(some))),
    )),
  ].join("\n");
  const parts: Record<string, string> = { title: escaped(title), body: bodyOf(units), data };
  return frame.replace(MARK, (_, name: string) => parts[name] ?? "");
}

function headOf(title: string, units: readonly ShownUnit[], manifest: Manifest | null): Head {
  return {
    title,
    form: 1,
    kind: "records",
    look: { scale: "unit" },
    directory: units.map(entryOf),
    total: units.length,
    block: BLOCK,
    provenance: manifest && withoutFiles(manifest),
  };
}

/** What it is of and how it was made; lists of files and units may be long. */
function withoutFiles({
  layers: _layers,
  files: _files,
  ...manifest
}: Manifest): NonNullable<Head["provenance"]> {
  return manifest;
}

const entryOf = ({ key, record, explanations }: ShownUnit): Entry => ({
  key,
  name: bestFirst(explanations ?? [])[0]?.explanation ?? null,
  max: record.statistics?.max ?? (scaleOf(record).limit || null),
});

const block = (attributes: string, base64: string): string =>
  `<script type="application/json+gzip" ${attributes}>${base64}</script>`;

/** JSON, deflated, as letters. */
async function deflated(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const packed = await flow(
    bytes,
    new CompressionStream("gzip"),
    MOST,
    () => new Error("This is too large."),
  );
  let letters = "";
  for (
    let at = 0;
    at < packed.length;
    at += 0x8000 // more arguments than that no function takes
  )
    letters += String.fromCharCode(...packed.subarray(at, at + 0x8000));
  return btoa(letters);
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

/** Text as it may stand in an element or a quoted attribute, signs in place of what cannot be seen there. */
export const escaped = (text: string): string =>
  drawn(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "");

/** The first unit, for who has no scripts. */
function bodyOf(units: readonly ShownUnit[]): string {
  const [unit] = units;
  if (!unit) return '<div class="neuronscope page"><main><h1>No units</h1></main></div>';
  const words = bestFirst(unit.explanations ?? []).map(
    ({ explanation }) => `<p class="explanation" dir="auto">${escaped(explanation.trim())}</p>`,
  );
  const { limit } = scaleOf(unit.record);
  const groups = groupsOf(unit.record).map(({ title, records, sign }) => {
    const rows = records.map((record) => rowOf(record, limit, sign)).join("");
    return rows && `<section class="group"><h2>${title}</h2><ol class="records full">${rows}</ol></section>`;
  });
  const more = units.length > 1 ? `<p class="note">The first of ${units.length} units.</p>` : "";
  const all = [`<h1>Unit ${escaped(unit.key)}</h1>`, ...words, ...groups, more].join("");
  return `<div class="neuronscope page"><main>${all}</main></div>`;
}

function rowOf(record: ActivationRecord, limit: number, sign: Sign): string {
  const at = extremeOf(record, sign);
  const text = runs(record, glyphs(record.tokens), { limit, peak: peakOf(record, sign) }).map((run) => {
    const names = [levelClass(run.level), run.peak && "peak"].filter(Boolean).join(" ");
    return names ? `<span class="${names}">${escaped(run.text)}</span>` : escaped(run.text);
  });
  const margin = short(at === null ? null : record.activations[at]);
  return `<li><span class="margin">${margin}</span><div class="heatmap full" dir="auto">${text.join("")}</div></li>`;
}
