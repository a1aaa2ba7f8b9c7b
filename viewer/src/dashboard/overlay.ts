/** Units on a typed text, as they are drawn: an answer and what is highlighted in, one or two rows of numbers out. Pure. */
import type { Scale } from "../color";
import type { TokenValues } from "../nouns";
import type { OnlineAnswer, OnlineUnit, ScaleOf } from "../shown";
import { exact, type Under } from "../tokens";

/** `missing`: highlighted units that were not computed. */
export type Overlay = {
  first: { unit: OnlineUnit; values: TokenValues; scale: Scale } | null;
  second: (Under & { unit: OnlineUnit }) | null;
  missing: string[];
};

export const nameOf = ({ key, name }: Pick<OnlineUnit, "key" | "name">): string =>
  name ? `${key} ${name}` : key;

/** The first of `highlighted` as colour, the second drawn under it; the others of `tooltip` are said at each token. */
export function overlayOf(
  answer: OnlineAnswer,
  {
    highlighted,
    tooltip,
    scale,
  }: { highlighted: readonly string[]; tooltip: readonly string[]; scale: ScaleOf },
): Overlay {
  const units = new Map(answer.units.map((unit) => [unit.key, unit]));
  const [first, second] = highlighted.flatMap((key) => units.get(key) ?? []);
  const shown = new Set([first?.key, second?.key]);
  const tips = tipsOf(
    answer,
    tooltip.filter((key) => !shown.has(key)).flatMap((key) => units.get(key) ?? []),
  );
  const { tokens, ignored = null } = answer;
  const valuesOf = ({ activations }: OnlineUnit): TokenValues => ({ tokens, activations, ignored });
  const scales = scalesOf(
    [first, second].filter((unit) => !!unit),
    scale,
  );
  return {
    first: first ? { unit: first, values: { ...valuesOf(first), tips }, scale: scales[0] as Scale } : null,
    second: second
      ? { unit: second, values: valuesOf(second), scale: scales[1] as Scale, name: nameOf(second) }
      : null,
    missing: highlighted.filter((key) => !units.has(key)),
  };
}

/** Each unit's own maximum, or the largest of those that are shown. */
function scalesOf(units: readonly OnlineUnit[], scale: ScaleOf): Scale[] {
  const own = units.map(({ max }): Scale => ({ limit: max ?? 0, end: "maximum" }));
  if (scale === "unit") return own;
  const limit = Math.max(0, ...own.map((one) => one.limit));
  return own.map(() => ({ limit, end: "all" }));
}

/** What the tooltip says of each token beside the numbers that are drawn; null where it says nothing. */
function tipsOf({ tokens }: OnlineAnswer, units: readonly OnlineUnit[]): (string | null)[] | null {
  if (units.length === 0) return null;
  return tokens.map((_, position) =>
    units
      .map((unit) => {
        const value = unit.activations[position] ?? null;
        return `${nameOf(unit)}: ${value === null ? "no number" : exact(value)}`;
      })
      .join("; "),
  );
}

/** `keys` with one in it or not; of those that are highlighted at most two, the ones chosen last. */
export function chosen(
  keys: readonly string[],
  key: string,
  on: boolean,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const others = keys.filter((other) => other !== key);
  const all = on ? [...others, key] : others;
  return all.slice(Math.max(0, all.length - most));
}
