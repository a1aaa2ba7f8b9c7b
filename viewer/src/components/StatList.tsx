/** One unit's numbers, each with what it means. */
import type { NeuronRecord, Row } from "../nouns";
import { count, percent, short } from "../tokens";
import { Rows } from "./Rows";

export const StatList = ({ record }: { record: NeuronRecord }) => (
  <Rows className="stats" rows={rowsOf(record)} />
);

function rowsOf(record: NeuronRecord): Row[] {
  return [
    ...countedRows(record),
    { name: "Mean", value: short(record.mean) },
    { name: "Variance", value: short(record.variance) },
    { name: "Skewness", value: short(record.skewness) },
    {
      name: "Kurtosis",
      value: short(record.kurtosis),
      note: "3 for a normal distribution; high means few strong tokens",
    },
  ];
}

/** What only datasets with statistics have. */
function countedRows({ statistics }: NeuronRecord): Row[] {
  if (!statistics) return [];
  const threshold = statistics.density_threshold;
  const above = threshold ? ` (${short(threshold)})` : "";
  const negative = statistics.sequences_fired_negative;
  return [
    { name: "Maximum", value: short(statistics.max) },
    { name: "Minimum", value: short(statistics.min) },
    {
      name: "Density",
      value: percent(statistics.density),
      note: `tokens ${statistics.density_definition}${above}, of ${count(statistics.tokens)}`,
    },
    {
      name: "Fired in",
      value: count(statistics.sequences_fired),
      note: `of ${count(statistics.sequences)} texts; ${negative > 0 ? `below zero in ${count(negative)}` : "never below zero"}`,
    },
  ];
}
