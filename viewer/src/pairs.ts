/** What is known of two units together in; rows of a name, a number and what it is of, or why there is none, out. Pure. */
import type { ComparedPair, Row } from "./nouns";
import type { Correlated } from "./sameTexts";
import { count, percent, short, twoDecimals } from "./tokens";
import { plural } from "./words";

type Measured = ComparedPair["coactivation"];
/** Tokens of two units: how many either has, and those that both do; or why that is not known. */
export type Overlap = { either: number; tokens: readonly string[]; reason: string | null };

/** Of the tokens of highest mean activation of two units, those that both have. */
export function overlapOf(one: readonly string[] | null, other: readonly string[] | null): Overlap {
  if (!one || !other) return { either: 0, tokens: [], reason: "no tokens by mean activation for both" };
  const theirs = new Set(other);
  const tokens = [...new Set(one)].filter((token) => theirs.has(token));
  const either = new Set([...one, ...other]).size;
  return { either, tokens, reason: either === 0 ? "neither has a token that it responds to" : null };
}

export const overlapIn = ({ token_overlap, tokens, tokens_of_either: either }: ComparedPair): Overlap => ({
  either,
  tokens,
  reason: token_overlap.reason ?? null,
});

export function overlapRow({ either, tokens, reason }: Overlap): Row {
  const name = "Shared tokens";
  if (reason) return { name, value: "–", note: reason };
  return {
    name,
    value: percent(tokens.length / either),
    note: `${count(tokens.length)} of the ${plural(either, "token")} that have the highest mean activation of either`,
  };
}

/** A number between two units that only lists of the nearest tell; `of`: what it is. */
export function nearRow(name: string, { value, reason, at_most: most }: Measured, of: string): Row {
  if (value !== null) return { name, value: short(value), note: of };
  if (most == null) return { name, value: "–", note: reason ?? "not known" };
  return { name, value: `≤ ${short(most)}`, note: `${reason}, so that the ${of} is at most that` };
}

export function sameTextsRow({ value, tokens, texts, reason }: Correlated): Row {
  const name = "On the same texts";
  if (value === null) return { name, value: "–", note: reason ?? "undefined" };
  return {
    name,
    value: twoDecimals(value),
    note: `correlation over ${plural(tokens, "token")} of ${plural(texts, "text")} that both hold; not a fair sample, since records hold texts for being strong`,
  };
}
