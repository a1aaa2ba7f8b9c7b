/**
 * The first unit of a file as HTML that needs no script, as neuronscope/dashboards/report.py writes it and plain.css
 * draws it. All text is escaped; what has no form of its own has a sign before it, which no copy takes along. Pure.
 */
import { levelClass, scaleOf } from "./color";
import { groupsOf, type RecordGroupData } from "./groups";
import type { ActivationRecord, Manifest, ScoredExplanation } from "./nouns";
import type { ShownUnit } from "./shown";
import { drawn, extremeOf, glyphs, peakOf, type Run, runs, type Sign, short } from "./tokens";

const TOKENS = 10; // of each list of related tokens

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};
const entities = (text: string) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "");

/** The first of these units: its words, numbers and texts. */
export function plainUnit(units: readonly ShownUnit[], manifest: Manifest | null): string {
  const [unit] = units;
  if (!unit) return "<p>There are no units.</p>";
  return [
    `<h1>${escaped(unit.name ?? `Unit ${unit.key}`)}</h1>`,
    unit.name && note(`Unit ${unit.key}`),
    ...(unit.explanations ?? []).map(explained),
    ...texts(unit),
    ...related(unit),
    manifest && note(origin(manifest)),
    units.length > 1 && note(`The first of ${units.length.toLocaleString("en-US")} units.`),
  ]
    .filter(Boolean)
    .join("");
}

const note = (text: string): string => `<p class="note">${escaped(text)}</p>`;

function explained({ explanation, author, scored_simulation: simulation }: ScoredExplanation): string {
  const score = simulation?.ev_correlation_score ?? null;
  const said =
    score === null ? "not scored" : `correlation of simulated with real activations ${short(score)}`;
  const by = author ? `by ${author}, ` : "";
  return `<p class="explanation" dir="auto">${escaped(explanation.trim())}</p>${note(by + said)}`;
}

function texts({ record }: ShownUnit): string[] {
  const { limit } = scaleOf(record);
  const groups = groupsOf(record).filter(({ records }) => records.length > 0);
  if (groups.length === 0) return [note("There are no texts of it.")];
  return groups.map((group) => section(group, limit));
}

function section({ title, records, sign }: RecordGroupData, limit: number): string {
  const rows = records.map((record) => row(record, limit, sign)).join("");
  return `<section class="group"><h2>${escaped(title)}</h2><ol class="records full">${rows}</ol></section>`;
}

function row(record: ActivationRecord, limit: number, sign: Sign): string {
  const at = extremeOf(record, sign);
  const value = short(at === null ? null : record.activations[at]);
  const colours = { limit, peak: peakOf(record, sign) };
  const spans = runs(record, glyphs(record.tokens), colours).map(span).join("");
  return `<li><span class="margin">${value}</span><div class="heatmap full" dir="auto">${spans}</div></li>`;
}

function span({ level, peak, text }: Run): string {
  const names = [levelClass(level), peak && "peak"].filter(Boolean).join(" ");
  return names ? `<span class="${names}">${visible(text)}</span>` : visible(text);
}

function related(unit: ShownUnit): string[] {
  const { tokens_by_activation: active, tokens_by_weight: weighted, logits } = unit;
  const lists: [string, readonly string[] | undefined][] = [
    ["Tokens of the highest mean activation", active?.tokens],
    ["Tokens that drive it, by weight", weighted?.input_positive.tokens],
    ["Tokens it promotes, by weight", weighted?.output_positive.tokens],
    ["Tokens it makes more likely", logits?.top.tokens],
    ["Less likely", logits?.bottom.tokens],
  ];
  return lists.map(([title, tokens]) => {
    const said = (tokens ?? []).slice(0, TOKENS).map((token) => `<code>${escaped(token)}</code>`);
    if (said.length === 0) return "";
    return `<section class="group"><h2>${title}</h2><p class="tokens" dir="auto">${said.join(" ")}</p></section>`;
  });
}

function origin({ title, model, source, corpus, created, notes }: Manifest): string {
  const parts = [
    title,
    `model ${model.name}`,
    `units ${source.kind}`,
    source.hook && `read at ${source.hook}`,
    corpus && `over ${corpus.tokens.toLocaleString("en-US")} tokens of ${corpus.name}`,
    created && `made ${created}`,
  ];
  return `${parts.filter(Boolean).join(" · ")}. ${(notes ?? []).join(" ")}`.trim();
}

const HALF = /^[\ud800-\udfff]$/; // of a pair, which cannot stand in a file

const signOf = (character: string): string =>
  HALF.test(character) ? `‹U+${character.charCodeAt(0).toString(16).toUpperCase()}›` : drawn(character);

/** Text as it may stand in an element or a quoted attribute, signs in place of what cannot be seen there. */
export const escaped = (text: string): string => entities(Array.from(text, signOf).join(""));

/** Text as it may stand in an element, exact when it is copied, with a sign before what cannot be seen. */
export function visible(text: string): string {
  return Array.from(text, (character) => {
    const sign = signOf(character);
    if (sign === character) return entities(character);
    if (character === "\0" || HALF.test(character)) return sign; // no file can hold them
    // A carriage return that is no reference would be read as a line feed.
    return `<span class="unseen" data-sign="${sign}">${character === "\r" ? "&#13;" : character}</span>`;
  }).join("");
}
