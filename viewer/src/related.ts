/** What a unit is related to, as pages show it: the files' lists of tokens in, titled lists of rows out. Pure. */
import type { LogitTable, TokensAndWeights, TokensByActivation, TokensByWeight } from "./nouns";
import { count, short } from "./tokens";

/** One relation: one list, or a list per sign; `first` rows of each are shown before "show all". */
export type Relation<R> = { title: string; about: string; sides: Side<R>[]; first: number };
export type Side<R> = { name: string; rows: R[] };

/** `share`: the size of the strength, 1 for the largest of the relation; `count`: of how many occurrences it is the mean. */
export type TokenRow = { token: string; strength: number | null; share: number; count: number | null };

const FIRST = 10;

/** Tokens by mean activation, with what each mean was taken over. */
export function byActivation(found: TokensByActivation): Relation<TokenRow> {
  const { tokens, average_activations: strengths, counts } = found;
  const [side] = sidesOf([["", { tokens, strengths }]]);
  const rows = (side?.rows ?? []).map((row, place) => ({ ...row, count: counts?.[place] ?? null }));
  return {
    title: "By mean activation",
    about: `the mean over all occurrences of a token${occurrences(found)}`,
    sides: [{ name: "", rows }],
    first: FIRST,
  };
}

function occurrences({ counts, minimum_count: minimum }: TokensByActivation): string {
  const least = minimum == null ? "" : `; tokens with fewer than ${count(minimum)} are left out`;
  return `${counts ? "" : "; how many they are, the file does not say"}${least}`;
}

/**
 * Tokens by weight: what the unit reads, and what it writes. `repeated`: another pane lists what it writes too, so that
 * here it waits until it is asked for, as what a gated unit's second projection reads does.
 */
export function byWeight(found: TokensByWeight, name: string, repeated: boolean): Relation<TokenRow>[] {
  const { up_positive: up, up_negative: down } = found;
  const relation = (
    title: string,
    about: string,
    positive: TokensAndWeights,
    negative: TokensAndWeights,
    first: number,
  ) => ({
    title,
    about,
    first,
    sides: sidesOf([
      ["Positive", positive],
      ["Negative", negative],
    ]),
  });
  const into = "tokens, by their embeddings' weight into";
  const { input_positive, input_negative, output_positive, output_negative } = found;
  return [
    relation("Input", `${into} ${up && down ? "its gate" : "it"}`, input_positive, input_negative, FIRST),
    ...(up && down ? [relation("Input, up projection", `${into} its up projection`, up, down, 0)] : []),
    relation(
      "Output",
      `tokens, by the ${name}'s weight into their logits`,
      output_positive,
      output_negative,
      repeated ? 0 : FIRST,
    ),
  ];
}

/** Tokens that a unit makes more and less likely. */
export const byLogit = ({ top, bottom }: LogitTable): Relation<TokenRow> => ({
  title: "Tokens",
  about: "what an activation of 1 adds to a token's logit, before the final norm scales it",
  sides: sidesOf([
    ["More likely", top],
    ["Less likely", bottom],
  ]),
  first: FIRST,
});

/** The moments of the strengths over the vocabulary, in a sentence; a dash where one is undefined. */
export function momentsOf({ tokens, mean, variance, skewness, kurtosis }: LogitTable): string {
  if ([mean, variance, skewness, kurtosis].every((moment) => moment == null))
    return "The file does not say how the other tokens' strengths are spread.";
  const over =
    tokens == null ? "the vocabulary, of a size that the file does not give" : `${count(tokens)} tokens`;
  const moments = `mean ${short(mean)}, variance ${short(variance)}, skewness ${short(skewness)}`;
  return `Over ${over}: ${moments}, kurtosis ${short(kurtosis)} (3 for a normal distribution).`;
}

/** Whether the norms' gains are in the weights. */
export function foldedOf(folded: boolean | null | undefined): string {
  if (folded == null) return "Whether norm gains are folded into the weights, the file does not say.";
  return folded ? "Norm gains are folded into the weights." : "Norm gains are not folded into the weights.";
}

/** Lists of tokens on one scale. */
function sidesOf(lists: readonly (readonly [string, Pick<TokensAndWeights, "tokens" | "strengths">])[]) {
  const limit = Math.max(0, ...lists.flatMap(([, { strengths }]) => strengths.map(size)));
  return lists.map(([name, { tokens, strengths }]): Side<TokenRow> => {
    const rows = tokens.map((token, place) => {
      const strength = strengths[place] ?? null;
      return { token, strength, share: limit > 0 ? size(strength) / limit : 0, count: null };
    });
    return { name, rows };
  });
}

const size = (strength: number | null): number =>
  strength !== null && Number.isFinite(strength) ? Math.abs(strength) : 0;
