/** What two units have in common, from the lists that are published of each: the server's compare.py, for static sites. Pure. */
import type { ComparedPair, Neighbours, UnitAddress } from "./nouns";

type Measured = ComparedPair["coactivation"];

/** Null where the dataset has no such list of the unit. */
export type Published = {
  at: UnitAddress;
  tokens: readonly string[] | null; // by mean activation
  together: Neighbours | null; // nearest by activation
  decoder: Neighbours | null; // nearest by decoder direction
};

/** Each two of the units, by their places. */
export const pairsBetween = (units: readonly Published[]): ComparedPair[] =>
  units.flatMap((one, first) =>
    units.slice(first + 1).map((other, more) => pairOf(one, other, [first, first + 1 + more])),
  );

const NO_DECODER =
  "the dataset has no nearest units by decoder direction, which only latents and vectors have";
const NO_TOGETHER = "the dataset has no nearest units by activation";

function pairOf(one: Published, other: Published, [first, second]: [number, number]): ComparedPair {
  const theirs = new Set(other.tokens);
  const tokens = (one.tokens ?? []).filter((token) => theirs.has(token));
  const either = new Set([...(one.tokens ?? []), ...theirs]).size;
  const known = one.tokens !== null && other.tokens !== null;
  const reason = known
    ? "neither has a token that it responds to"
    : "the dataset has no tokens by mean activation for both";
  return {
    first,
    second,
    token_overlap: known && either > 0 ? measured(new Set(tokens).size / either) : unknown(reason),
    tokens,
    tokens_of_either: either,
    decoder_cosine: near([one.decoder, other.decoder], [one.at, other.at], "decoder cosine", NO_DECODER),
    coactivation: near([one.together, other.together], [one.at, other.at], "pearson", NO_TOGETHER),
  };
}

const measured = (value: number): Measured => ({ value, reason: null, at_most: null });
const unknown = (reason: string, most: number | null = null): Measured => ({
  value: null,
  reason,
  at_most: most,
});

/** The measure between two units, from the list of either. */
function near(
  lists: readonly (Neighbours | null)[],
  at: readonly UnitAddress[],
  measure: string,
  none: string,
): Measured {
  if (lists.every((list) => list === null)) return unknown(none);
  const values = lists.map((list) => nearest(list, measure));
  for (const [place, found] of values.entries()) {
    const there = at[1 - place];
    const value = there && found.get(nameOf(there));
    if (value !== undefined) return measured(value);
  }
  return unknown("neither is among the nearest of the other", ceiling(values));
}

/** The values of a unit's nearest by one measure; an undefined one is none. */
const nearest = (list: Neighbours | null, measure: string): Map<string, number> =>
  new Map(
    (list?.neighbours ?? []).flatMap((one) =>
      one.measure === measure && one.value !== null ? [[nameOf(one), one.value] as const] : [],
    ),
  );

const nameOf = ({ layer, unit }: UnitAddress): string => `${layer}:${unit}`;

/** Lists hold the largest values of all, so who is in neither has no larger one; without a list nothing is known. */
function ceiling(values: readonly ReadonlyMap<string, number>[]): number | null {
  if (values.some((found) => found.size === 0)) return null;
  return Math.min(...values.map((found) => Math.min(...found.values())));
}
