/** Activation in, colour step out. Pure: the steps themselves are the classes l1..l10 and n1..n10 of heatmap.css. */
import type { ActivationRecord, NeuronRecord } from "./nouns";

export const LEVELS = 10;
/** Below this share of the scale a token stays uncoloured, so that a page of near zeros is a page of text. */
export const FAINTEST = 0.02;

/**
 * What colours mean: full colour at `limit`, the size of the unit's maximum, of a larger minimum, the largest of several
 * units', or a simulator's 10. `said` puts a number into words where it is no share of that.
 */
export type Scale = {
  limit: number;
  end: "maximum" | "minimum" | "all" | "ten" | "text";
  said?: (value: number) => string;
};
/** Whether colours compare all texts of a unit, or each text with itself. */
export type Colouring = "unit" | "text";

/** -10 to 10: 0 is no colour, 1 to 10 orange, -1 to -10 blue. A limit that is not positive colours nothing. */
export function level(value: number | null, limit: number): number {
  if (value === null || !(limit > 0) || !Number.isFinite(value)) return 0;
  const share = Math.abs(value) / limit;
  if (share < FAINTEST) return 0;
  // A share that rounding put a hair over a step (0.30000000000000004) still belongs to that step.
  const step = Math.min(LEVELS, Math.max(1, Math.ceil(share * LEVELS - 1e-9)));
  return value < 0 ? -step : step;
}

/** The class that paints a level, or undefined where there is no colour. */
export function levelClass(step: number): string | undefined {
  if (step === 0) return undefined;
  return step > 0 ? `l${step}` : `n${-step}`;
}

type Texts = Partial<NeuronRecord>;

/** All records of a unit, whichever group they stand in. */
export function allRecords(record: Texts): ActivationRecord[] {
  return [
    ...(record.most_positive_activation_records ?? []),
    ...(record.most_negative_activation_records ?? []),
    ...(record.random_sample ?? []),
    ...(record.random_sample_by_quantile ?? []).flat(),
  ];
}

/** Smallest and largest activation of the records, 0 included; ignored positions do not count. */
function shownRange(records: readonly ActivationRecord[]): [number, number] {
  let low = 0;
  let high = 0;
  for (const { activations, ignored } of records) {
    const skip = new Set(ignored);
    activations.forEach((value, position) => {
      if (skip.has(position)) return;
      low = Math.min(low, value);
      high = Math.max(high, value);
    });
  }
  return [low, high];
}

/** One scale for every group of a unit: from its statistics, else from the records that are shown. */
export function scaleOf(record: Texts): Scale {
  const [low, high] = shownRange(allRecords(record));
  const max = record.statistics?.max ?? high;
  const min = record.statistics?.min ?? low;
  return -min > max ? { limit: -min, end: "minimum" } : { limit: Math.max(0, max), end: "maximum" };
}

/** A scale of one text's own. */
export function scaleOfText(record: ActivationRecord): Scale {
  const [low, high] = shownRange([record]);
  return { limit: Math.max(high, -low), end: "text" };
}

/** Whether any token of the unit is drawn in blue. */
export function showsNegative(record: NeuronRecord, scale: Scale): boolean {
  const [low] = shownRange(allRecords(record));
  return level(low, scale.limit) < 0;
}
