/** Explanations of one unit in; the two that are compared, and the texts on which they expect different things, out. Pure. */
import type { Scale } from "./color";
import type { ScoredExplanation, ScoredSimulation, TokenValues, Written } from "./nouns";
import { asScored } from "./people";
import { bestFirst } from "./scores";
import { type ScoredText, scoredTexts } from "./simulated";
import { count, percent, short, UNPARSED } from "./tokens";
import { plural } from "./words";

/** An explanation under the name that a link has for it: its place in the file, or `p.` and an id's beginning. */
export type Named = { name: string; explanation: ScoredExplanation };

export const named = (own: readonly ScoredExplanation[], written: readonly Written[]): Named[] => [
  ...own.map((explanation, place) => ({ name: String(place), explanation })),
  ...written.map((one) => ({
    name: `p.${one.id.slice(0, 8)}`,
    explanation: { ...asScored(one), author: one.author ?? "somebody" },
  })),
];

/** The two that a link names, or the best two; null where there are no two, or a name is nobody's. */
export function chosen(
  all: readonly Named[],
  names: readonly [string, string] | null,
): [Named, Named] | null {
  const best = bestFirst(all.map(({ explanation }) => explanation));
  const found = names
    ? names.map((name) => all.find((one) => one.name === name))
    : best.slice(0, 2).map((explanation) => all.find((one) => one.explanation === explanation));
  const [one, other] = found;
  return one && other ? [one, other] : null;
}

/**
 * One text simulated from both, all numbers on the scale of the real ones; `apart`: how far the two are from each other,
 * over the `tokens` for which both gave a number; `off`: how far each is from what is real, over those it gave.
 */
export type Disputed = {
  real: TokenValues;
  group: string | null;
  simulated: readonly [TokenValues, TokenValues];
  difference: TokenValues;
  apart: number | null;
  tokens: number;
  off: readonly [number | null, number | null];
};

/** The texts simulated from both, those first on which the two differ most on average. */
export function disputed(one: ScoredSimulation, other: ScoredSimulation, scale: Scale): Disputed[] {
  const others = new Map(scoredTexts(other).map((text) => [keyOf(text), text]));
  const both = scoredTexts(one).flatMap((text) => {
    const same = others.get(keyOf(text));
    return same ? [between(text, same, scale)] : [];
  });
  return both.toSorted((left, right) => (right.apart ?? -1) - (left.apart ?? -1));
}

const keyOf = ({ real }: ScoredText): string => JSON.stringify([real.tokens, real.activations]);

function between(one: ScoredText, other: ScoredText, scale: Scale): Disputed {
  const simulated = [onScale(one, scale), onScale(other, scale)] as const;
  const difference = minus(simulated[0], simulated[1]);
  const sizes = sizesOf(difference);
  return {
    real: one.real,
    group: one.group,
    simulated,
    difference,
    apart: meanOf(sizes),
    tokens: sizes.length,
    off: [meanOf(sizesOf(minus(simulated[0], one.real))), meanOf(sizesOf(minus(simulated[1], one.real)))],
  };
}

/** Expected numbers on the scale of the real ones: a simulator's 10 is that scale's end. */
function onScale({ simulated, scale: own }: ScoredText, { limit }: Scale): TokenValues {
  const unit = own ? limit / own.limit : 1;
  const activations = simulated.activations.map((value) => (value === null ? null : value * unit));
  return { ...simulated, activations };
}

/** Null where either has no number. */
function minus(one: TokenValues, other: TokenValues): TokenValues {
  const activations = one.activations.map((value, position) => {
    const taken = other.activations[position] ?? null;
    return value === null || taken === null ? null : value - taken;
  });
  return { tokens: one.tokens, activations, ignored: one.ignored ?? null };
}

function sizesOf({ activations, ignored }: TokenValues): number[] {
  const skip = new Set(ignored);
  return activations.flatMap((value, position) =>
    value === null || skip.has(position) ? [] : [Math.abs(value)],
  );
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far apart the two are in a text, as a share of the scale. */
export function apartSaid({ apart, tokens }: Disputed, { limit }: Scale): string {
  if (apart === null) return "no token has a number from both";
  return `A and B are ${shareOf(apart, limit)} of the scale apart on average, over ${plural(tokens, "token")}`;
}

/** How far one is from what is real, on average. */
export const offSaid = (off: number | null, { limit }: Scale): string =>
  off === null ? "no number" : `off by ${shareOf(off, limit)}`;

const shareOf = (value: number, limit: number): string => (limit > 0 ? percent(value / limit) : short(value));

/** What colours and dots mean, and how many of the texts were simulated from both. */
export function disputedCaption(
  texts: readonly Disputed[],
  all: readonly [number, number],
  scale: Scale,
): string {
  const [one, other] = all;
  const unparsed = texts.flatMap(({ difference: { activations, ignored } }) =>
    activations.filter((value, position) => value === null && !ignored?.includes(position)),
  ).length;
  const dots =
    unparsed > 0 ? ` Dots: ${count(unparsed)} of the positions ${UNPARSED}, from A or from B.` : "";
  const of = one === other ? plural(one, "text") : `${count(one)} texts of A and ${count(other)} of B`;
  return (
    `${count(texts.length)} of ${of} were simulated from both; first those on which the two are furthest apart. ` +
    `One scale: full colour at ${short(scale.limit)}, which a simulator's 10 counts as. ` +
    "A − B is orange where A expects more, blue where B does. " +
    `“Off by” is how far an expected number is from the real one, on average, as a share of the scale.${dots}`
  );
}
