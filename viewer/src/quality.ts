/** How a unit's numbers came about and what is not there: manifest, record and explanations in, rows out. Pure. */
import type { Manifest, NeuronRecord, Row, ScoredExplanation } from "./nouns";
import { countsOf, scoredTexts } from "./simulated";
import { count } from "./tokens";
import { plural } from "./words";

const FIRST_POSITION: Record<string, string> = {
  prepended: "a BOS token stands before each text; neither it nor its activation is counted",
  "first-position-ignored": "left out of ranking, colour and statistics",
  included: "counted like any other",
};

/** Model, text, sampling, rule for the first position, versions: whatever the manifest records. */
export function madeRows(
  { model, source, corpus, sampling, run, created, neuronpedia }: Manifest,
  recorded = true, // whether there are activations, of which the rule for the first position is
): Row[] {
  const rows: (Row | false | null | undefined)[] = [
    {
      name: "Model",
      value: model.name,
      ...noted([model.architecture, hashed("weights", model.hash)]),
    },
    neuronpedia && {
      name: "On Neuronpedia",
      value: neuronpedia.model,
      ...noted([neuronpedia.sources.map(({ id }) => id).join(", ")]),
    },
    source.hook != null && { name: "Hook point", value: source.hook },
    source.hash != null && { name: "Dictionary", value: hashed("", source.hash) },
    corpus && {
      name: "Text",
      value: corpus.name,
      ...noted([
        `${plural(corpus.sequences, "text")} of ${plural(corpus.sequence_length, "token")}`,
        corpus.documents != null && `from ${plural(corpus.documents, "document")}`,
        hashed("token ids", corpus.hash),
      ]),
    },
    sampling && {
      name: "Texts asked for",
      value: `${sampling.top} top, ${sampling.negative} negative, ${sampling.random} random, ${sampling.per_quantile} a range of ranks`,
      note: `drawn with seed ${sampling.seed}`,
    },
    recorded && {
      name: "First position",
      value: FIRST_POSITION[source.bos ?? ""] ?? "nobody recorded how it was treated",
    },
    run && {
      name: "Computed in",
      value: `${run.dtype} on ${run.device}`,
      ...noted([`batches of ${run.batch_size}`, run.threads != null && plural(run.threads, "thread")]),
    },
    run?.versions && {
      name: "Versions",
      value: Object.entries(run.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    },
    created != null && { name: "Made", value: created },
  ];
  return rows.filter((row) => !!row);
}

/** What was dropped, what is missing, what could not be read; each of how many. */
export function qualityRows(
  { corpus }: Manifest,
  unit: NeuronRecord | undefined,
  explanations: readonly ScoredExplanation[],
): Row[] {
  return [
    ...(corpus?.duplicates_dropped != null
      ? [
          {
            name: "Duplicates dropped",
            value: `${count(corpus.duplicates_dropped)} of ${count(corpus.sequences + corpus.duplicates_dropped)} texts`,
          },
        ]
      : []),
    ...(corpus?.tail_tokens_dropped != null
      ? [
          {
            name: "Left over",
            value: plural(corpus.tail_tokens_dropped, "token"),
            note: "at the ends of documents, too few for a text",
          },
        ]
      : []),
    ...firingRows(unit),
    ...simulatedRows(explanations),
  ];
}

/** Whether it fires at all, and which groups came out short. */
function firingRows(unit: NeuronRecord | undefined): Row[] {
  const statistics = unit?.statistics;
  if (!statistics) return [];
  const short = (statistics.groups ?? []).filter(({ note }) => note);
  const dead = `yes: it fires in none of ${count(statistics.sequences)} texts`;
  return [
    { name: "Dead", value: statistics.dead ? dead : "no" },
    {
      name: "Groups that came out short",
      value: short.length === 0 ? "none" : short.map(({ group }) => group).join(", "),
    },
  ];
}

/** Over all explanations of the unit together. */
function simulatedRows(explanations: readonly ScoredExplanation[]): Row[] {
  const texts = explanations.flatMap(({ scored_simulation: its }) => (its ? scoredTexts(its) : []));
  if (texts.length === 0) return [];
  const { tokens, unparsed } = countsOf(texts);
  return [
    {
      name: "Simulated positions unparsed",
      value: `${count(unparsed)} of ${count(tokens + unparsed)}`,
      note: `over ${plural(explanations.length, "explanation")}`,
    },
  ];
}

const hashed = (what: string, hash: string | null | undefined): string =>
  hash ? `${what} ${hash.replace(/^(\w+):(\w{12})\w*$/, "$1 $2…")}`.trim() : "";

function noted(parts: readonly (string | false | null | undefined)[]): { note?: string } {
  const note = parts.filter(Boolean).join(" · ");
  return note ? { note } : {};
}
