/** The texts that an explanation was scored on in; numbers to draw, their counts and a caption out. Pure. */
import type { Scale } from "./color";
import type { ActivationRecord, ScoredSimulation, TokenValues } from "./nouns";
import { count, extremeOf, type Sign, short, UNPARSED } from "./tokens";
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

/** How real and simulated numbers stand to each other on the page. */
export type Beside = "side" | "overlaid" | "difference";

/** The texts of each group, as they come; what is of no group comes last. */
export function byGroup(texts: readonly ScoredText[]): { title: string; texts: ScoredText[] }[] {
  const found = ["top", "random", null].map((group) => ({
    title: group === null ? "Texts" : `${group[0]?.toUpperCase()}${group.slice(1)}`,
    texts: texts.filter((text) => (text.group ?? null) === group),
  }));
  return found.filter(({ texts }) => texts.length > 0);
}

/** Simulated minus real, on the scale of the real ones: a simulator's 10 is the real scale's end. */
export function difference({ real, simulated, scale }: ScoredText, { limit }: Scale): TokenValues {
  const unit = scale ? limit / scale.limit : 1;
  const activations = real.activations.map((value, position) => {
    const expected = simulated.activations[position] ?? null;
    return expected === null ? null : expected * unit - value;
  });
  return { tokens: real.tokens, activations, ignored: real.ignored ?? null };
}

/** The sign of the number that is furthest from 0. */
export function furthest(record: TokenValues): Sign {
  const [low, high] = ([-1, 1] as const).map((sign) => {
    const at = extremeOf(record, sign);
    return at === null ? 0 : (record.activations[at] ?? 0);
  });
  return -(low ?? 0) > (high ?? 0) ? -1 : 1;
}

/** What the colours mean, and how many positions have none for want of a number. */
export function captionOf(texts: readonly ScoredText[], { limit }: Scale, beside: Beside = "side"): string {
  const { tokens, unparsed } = countsOf(texts);
  const ten = texts.some(({ scale }) => scale);
  const dots =
    unparsed > 0 ? ` Dots: ${count(unparsed)} of ${plural(tokens + unparsed, "position")} ${UNPARSED}.` : "";
  return `${meaningOf(beside, short(limit), ten)}${dots}`;
}

function meaningOf(beside: Beside, limit: string, ten: boolean): string {
  const own = ten ? " for real activations, at 10 for simulated ones" : "";
  if (beside === "side") return `Full colour at ${limit}${own}.`;
  if (beside === "overlaid")
    return `Behind the text what is real, the bar under it simulated. Full colour at ${limit}${own}.`;
  const scale = ten ? `, a simulated 10 counting as ${limit}` : "";
  return `Simulated minus real${scale}: orange where too much was expected, blue where too little. Full colour at ${limit}.`;
}
