/** A unit's record in, its groups with titles and denominators out. Pure. */
import type { ActivationRecord, GroupCount, NeuronRecord } from "./nouns";
import { count, percent, type Sign } from "./tokens";
import { plural } from "./words";

export type RecordGroupData = {
  key: string; // in the link: top, negative, random, q0.5-0.9
  title: string;
  about: string;
  records: readonly ActivationRecord[];
  counted: GroupCount | null; // null where the dataset does not say
  sign: Sign;
  first: number; // how many are shown before "show all"
};

/** The groups in reading order; a kind that the record does not have at all is left out, an empty one stays. */
export function groupsOf(record: NeuronRecord): RecordGroupData[] {
  const counts = new Map((record.statistics?.groups ?? []).map((group) => [plain(group.group), group]));
  const counted = (name: string) => counts.get(name) ?? null;
  const top: RecordGroupData = {
    key: "top",
    title: "Top",
    about: "the texts with the largest activation",
    records: record.most_positive_activation_records ?? [],
    counted: counted("top"),
    sign: 1,
    first: 4,
  };
  const negative: RecordGroupData = {
    key: "negative",
    title: "Most negative",
    about: "the texts with the most negative activation",
    records: record.most_negative_activation_records ?? [],
    counted: counted("negative"),
    sign: -1,
    first: 2,
  };
  const random: RecordGroupData = {
    key: "random",
    title: "Random",
    about: "drawn by chance from the texts that no other group shows",
    records: record.random_sample ?? [],
    counted: counted("random"),
    sign: 1,
    first: 2,
  };
  const all = [top, negative, random, ...quantileGroups(record, counted)];
  return all.filter((group) => group.records.length > 0 || isTold(group));
}

/** An empty top group or an empty range of ranks is worth a sentence; that nothing is negative is not. */
const isTold = ({ key, counted }: RecordGroupData): boolean =>
  key === "top" || (key !== "negative" && counted !== null);

/** "quantile 0.0-0.5" as "quantile 0-0.5": a bound counts by its value, however it was written. */
const plain = (name: string): string => name.replace(/\d+(\.\d+)?/g, (bound) => String(Number(bound)));

/** One group per range of rank, the strongest first. Bounds and lists that do not fit each other are numbered. */
function quantileGroups(
  record: NeuronRecord,
  counted: (name: string) => GroupCount | null,
): RecordGroupData[] {
  const lists = record.random_sample_by_quantile ?? [];
  const bounds = record.quantile_boundaries ?? [];
  const groups = lists.map((records, place): RecordGroupData => {
    const [low, high] = [bounds[place], bounds[place + 1]];
    const known = low !== undefined && high !== undefined;
    const name = known ? `${low}-${high}` : `${place + 1}`;
    const range = known ? `${bare(low)}–${percentOf(high)}` : `range ${place + 1} of ${lists.length}`;
    return {
      key: `q${name}`,
      title: `Rank ${range}`,
      about: "drawn by rank: 0% is the weakest text of all, 100% the strongest",
      records,
      counted: counted(`quantile ${name}`),
      sign: 1,
      first: 1,
    };
  });
  return groups.reverse();
}

const percentOf = (share: number): string => `${Number((100 * share).toPrecision(6))}%`;
const bare = (share: number): string => percentOf(share).slice(0, -1);

/** The group's denominator in words. */
export function denominator(group: RecordGroupData): string {
  const texts = plural(group.records.length, "text");
  if (!group.counted) return group.records.length === 0 ? "none" : texts;
  const { sequences, fired } = group.counted;
  if (sequences === 0) return "no texts in this group";
  const how = group.sign < 0 ? "below zero" : "fired";
  return `${texts} of ${count(sequences)}; ${how} in ${count(fired)} (${percent(fired / sequences)})`;
}
