/** The records of several units in; the texts that more than one of them holds, and how alike the units are there, out. Pure. */
import { type Scale, scaleOf } from "./color";
import { groupsOf } from "./groups";
import type { ActivationRecord, NeuronRecord } from "./nouns";
import { count, extremeOf, type Sign } from "./tokens";
import { plural } from "./words";

/** Where a unit's record has a text: the `place` in a group `of` so many. */
export type Held = { record: ActivationRecord; group: string; place: number; of: number; sign: Sign };
/** A text by unit; null where a unit's record does not have it, which is not to say that the unit is silent there. */
export type SameText = { held: readonly (Held | null)[] };
/** `distinct`: how many different texts the records hold together; `each`: how many each of them does. */
export type SameTexts = { texts: SameText[]; distinct: number; each: number[] };

type Known = NeuronRecord | undefined;

/**
 * A text is the same where its tokens are, and, with `placed`, its place in the corpus: a document's number means
 * something only within one corpus. Those of most units come first, then those on which units are strongest.
 */
export function sameTexts(records: readonly Known[], placed: boolean): SameTexts {
  const texts = new Map<string, (Held | null)[]>();
  const each = records.map((record, unit) => {
    let held = 0;
    for (const one of heldBy(record)) {
      const key = keyOf(one.record, placed);
      const text = texts.get(key) ?? records.map(() => null);
      if (text[unit]) continue; // once more in another group
      text[unit] = one;
      held += 1;
      texts.set(key, text);
    }
    return held;
  });
  const shared = [...texts.values()].map((held): SameText => ({ held })).filter((text) => holders(text) > 1);
  const limits = records.map((record) => scaleOf(record ?? {}).limit);
  const sizes = new Map(shared.map((text) => [text, strength(text, limits)]));
  const size = (text: SameText) => sizes.get(text) ?? 0;
  shared.sort((one, other) => holders(other) - holders(one) || size(other) - size(one));
  return { texts: shared, distinct: texts.size, each };
}

/** How many of the units hold a text. */
export const holders = ({ held }: SameText): number => held.filter((one) => one !== null).length;

const heldBy = (record: Known): Held[] =>
  record
    ? groupsOf(record).flatMap(({ title, records, sign }) =>
        records.map((record, place) => ({ record, group: title, place, of: records.length, sign })),
      )
    : [];

function keyOf({ tokens, source }: ActivationRecord, placed: boolean): string {
  const place = placed && source ? [source.document, source.offset] : [];
  return JSON.stringify([place, tokens]);
}

/** The largest activation of a text, by size, as a share of each unit's own scale; all units together. */
function strength({ held }: SameText, limits: readonly number[]): number {
  return held.reduce((sum, one, unit) => sum + (one ? peakShare(one, limits[unit] ?? 0) : 0), 0);
}

const peakShare = (held: Held, limit: number): number => {
  const at = extremeOf(held.record, held.sign);
  return at === null || !(limit > 0) ? 0 : Math.abs(held.record.activations[at] ?? 0) / limit;
};

/** The position around which a text is shown for all units: the one that is furthest out on its own unit's scale. */
export function middleOf({ held }: SameText, scales: readonly Scale[]): number | null {
  const peaks = held.flatMap((one, unit) =>
    one ? [{ at: extremeOf(one.record, one.sign), share: peakShare(one, scales[unit]?.limit ?? 0) }] : [],
  );
  return peaks.toSorted((one, other) => other.share - one.share)[0]?.at ?? null;
}

/** A correlation and what it was computed over, or why there is none. */
export type Correlated = { value: number | null; tokens: number; texts: number; reason: string | null };

/** Pearson's correlation of two units' activations over the tokens of the texts that both hold. */
export function correlated({ texts }: SameTexts, first: number, second: number): Correlated {
  const pairs: [number, number][] = [];
  let both = 0;
  for (const { held } of texts) {
    const [one, other] = [held[first], held[second]];
    if (!one || !other) continue;
    both += 1;
    pairs.push(...countedPairs(one.record, other.record));
  }
  const told = { tokens: pairs.length, texts: both };
  if (both === 0) return { ...told, value: null, reason: "no text is in both records" };
  const value = pearson(pairs);
  return { ...told, value, reason: value === null ? "one of the two never varies there" : null };
}

function countedPairs(one: ActivationRecord, other: ActivationRecord): [number, number][] {
  const skip = new Set([...(one.ignored ?? []), ...(other.ignored ?? [])]);
  return one.activations.flatMap((value, position): [number, number][] =>
    skip.has(position) ? [] : [[value, other.activations[position] ?? 0]],
  );
}

/** Null where it is undefined. */
export function pearson(pairs: readonly (readonly [number, number])[]): number | null {
  const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [left, right] = [mean(0), mean(1)];
  let [both, one, other] = [0, 0, 0];
  for (const [x, y] of pairs) {
    both += (x - left) * (y - right);
    one += (x - left) ** 2;
    other += (y - right) ** 2;
  }
  const size = Math.sqrt(one) * Math.sqrt(other);
  return size > 0 ? Math.max(-1, Math.min(1, both / size)) : null;
}

/** How many texts are the same, of how many, and what it means that another is not. */
export function sameSentence({ texts, distinct, each }: SameTexts, name: string): string {
  const units = plural(each.length, name);
  const held = each
    .map(count)
    .join(", ")
    .replace(/, (\d+)$/, " and $1");
  const some = texts.length === 0 ? "None" : count(texts.length);
  const are = texts.length === 1 ? "is" : "are";
  const of =
    each.length === 2 ? `in the records of both ${name}s` : `in the record of more than one of ${units}`;
  return `${some} of ${plural(distinct, "different text")} ${are} ${of}, which hold ${held}.`;
}
