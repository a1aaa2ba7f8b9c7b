/** Tokens in; glyphs, runs, windows and words out. Pure. */
import { level, type Scale } from "./color";
import type { TokenValues } from "./nouns";

/** Positions start to end - 1 drawn as one piece: a token and the empty ones that share its character. */
export type Glyph = { start: number; end: number };
/** A stretch of text of one level; neighbours without colour are one run, and so are neighbours without a number. */
export type Run = Marks & { start: number; text: string };
export type Marks = { level: number; peak: boolean; unparsed: boolean; under: number };
/** Other numbers of the same tokens, to be drawn under them: what was simulated, unless it has a name. */
export type Under = { values: TokenValues; scale: Scale; name?: string };
/** Full colour at `limit`; the position that is underlined. */
export type Colours = { limit: number; peak: number | null; under?: Under | undefined };
export type Sign = 1 | -1;
export type Context = "line" | "snippet" | "full";
/** Whether a line break is a sign in the line, or breaks it too. */
export type Breaks = "inline" | "broken";

const RADIUS: Record<Context, number> = { line: 5, snippet: 16, full: Number.POSITIVE_INFINITY };
const STEPS: readonly Context[] = ["line", "snippet", "full"];

// Control characters but the tab and line breaks, and what has no width: direction controls, separators, fillers. The joiners stay,
// for they shape emoji and whole scripts.
const UNSEEN = /(?![\t\n\r])[\p{Cc}\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const JOINERS = /^(\u200c|\u200d|\ufe0e|\ufe0f)+$/;

/** What cannot be seen or would move later text made visible; everything else, line breaks too, as it is. */
export const visible = (text: string): string => text.replace(UNSEEN, mark);

/** The same with line breaks made visible. */
export const drawn = (text: string, breaks: Breaks = "inline"): string =>
  visible(text)
    .replace(/\r/g, "␍")
    .replace(/\n/g, breaks === "broken" ? "⏎\n" : "⏎");

const mark = (character: string): string =>
  `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;

/** One token on its own, its outer spaces visible too. */
export function named(token: string): string {
  if (token === "") return "part of a character";
  if (JOINERS.test(token)) return token.replace(/./g, mark);
  const edges = token.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));
  return drawn(edges).replace(/\t/g, "⇥");
}

/** A character split over several tokens stands in its first one; the empty rest belongs to it. */
export function glyphs(tokens: readonly string[]): Glyph[] {
  const found: Glyph[] = [];
  let text = "";
  for (const [position, token] of tokens.entries()) {
    const last = found.at(-1);
    // Leading empty tokens are the tail of a character cut off before the record: they join the first that shows.
    if (last && (token === "" || text === "")) last.end = position + 1;
    else found.push({ start: position, end: position + 1 });
    text += token;
  }
  return found;
}

/** The position furthest in the direction of that sign; null where every position is ignored. */
export function extremeOf(record: TokenValues, sign: Sign = 1): number | null {
  const skip = new Set(record.ignored);
  let best: number | null = null;
  record.activations.forEach((value, position) => {
    if (skip.has(position) || value === null || !Number.isFinite(value)) return;
    if (best === null || value * sign > (record.activations[best] ?? 0) * sign) best = position;
  });
  return best;
}

/** The extreme where its activation has that sign; null where none has it. */
export function peakOf(record: TokenValues, sign: Sign = 1): number | null {
  const at = extremeOf(record, sign);
  return at !== null && (record.activations[at] ?? 0) * sign > 0 ? at : null;
}

/**
 * How a glyph is drawn. Its level is that of the strongest of its positions, by size; ignored ones stay uncoloured, and
 * it is unparsed where any position is: the others may colour it all the same.
 */
export function marksOf(record: TokenValues, glyph: Glyph, { limit, peak, under }: Colours): Marks {
  const marks = { level: 0, peak: covers(glyph, peak), unparsed: false, under: 0 };
  for (let position = glyph.start; position < glyph.end; position++) {
    if (record.ignored?.includes(position)) continue;
    const value = record.activations[position] ?? null;
    const below = under ? (under.values.activations[position] ?? null) : value;
    marks.level = further(level(value, limit), marks.level);
    if (under) marks.under = further(level(below, under.scale.limit), marks.under);
    marks.unparsed ||= below === null;
  }
  return marks;
}

const further = (one: number, other: number): number => (Math.abs(one) > Math.abs(other) ? one : other);

export const covers = (glyph: Glyph, position: number | null): boolean =>
  position !== null && position >= glyph.start && position < glyph.end;

export const glyphText = (record: TokenValues, glyph: Glyph): string =>
  record.tokens.slice(glyph.start, glyph.end).join("");

/** The glyphs as few runs as possible: one per coloured or peak glyph, one for all text alike between two of them. */
export function runs(record: TokenValues, pieces: readonly Glyph[], colours: Colours): Run[] {
  const found: Run[] = [];
  for (const glyph of pieces) {
    const text = glyphText(record, glyph);
    const marks = marksOf(record, glyph, colours);
    const last = found.at(-1);
    if (last && isPlain(marks) && isPlain(last) && last.unparsed === marks.unparsed) last.text += text;
    else found.push({ start: glyph.start, text, ...marks });
  }
  return found;
}

const isPlain = ({ level, peak, under }: Marks): boolean => level === 0 && !peak && under === 0;

/** The glyphs within `context` of the peak (of the start, where there is no peak). */
export function windowOf(pieces: readonly Glyph[], peak: number | null, context: Context): Glyph[] {
  return around(pieces, peak, { before: RADIUS[context], after: RADIUS[context] });
}

/** So many glyphs before and after the peak's; at an edge the window keeps its width, so that texts show about as much. */
export function around(
  pieces: readonly Glyph[],
  peak: number | null,
  { before, after }: { before: number; after: number },
): Glyph[] {
  const width = before + after + 1;
  if (pieces.length <= width) return [...pieces];
  const middle = Math.max(
    0,
    pieces.findIndex((glyph) => covers(glyph, peak)),
  );
  const from = Math.min(Math.max(0, middle - before), pieces.length - width);
  return pieces.slice(from, from + width);
}

/** The next wider context that shows more of these glyphs, or null. */
export function wider(pieces: readonly Glyph[], context: Context): Context | null {
  const shown = 2 * RADIUS[context] + 1;
  if (pieces.length <= shown) return null;
  return STEPS[STEPS.indexOf(context) + 1] ?? null;
}

/** A number for a caption: whole from 100 on and thousands parted, two decimals, two figures below 0.1, with a true minus sign; a dash where undefined. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 0.001)) return minus(value.toExponential(1));
  if (size >= 100) return minus(count(Math.round(value)));
  return minus(size >= 0.1 || size === 0 ? value.toFixed(2) : value.toPrecision(2));
}

/** A stored activation as it stands in the file, to at most 5 significant digits (files hold 4). */
export function exact(value: number): string {
  return minus(String(Number(value.toPrecision(5))));
}

/** Two decimals, as scores have; never a minus zero. */
export const twoDecimals = (value: number): string => minus((Math.round(100 * value) / 100 || 0).toFixed(2));

const minus = (text: string): string => text.replace(/-/g, "−");

/** 1234567 as 1,234,567. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A share in percent, with two figures where it is small; 100% is all and nothing less. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return "–";
  const value = 100 * share;
  if (value > 0 && value < 0.001) return "<0.001%";
  if (value >= 99.5 && value < 100) return value < 99.95 ? `${value.toFixed(1)}%` : ">99.9%";
  return `${value >= 10 || value === 0 ? value.toFixed(0) : Number(value.toPrecision(2))}%`;
}

const END = {
  maximum: "max",
  minimum: "the size of the minimum",
  all: "the largest of all",
  ten: "10",
  text: "this text's extreme",
} as const;

/** "93% of max", or what the scale's end is where that is not the maximum. */
export function shareOfScale(value: number, scale: Scale): string {
  if (scale.said) return scale.said(value);
  if (!(scale.limit > 0)) return "no scale: nothing above zero";
  return `${Math.round((100 * value) / scale.limit)}% of ${END[scale.end]}`.replace("-", "−");
}

/** "rank 1 of 63" for the position with the largest number; ignored and unparsed ones have no rank and do not count. */
export function rankOf({ activations, ignored }: TokenValues, position: number): string | null {
  const skip = new Set(ignored);
  const value = activations[position];
  if (skip.has(position) || value == null) return null;
  const ranked = activations.filter((other, at): other is number => other !== null && !skip.has(at));
  return `rank ${1 + ranked.filter((other) => other > value).length} of ${ranked.length}`;
}

export const UNPARSED = "unparsed: no number could be read";

/** The number of one position as stored; null where none could be read. */
export function valueAt({ activations }: TokenValues, position: number): string | null {
  const value = activations[position];
  return value == null ? null : exact(value);
}

/** What the tooltip says of one position. */
export function detail(record: TokenValues, position: number, scale: Scale): string {
  const place = `token ${position + 1} of ${record.tokens.length}`;
  if (record.ignored?.includes(position)) return `${place} · left out of ranking, colour and statistics`;
  const value = record.activations[position];
  return `${value == null ? UNPARSED : shareOfScale(value, scale)} · ${place}`;
}

/** The other positions of a glyph, which the pointer cannot reach by themselves. */
export function otherParts(record: TokenValues, glyph: Glyph, position: number): string | null {
  const others: string[] = [];
  for (let at = glyph.start; at < glyph.end; at++)
    if (at !== position) others.push(`${valueAt(record, at) ?? "no number"} (token ${at + 1})`);
  return others.length === 0 ? null : `same character: ${others.join(", ")}`;
}

/** The number of one position that is drawn under it. */
export function besides(under: Under | undefined, position: number): string | null {
  if (!under || under.values.ignored?.includes(position)) return null;
  const value = under.values.activations[position] ?? null;
  const { name = "simulated" } = under;
  return value === null
    ? `${name}: ${UNPARSED}`
    : `${name} ${exact(value)} · ${shareOfScale(value, under.scale)}`;
}

/** What a screen reader hears of one position. */
export function spoken(record: TokenValues, position: number, scale: Scale, under?: Under): string {
  const token = named(record.tokens[position] ?? "");
  const told = [valueAt(record, position), detail(record, position, scale), rankOf(record, position)];
  return [token, ...told, besides(under, position)].filter(Boolean).join(", ");
}
