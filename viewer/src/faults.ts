/**
 * Where an explanation is wrong: texts with what is real and what was simulated for each token in; the tokens that it
 * mistakes, worst first, and which tokens they are most often, out. Pure.
 *
 * Both numbers stand on the scale of the real ones: a calibrated number as it is, and a simulator's 0 to 10 with its 10
 * at the scale's end. The error of a token is simulated minus real as a share of that end, so that 1 is a token expected
 * to be at the unit's maximum where the unit is silent. A token is a false positive where its error is at least WRONG,
 * and a false negative where it is at most -WRONG. Positions that are left out, and those without a number, are neither,
 * and are not counted among the tokens.
 */
import type { Scale } from "./color";
import { countsOf, type ScoredText } from "./simulated";
import { count, short } from "./tokens";
import { plural } from "./words";

export const WRONG = 0.1; // of the scale: about where a unit counts as firing
const DIGITS = 1e9; // errors are compared to nine decimals: what floats round away decides nothing

/** One mistaken token: `text` and `position` say where it stands, `real` and `simulated` are on the scale of the real. */
export type Fault = {
  text: number;
  position: number;
  token: string;
  real: number;
  simulated: number;
  error: number;
};
export type Kind = "over" | "under";
/** Worst first, by size of the error; among equals in the order of the texts. */
export type Faults = Record<Kind, Fault[]> & { sequences: number; tokens: number; unparsed: number };

/** Without a scale (nothing real is above zero) there is no share of it, and so nothing that can be called wrong. */
export function faultsOf(texts: readonly ScoredText[], scale: Scale): Faults {
  const found = scale.limit > 0 ? texts.flatMap((text, place) => errorsOf(text, place, scale)) : [];
  return {
    over: found.filter(({ error }) => error >= WRONG).sort((one, other) => other.error - one.error),
    under: found.filter(({ error }) => error <= -WRONG).sort((one, other) => one.error - other.error),
    ...countsOf(texts),
  };
}

function errorsOf({ real, simulated, scale: its }: ScoredText, text: number, { limit }: Scale): Fault[] {
  const unit = its ? limit / its.limit : 1;
  return real.tokens.flatMap((token, position) => {
    const [actual, said] = [real.activations[position], simulated.activations[position]];
    if (actual === undefined || said == null || real.ignored?.includes(position)) return [];
    const expected = said * unit;
    const error = Math.round((DIGITS * (expected - actual)) / limit) / DIGITS;
    return [{ text, position, token, real: actual, simulated: expected, error }];
  });
}

/** A token as it stands, how often it is mistaken, and how often it occurs where it has a number. */
export type Often = { token: string; times: number; of: number };

/** Most often mistaken first; among equals the one whose mistakes come first in the list. Once is not often. */
export function mostOften(faults: readonly Fault[], texts: readonly ScoredText[]): Often[] {
  const times = new Map<string, number>();
  for (const { token } of faults) times.set(token, (times.get(token) ?? 0) + 1);
  const all = new Map<string, number>();
  for (const { real, simulated } of texts)
    for (const [position, token] of real.tokens.entries())
      if (simulated.activations[position] != null && !real.ignored?.includes(position))
        all.set(token, (all.get(token) ?? 0) + 1);
  return [...times]
    .filter(([, count]) => count > 1)
    .map(([token, count]) => ({ token, times: count, of: all.get(token) ?? count }))
    .sort((one, other) => other.times - one.times);
}

/** +80%, or 80% without a sign; a share of the scale's end, with a true minus sign. */
export function shareSaid(share: number, withSign = true): string {
  const percent = Math.round(100 * share) || 0;
  return `${withSign && percent > 0 ? "+" : ""}${percent}%`.replace("-", "−");
}

/** What is counted, on which scale, and what the colours mean; or why nothing can be. */
export function faultsSaid(faults: Faults, texts: readonly ScoredText[], scale: Scale): string[] {
  const { sequences, tokens, unparsed } = faults;
  if (!(scale.limit > 0))
    return ["No activation of this unit is above zero, so there is no scale to measure mistakes on."];
  const left = unparsed > 0 ? ` ${count(unparsed)} more have no simulated number and are not counted.` : "";
  const end = scale.end === "minimum" ? "the size of the unit’s minimum" : "the unit’s maximum";
  const raw = texts.some((text) => text.scale);
  const ten = raw ? ", and a simulated 10 counts as that" : "";
  return [
    `Of ${plural(tokens, "token")} in ${plural(sequences, "text")}, those count as wrong whose simulated activation is at least ${100 * WRONG}% of the scale from the real one.${left}${raw ? " The simulated numbers were not calibrated: a simulator that expects a little everywhere is wrong everywhere." : ""}`,
    `One scale for everything: 100% is ${short(scale.limit)}, ${end}${ten}. Orange where too much was expected, blue where too little; the token itself is underlined.`,
  ];
}
