/** What a model expected, as numbers to draw and words to say. Pure. */
import type { Scale } from "./color";
import type { Alternative, Generated, Predicted, Predictions, SpliceCost, TokenValues } from "./nouns";
import { count, exact, percent, short } from "./tokens";

const FULL = 10; // nats: one in 22,026
const LEAST = 1; // nats; a change that is smaller than this everywhere does not fill the colours

/** Full colour where a token was held for one in twenty thousand. */
export const LIKELY_SCALE: Scale = {
  limit: FULL,
  end: "ten",
  said: (value) => `${percent(Math.exp(value))} likely`,
};

/** Natural logarithms of probability, with those left out that nothing was expected of. */
function valuesOf(tokens: readonly string[], values: readonly (number | null)[]): TokenValues {
  const ignored = values.flatMap((value, position) => (value === null ? [position] : []));
  return { tokens: [...tokens], activations: [...values], ignored };
}

export const likelihoods = ({ tokens, positions }: Pick<Predictions, "tokens" | "positions">): TokenValues =>
  valuesOf(
    tokens,
    positions.map(({ logprob }) => logprob),
  );

/** How much more likely each token is once the model is changed, and the scale of that; null where nothing is. */
export function shiftOf({
  tokens,
  difference,
}: Predictions): { record: TokenValues; scale: Scale; kl: TokenValues } | null {
  if (!difference) return null;
  const sizes = difference.logprob.map((value) => Math.abs(value ?? 0));
  const scale: Scale = { limit: Math.max(LEAST, ...sizes), end: "all", said: timesAsLikely };
  return { record: valuesOf(tokens, difference.logprob), scale, kl: valuesOf(tokens, difference.kl) };
}

const timesAsLikely = (value: number): string => `${short(Math.exp(value))} times as likely`;

/** KL divergences have no sign; full colour at the largest, or at 1 nat. */
export function klScale({ activations }: TokenValues): Scale {
  const sizes = activations.map((value) => value ?? 0);
  return { limit: Math.max(LEAST, ...sizes), end: "all", said: () => "nats between the two" };
}

export const probability = (logprob: number): string => percent(Math.exp(logprob));

/** What the model expected of the token that is there, in a sentence. */
export function expectedSentence({ logprob, rank, entropy }: Predicted): string {
  if (logprob === null || rank === null || entropy === null)
    return "Nothing stands before it, so nothing was expected.";
  const before = rank === 0 ? "the most likely token" : `${count(rank)} held for more likely`;
  return `${probability(logprob)} likely (log-probability ${exact(logprob)}), ${before}; entropy ${short(entropy)} nats.`;
}

/** The same alternatives before and after, joined: in the order after, then those that are not listed there. */
export type Shifted = { token: string; before: number | null; after: number | null };

export function shifted(before: readonly Alternative[], after: readonly Alternative[]): Shifted[] {
  const old = new Map(before.map(({ token, logprob }) => [token, logprob]));
  const now = new Map(after.map(({ token, logprob }) => [token, logprob]));
  const tokens = [...new Set([...after, ...before].map(({ token }) => token))];
  return tokens.map((token) => ({ token, before: old.get(token) ?? null, after: now.get(token) ?? null }));
}

const REASONS: Record<Generated["reason"], string> = {
  end: "The model ended its turn.",
  stop: "It came to a text at which to stop.",
  max_tokens: "That is as many tokens as were asked for.",
  context: "The model has no room for more.",
};
export const reasonOf = ({ reason }: Generated): string => REASONS[reason];

/** What splicing SAEs in costs, in a sentence. */
export function costSentence({ loss_recovered, zero_loss, reason }: SpliceCost): string {
  if (loss_recovered === null) return `No share of the loss can be said: ${reason ?? "there is none."}`;
  return `${percent(loss_recovered)} of the loss is recovered: 100% would be the model's own, 0% that with zeros in their place (${short(zero_loss)} nats).`;
}

/** How large an SAE's error is beside what it read, per token. */
export function errorOf(
  tokens: readonly string[],
  { error_norm, norm }: SpliceCost["saes"][number],
): { record: TokenValues; scale: Scale } {
  const scale: Scale = {
    limit: Math.max(0, ...error_norm.map((value) => value ?? 0)),
    end: "all",
    said: (value) => {
      const at = error_norm.indexOf(value);
      const whole = norm[at];
      return whole ? `error norm, ${percent(value / whole)} of what it read` : "error norm";
    },
  };
  return { record: valuesOf(tokens, error_norm), scale };
}
