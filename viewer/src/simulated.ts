/** The texts that an explanation was scored on in; numbers to draw, their counts and a caption out. Pure. */
import type { Scale } from "./color";
import type { ActivationRecord, ScoredSimulation, TokenValues } from "./nouns";
import { count, short, UNPARSED } from "./tokens";
import { plural } from "./words";

/** One text that was scored, token by token; `scale` is null where simulated numbers are on that of the real ones. */
export type ScoredText = {
  group: string | null;
  real: ActivationRecord;
  simulated: TokenValues;
  scale: Scale | null;
};

/** Every text whose numbers pair up with its tokens; the others cannot be drawn truthfully. */
export function scoredTexts({ scored_sequence_simulations }: ScoredSimulation): ScoredText[] {
  return scored_sequence_simulations.flatMap(
    ({ simulation, true_activations, ignored = null, group = null }) => {
      const { tokens, expected_activations, activation_scale } = simulation;
      const real = { tokens, activations: true_activations, ignored };
      const simulated = { tokens, activations: expected_activations, ignored };
      const scale: Scale | null =
        activation_scale === "simulated_normalized_activations" ? { limit: 10, end: "ten" } : null;
      const odd = [real, simulated].some(({ activations }) => activations.length !== tokens.length);
      return odd ? [] : { group, real, simulated, scale };
    },
  );
}

/** How many positions have a number and how many have none; those that are left out are neither. */
export function countsOf(texts: readonly ScoredText[]) {
  const numbers = texts.flatMap(({ simulated: { activations, ignored } }) =>
    activations.filter((_, position) => !ignored?.includes(position)),
  );
  const tokens = numbers.filter((value) => value !== null).length;
  return { sequences: texts.length, tokens, unparsed: numbers.length - tokens };
}

/** What the colours mean, and how many positions have none for want of a number. */
export function captionOf(texts: readonly ScoredText[], { limit }: Scale): string {
  const { tokens, unparsed } = countsOf(texts);
  const own = texts.some(({ scale }) => scale) ? " for real activations, at 10 for simulated ones" : "";
  const dots =
    unparsed > 0 ? ` Dots: ${count(unparsed)} of ${plural(tokens + unparsed, "position")} ${UNPARSED}.` : "";
  return `Full colour at ${short(limit)}${own}.${dots}`;
}
