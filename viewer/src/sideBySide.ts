/** Several units' records in; their numbers row by row, one scale, and histograms on one axis out. Pure. */
import { type Scale, scaleOf } from "./color";
import { type Bar, evenTicks, type Tick } from "./histogram";
import type { HistogramData, NeuronRecord, Statistics } from "./nouns";
import { count, percent, short } from "./tokens";

type Known = NeuronRecord | undefined;

/** One number of every unit; `note` what it is of, where that is the same for all, else `notes` of each. */
export type StatRow = { name: string; values: string[]; note: string; notes: string[] };

type Figure = {
  name: string;
  value: (record: NeuronRecord) => string;
  note?: (record: NeuronRecord) => string;
};

const counted = (value: (statistics: Statistics) => string) => (record: NeuronRecord) =>
  record.statistics ? value(record.statistics) : "–";
const noted = (value: (statistics: Statistics) => string) => (record: NeuronRecord) =>
  record.statistics ? value(record.statistics) : "";

const FIGURES: readonly Figure[] = [
  { name: "Maximum", value: counted(({ max }) => short(max)) },
  { name: "Minimum", value: counted(({ min }) => short(min)) },
  {
    name: "Density",
    value: counted(({ density }) => percent(density)),
    note: noted((its) => `tokens ${its.density_definition}, of ${count(its.tokens)}`),
  },
  {
    name: "Counts from",
    value: counted((its) => short(its.density_threshold)),
    note: () => "as density does",
  },
  {
    name: "Fired in",
    value: counted((its) => count(its.sequences_fired)),
    note: noted((its) => `of ${count(its.sequences)} texts`),
  },
  {
    name: "Dead",
    value: counted(({ dead }) => (dead ? "yes" : "no")),
    note: () => "never fired with either sign",
  },
  { name: "Mean", value: ({ mean }) => short(mean) },
  { name: "Variance", value: ({ variance }) => short(variance) },
  { name: "Skewness", value: ({ skewness }) => short(skewness) },
  { name: "Kurtosis", value: ({ kurtosis }) => short(kurtosis), note: () => "3 for a normal distribution" },
];

/** A row per number; a unit without a record has a dash in each. */
export function statRows(records: readonly Known[]): StatRow[] {
  return FIGURES.map(({ name, value, note }) => {
    const notes = records.map((record) => (record && note ? note(record) : ""));
    const said = [...new Set(notes.filter(Boolean))];
    const values = records.map((record) => (record ? value(record) : "–"));
    const one = said.length < 2;
    return { name, values, note: one ? (said[0] ?? "") : "", notes: one ? values.map(() => "") : notes };
  });
}

/** One scale for all units: the largest of theirs. */
export function commonScale(records: readonly Known[]): Scale {
  const limits = records.map((record) => (record ? scaleOf(record).limit : 0));
  return { limit: Math.max(0, ...limits), end: "all" };
}

/** `bars` null where a unit has no histogram; `width` of the bins, null where they differ. */
export type CommonDrawing = {
  bars: (Bar[] | null)[];
  along: Tick[];
  width: number | null;
  most: number;
};

/** Histograms on one axis and one height, both ends of which are the furthest of all; null where there is none. */
export function commonHistograms(records: readonly Known[]): CommonDrawing | null {
  const found = records.map((record) => record?.statistics?.histogram ?? null);
  const widest = Math.max(0, ...found.map((data) => data?.width ?? 0));
  const bins = found.map((data) => data && binsOf(rebinned(data, widest)));
  const all = bins.flatMap((some) => some ?? []);
  if (all.length === 0) return null;
  const low = Math.min(...all.map(({ from }) => from));
  const high = Math.max(...all.map(({ to }) => to));
  const most = Math.max(...all.map((bin) => bin.count));
  const place = (bin: Bin): Bar => ({
    ...bin,
    left: (bin.from - low) / (high - low),
    width: (bin.to - bin.from) / (high - low),
    height: Math.log1p(bin.count) / Math.log1p(most),
  });
  return {
    bars: bins.map((some) => some?.map(place) ?? null),
    along: evenTicks(low, high).map((value) => ({ value, at: (value - low) / (high - low) })),
    width: all.every(({ from, to }) => Math.abs(to - from - widest) < 1e-9 * widest) ? widest : null,
    most,
  };
}

type Bin = { from: number; to: number; count: number };

function binsOf({ lowest, width, counts }: HistogramData): Bin[] {
  const bins = counts.map((amount, place) => ({
    from: lowest + place * width,
    to: lowest + (place + 1) * width,
    count: amount,
  }));
  return bins.filter(({ count: amount }) => amount > 0);
}

/** The same counts in bins of another width, where that is a multiple that falls on whole bins; else as they are. */
export function rebinned(data: HistogramData, width: number): HistogramData {
  const { lowest, width: own, counts } = data;
  const ratio = width / own;
  const offset = lowest / own; // bins from 0 to the first one
  if (!(ratio > 1) || !Number.isInteger(ratio) || !Number.isInteger(offset)) return data;
  const first = Math.floor(offset / ratio);
  const merged: number[] = [];
  for (const [place, amount] of counts.entries()) {
    const at = Math.floor((offset + place) / ratio) - first;
    merged[at] = (merged[at] ?? 0) + amount;
  }
  return { lowest: first * width, width, counts: Array.from(merged, (amount) => amount ?? 0) };
}
