/** Runs of explaining, and how good explanations are: reports in; rows and sentences out. Pure. */
import type { ExplainerScores, LayerScores, Row, RunGlance, RunReport } from "./nouns";
import { count, percent, twoDecimals } from "./tokens";
import { plural } from "./words";

/** 1196.97 as "20 min", 42.3 as "42 s", 7384 as "2 h 3 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An undefined cost is not 0: nobody said what a token costs. */
export const dollars = (cost: number | null): string =>
  cost === null ? "not known" : `$${cost < 1 ? cost.toFixed(4) : cost.toFixed(2)}`;

/** "2026-11-22 00:00" in UTC; what is no time stays as it is. */
export const moment = (created: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(created) ? created.slice(0, 16).replace("T", " ") : created;

/** The columns of a run in the list of runs: a heading, and what stands under it. */
export const RUN_COLUMNS: readonly (readonly [string, (run: RunGlance) => string])[] = [
  ["Created (UTC)", ({ created }) => moment(created)],
  ["Models", ({ models }) => models.join(", ") || "none"],
  ["Explained", ({ explained, units }) => `${count(explained)} of ${plural(units, "unit")}`],
  ["Scored", ({ scored }) => plural(scored, "explanation")],
  ["Failed", ({ failed }) => plural(failed, "unit")],
  ["Tokens in, out", (run) => `${count(run.prompt_tokens)}, ${count(run.completion_tokens)}`],
  ["Cost", ({ cost }) => dollars(cost)],
  ["Time", ({ seconds }) => duration(seconds)],
];

/** What a run did and cost, each number with what it is of. */
export function runRows(run: RunReport): Row[] {
  const failed = new Set(run.failed_units?.map(({ layer, unit }) => `${layer}:${unit}`)).size;
  return [
    { name: "Created", value: `${moment(run.created)} UTC`, note: `by version ${run.version}` },
    { name: "Time", value: duration(run.seconds), note: "that it worked, all resumed parts together" },
    {
      name: "Explained",
      value: count(run.explained),
      note: `of ${plural(run.units, "unit")} that it was asked for`,
    },
    { name: "Scored", value: count(run.scored), note: "explanations, those of the token lookup among them" },
    { name: "Failed", value: count(failed), note: `of ${plural(run.units, "unit")} lack an explanation` },
    {
      name: "Requests",
      value: count(run.requests),
      note: `and ${plural(run.retries, "retry", "retries")}; ${count(run.cached)} more were answered from the cache`,
    },
    {
      name: "Tokens",
      value: count(run.prompt_tokens + run.completion_tokens),
      note: `${count(run.prompt_tokens)} read, ${count(run.completion_tokens)} written${uncounted(run)}`,
    },
    {
      name: "Cost",
      value: dollars(run.cost),
      note: run.cost === null ? "no prices were given" : "US dollars, at the prices that were given",
    },
  ];
}

const uncounted = ({ uncounted }: RunReport): string =>
  uncounted > 0 ? `; ${plural(uncounted, "answer")} did not say` : "";

export type FailureRow = { kind: string; reason: string; amount: string };

/** Why answers could not be used, and why units were not explained; the most frequent first. */
export function failureRows(run: RunReport): FailureRow[] {
  const answers = Object.entries(run.failures ?? {}).map(([kind, amount]) => {
    const reasons = Object.keys(run.reasons?.[kind] ?? {});
    return { kind, reason: reasons.slice(0, 3).join("; ") || "no reason is kept", amount, of: "answer" };
  });
  const units = new Map<string, { kind: string; reason: string; amount: number; of: string }>();
  for (const { explainer, kind, reason } of run.failed_units ?? []) {
    const name = `${explainer}: ${kind}`;
    const known = units.get(`${name} ${reason}`);
    if (known) known.amount += 1;
    else units.set(`${name} ${reason}`, { kind: name, reason, amount: 1, of: "explanation" });
  }
  return [...answers, ...units.values()]
    .sort((one, other) => other.amount - one.amount)
    .map(({ kind, reason, amount, of }) => ({ kind, reason, amount: plural(amount, of) }));
}

/** The models of a run with their jobs. */
export const modelRows = (run: RunReport): Row[] =>
  (run.models ?? []).map(({ jobs, description }) => ({
    name: jobs.join(" and "),
    value: description.name,
    note: [
      description.kind,
      description.address ?? "",
      description.dtype ?? "",
      description.hash ? `weights ${description.hash.slice(0, 19)}` : "",
    ]
      .filter(Boolean)
      .join(" · "),
  }));

/** A layer's best scores in a sentence, every number with its denominator. */
export function layerSentence(layer: LayerScores): string {
  const { units, explained, scored, mean, quartiles, intervals, above_zero: above } = layer;
  if (scored === 0)
    return explained === 0
      ? `none of ${count(units)} explained`
      : `${count(explained)} of ${count(units)} explained, none scored`;
  const [low, middle, high] = quartiles ?? [0, 0, 0];
  const range = scored > 1 ? `, half of them from ${twoDecimals(low)} to ${twoDecimals(high)}` : "";
  const sure =
    intervals > 0 ? `; ${count(above)} of ${plural(intervals, "interval")} above 0` : "; no intervals";
  const average = mean === null ? "" : `, mean ${twoDecimals(mean)}`;
  return `${count(scored)} of ${count(units)} scored, median ${twoDecimals(middle)}${average}${range}${sure}`;
}

/** Bars of a layer's histogram as shares of the tallest bar of all layers. */
export function layerBars({ counts }: LayerScores, tallest: number): { at: number; height: number }[] {
  return counts.flatMap((amount, place) =>
    amount > 0 ? [{ at: place / counts.length, height: amount / tallest }] : [],
  );
}

export const tallestOf = (layers: readonly LayerScores[]): number =>
  Math.max(1, ...layers.flatMap(({ counts }) => counts));

const BASELINES: Record<string, string> = {
  lookup: "token lookup",
  shuffled: "another unit's explanation",
};

/** An explainer's correlation, and how often it beats the baselines. */
export function explainerSentence({ units, scored, mean, interval, beaten }: ExplainerScores): string {
  if (mean === null) return `${plural(units, "unit")}, none with a correlation`;
  const ends = interval ? `, 95% interval ${interval.map(twoDecimals).join(" to ")}` : "";
  const average = `mean correlation ${twoDecimals(mean)} over ${plural(scored, "unit")}${ends}`;
  const wins = beaten.map(
    ({ baseline, wins, pairs }) =>
      `more than ${BASELINES[baseline] ?? baseline} in ${count(wins)} of ${count(pairs)} (${percent(pairs > 0 ? wins / pairs : null)})`,
  );
  return [average, ...wins].join("; ");
}
