/** The numbers that a dataset's units have, one column each: what they are called, how they read. Pure. */
import { count, percent, short, twoDecimals } from "./tokens";

/** Those that can be sorted by, filtered and plotted; the ones wanted most often first. */
export const MEASURES = [
  "density",
  "kurtosis",
  "max",
  "score",
  "mean",
  "variance",
  "skewness",
  "min",
  "sequences_fired",
  "explanations",
  "layer",
] as const;
export type Measure = (typeof MEASURES)[number];

/** What can stand in the table beside a unit's place; the first is its explanation, or its strongest token. */
export const CELLS = [
  "about",
  "peak_token",
  "author",
  ...MEASURES.filter((name) => name !== "layer"),
] as const;
export type Cell = (typeof CELLS)[number];

/** What the server has a file of numbers for. */
export type Column = Measure | "unit" | "dead";

type Words = { title: string; about: string };

const TEXTS: Record<"about" | "peak_token" | "author", Words> = {
  about: { title: "Explanation", about: "the best explanation, or else the strongest token" },
  peak_token: { title: "Peak token", about: "the token of the strongest activation" },
  author: { title: "Explained by", about: "who or what wrote the best explanation" },
};

/** `log`: on most datasets it spans several powers of ten. */
type Meaning = Words & { log: boolean; read: (value: number) => string };

const MEANINGS: Record<Measure, Meaning> = {
  density: { title: "Density", about: "the share of tokens on which it fires", log: true, read: percent },
  kurtosis: {
    title: "Kurtosis",
    about: "3 for a normal distribution; high means few strong tokens",
    log: true,
    read: rounded,
  },
  max: { title: "Maximum", about: "the strongest activation", log: false, read: short },
  score: {
    title: "Best score",
    about: "how well the best explanation predicts activations; 1 is perfectly, 0 not at all",
    log: false,
    read: twoDecimals,
  },
  mean: { title: "Mean", about: "over all tokens", log: false, read: short },
  variance: { title: "Variance", about: "over all tokens", log: true, read: short },
  skewness: {
    title: "Skewness",
    about: "above zero: the long tail is that of strong positive activations",
    log: false,
    read: short,
  },
  min: { title: "Minimum", about: "the strongest activation below zero", log: false, read: short },
  sequences_fired: { title: "Fired in", about: "in how many texts it fires", log: false, read: count },
  explanations: { title: "Explanations", about: "how many explanations it has", log: false, read: count },
  layer: { title: "Layer", about: "counted from 0", log: false, read: count },
};

/** Thousands are parted where a number is whole anyway. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 && Math.abs(value) < 1e9 ? count(Math.round(value)) : short(value);
}

export const isMeasure = (name: string): name is Measure => (MEASURES as readonly string[]).includes(name);
export const isCell = (name: string): name is Cell => (CELLS as readonly string[]).includes(name);

export const wordsOf = (name: Cell | Measure): Words => (isMeasure(name) ? MEANINGS[name] : TEXTS[name]);

export const titleOf = (name: Cell | Measure): string => wordsOf(name).title;

export const spansPowers = (name: Measure): boolean => MEANINGS[name].log;

/** A number of a column as people read it; a dash where it is not known. */
export const read = (name: Measure, value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "–" : MEANINGS[name].read(value);

/** A round number beside an axis, as short as it can be. */
export function tick(name: Measure, value: number): string {
  if (name === "density") return percent(value);
  const size = Math.abs(value);
  const short = size >= 1e6 ? `${value / 1e6}M` : size >= 10_000 ? `${value / 1000}k` : count(value);
  return (size > 0 && size < 0.001 ? value.toExponential(0) : short).replace("-", "−");
}

/** A column's name inside a sentence. */
export const inSentence = (name: Measure): string =>
  name === "sequences_fired" ? "number of texts" : titleOf(name).toLowerCase();
