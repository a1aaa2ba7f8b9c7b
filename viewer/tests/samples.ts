/** Data for the tests: one unit with every group, and random texts that are hard to draw. */
import type {
  ActivationRecord,
  DatasetEntry,
  LogitTable,
  Manifest,
  Neighbours,
  NeuronRecord,
  RelatedNeurons,
  Score,
  ScoredExplanation,
  ScoredSequence,
  SearchAnswer,
  SearchHit,
  Site,
  TokensAndWeights,
  TokensByActivation,
  TokensByWeight,
  UnitTable,
} from "../src/nouns";
import { FIRST_SEARCH, MOST_PAGES, type Search } from "../src/search";

export const text = (tokens: string[], activations: number[], ignored?: number[]): ActivationRecord => ({
  tokens,
  activations,
  ...(ignored && { ignored }),
});

export const warm = text(["The", " cat", " sat", ".\n"], [9, 0.5, 8, 0.05], [0]);
export const cold = text(["A", " dog", " ran"], [0.1, -3, -0.05]);

export const unit: NeuronRecord = {
  dataclass_name: "NeuronRecord",
  neuron_id: { layer_index: 5, neuron_index: 131 },
  most_positive_activation_records: [warm, ...Array.from({ length: 5 }, () => text(["x", " y"], [4, 0]))],
  most_negative_activation_records: [cold],
  random_sample: [text(["no", "thing"], [0, 0])],
  random_sample_by_quantile: [[], [text(["a", "b"], [1, 2])]],
  quantile_boundaries: [0, 0.5, 0.9],
  mean: 0.1,
  variance: 2,
  skewness: null,
  kurtosis: 1234.5,
  statistics: {
    tokens: 6400,
    sequences: 100,
    sequences_fired: 40,
    sequences_fired_negative: 3,
    dead: false,
    min: -3,
    max: 8,
    density: 0.0123,
    density_threshold: 0.8,
    density_definition: "above 10% of the maximum",
    histogram: { lowest: -8, width: 2, counts: [0, 0, 1, 500, 9000, 40, 3, 1] },
    groups: [
      { group: "top", sequences: 100, fired: 40, kept: 6 },
      { group: "negative", sequences: 100, fired: 3, kept: 1 },
      {
        group: "random",
        sequences: 60,
        fired: 10,
        kept: 1,
        note: "15 asked for, only 1 were left to choose from",
      },
      { group: "quantile 0.0-0.5", sequences: 50, fired: 0, kept: 0, note: "5 asked for, none left" },
      { group: "quantile 0.5-0.9", sequences: 40, fired: 30, kept: 1 },
    ],
  },
};

export const dataset: DatasetEntry = {
  name: "sample",
  title: "A sample",
  model: "tiny",
  source: "mlp",
  layers: 2,
  units: 4,
  root: "api/datasets/sample",
  parts: ["collated-activations", "explanations", "units", "lists"],
  packed: false,
  status: "ready",
  detail: null,
};

export const site: Site = {
  title: "Neuronscope",
  datasets: [dataset],
  models: [],
  search: false,
  writing: false,
};

export const manifest: Manifest = {
  name: "sample",
  title: "A sample",
  model: { name: "tiny", layers: 12 },
  source: { kind: "mlp" },
  layers: [
    { index: 2, units: 1, unit_ids: [7] },
    { index: 5, units: 3, unit_ids: [40, 131, 900] },
  ],
  corpus: { name: "a few books", sequences: 100, sequence_length: 64, tokens: 6400 },
};

export const table: UnitTable = {
  layer: 2,
  unit: [7, 8, 9],
  max: [1, 2, null],
  kurtosis: [10, 30, null],
  density: [0.1, 0.001, null],
  peak_token: [" seven", " eight", null],
};

/** A score of 640 tokens; what a test is about stands in `with_`. */
export const score = (with_: Partial<Score> = {}): Score => ({
  value: 0.52,
  interval: [0.41, 0.63],
  reason: null,
  sequences: 10,
  tokens: 640,
  unparsed: 0,
  reliable: true,
  ...with_,
});

export const simulated = (
  expected: (number | null)[],
  real: number[],
  with_: Partial<ScoredSequence> = {},
): ScoredSequence => ({
  simulation: {
    tokens: real.map((_, position) => ` w${position}`),
    expected_activations: expected,
    activation_scale: "simulated_normalized_activations",
    distribution_values: [],
    distribution_probabilities: [],
  },
  true_activations: real,
  ...with_,
});

/** As this software writes one: scores with intervals, baselines, provenance, and a position without a number. */
export const explained: ScoredExplanation = {
  explanation: " words for sitting ",
  author: "tiny-explainer",
  scored_simulation: {
    ev_correlation_score: 0.52,
    scored_sequence_simulations: [
      simulated([null, 1, null, 10], [9, 0, 8, 4], {
        group: "top",
        ignored: [0],
        ev_correlation_score: 0.31,
      }),
      simulated([0, 0, 0, 2], [0, 0, 0, 1], { group: "random" }),
    ],
  },
  scores: {
    correlation: score({ unparsed: 12, ignored: 10 }),
    correlation_random: score({ value: null, interval: null, reason: "all real activations are the same" }),
    detection_balanced_accuracy: score({
      value: 0.7,
      interval: [0.5, 0.85],
      tokens: null,
      answers: 20,
      unparsed: 1,
    }),
  },
  baselines: {
    shuffled: { correlation: score({ value: 0.02 }) },
    lookup: { correlation: score({ value: 0.31 }) },
  },
  provenance: {
    explainer: "pairs",
    model: "tiny_explainer",
    simulator: "all-at-once",
    simulator_model: "tiny-simulator",
    calibration: "linear",
    not_calibrated: null,
    split: "test",
    shuffled_from: { layer_index: 2, neuron_index: 0 },
    failures: { unparsed: 3, timeout: 1 },
    notes: ["1 record left out of the prompt", "2 texts too few"],
    options: { temperature: 0, explainers: ["pairs", "tokens"], few_shot: null, shuffled: false },
    prompts: { explain: "0123456789abcdef" },
    created: "2026-01-02T03:04:05+00:00",
  },
};

export const weights = (tokens: string[], strengths: (number | null)[]): TokensAndWeights => ({
  tokens,
  strengths,
});

export const activationTokens: TokensByActivation = {
  tokens: [" cat", "\n ", "sat"],
  average_activations: [4, 1, null],
  counts: [1234, 3, 7],
  minimum_count: 3,
};

/** Of a gated model. */
export const weightTokens: TokensByWeight = {
  input_positive: weights(["in+"], [2]),
  input_negative: weights(["in-"], [-1]),
  output_positive: weights(["out+"], [0.5]),
  output_negative: weights([], []),
  up_positive: weights(["up+"], [1]),
  up_negative: weights(["up-"], [-1]),
  folded: true,
};

/** Of a gated model's first layer, as a server answers it. */
export const weightUnits: RelatedNeurons = {
  c_fc: null,
  c_proj: {
    top_positive_neurons: ["5_40", "5_900"],
    top_positive_weights: [0.75, 0.5],
    top_negative_neurons: ["5_131"],
    top_negative_weights: [-0.25],
    top_positive_units: [
      { explanation: "words for sitting", score: 0.52, max: 9 },
      { explanation: null, score: null, max: 7.5 },
    ],
  },
  c_proj_up: {
    top_positive_neurons: ["5_1"],
    top_positive_weights: [0.1],
    top_negative_neurons: [],
    top_negative_weights: [],
  },
  folded: false,
};

export const together: Neighbours = {
  neighbours: [
    { layer: 5, unit: 40, value: 0.4, measure: "pearson", about: null },
    { layer: 5, unit: 900, value: null, measure: "pearson", about: null },
    { layer: 2, unit: 7, value: 0.9996, measure: "jaccard", about: null },
  ],
};

export const logitTable: LogitTable = {
  top: weights([" yes"], [3]),
  bottom: weights([" no"], [-6]),
  mean: -0.5,
  variance: 2,
  skewness: null,
  kurtosis: 3.25,
  folded: null,
  tokens: 49135,
  histogram: { lowest: -8, width: 4, counts: [1, 0, 500, 2] },
};

/** Answers by address; an address that is not named is a 404 with the server's sentence. */
export function answers(bodies: Record<string, unknown>): typeof fetch {
  return async (input) => {
    const path = decodeURI(new URL(String(input)).pathname).slice(1);
    const body = bodies[path];
    if (body instanceof Error) throw body;
    if (body instanceof Response) return body.clone();
    if (body !== undefined) return Response.json(body);
    return Response.json({ title: "Not found", status: 404, detail: `nothing at ${path}` }, { status: 404 });
  };
}

/** A generator with a seed, so that a failing case can be run again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Any search that a link can hold. */
export function anySearch(random: () => number): Search {
  const of = <T>(values: readonly T[], first: T): T => values[Math.floor(random() * values.length)] ?? first;
  const sort = of(["relevance", "score", "max", "layer"] as const, "relevance");
  const turned = sort === "layer" ? "desc" : "asc"; // the order that is not the sort's own
  return {
    ...FIRST_SEARCH,
    q: Array.from({ length: Math.floor(random() * 4) }, () =>
      of([...HARD, "%", "+", "#", "?", "a=b"], ""),
    ).join(""),
    where: of(["both", "explanations", "tokens"], "both"),
    mode: of(["words", "regex", "meaning"], "words"),
    layer: of([null, 0, 47], null),
    minScore: of([null, 0, 0.25, -0.5, 1], null),
    sort,
    order: sort === "relevance" || random() < 0.5 ? null : turned,
    pages: of([1, 2, MOST_PAGES], 1),
  };
}

export const hit = (with_: Partial<SearchHit> = {}): SearchHit => ({
  layer: 5,
  unit: 131,
  matched: "explanations",
  number: 0,
  explanation: "words for sitting",
  author: "tiny-explainer",
  score: 0.52,
  max: 8,
  rank: 3,
  snippet: { text: "words for sitting", ranges: [[10, 17]] },
  ...with_,
});

export const answer = (hits: SearchHit[], with_: Partial<SearchAnswer> = {}): SearchAnswer => ({
  total: hits.length,
  explanations: hits.filter(({ matched }) => matched === "explanations").length,
  tokens: hits.filter(({ matched }) => matched === "tokens").length,
  by_author: [],
  by_others: 0,
  hits,
  snapshot: "s",
  cursor: null,
  ...with_,
});

const HARD = [
  " the",
  "a",
  "\n",
  "\r\n",
  "\t",
  " ",
  "  ",
  "東京",
  "タ",
  "🙂",
  "",
  "",
  "\uFFFD",
  "مرحبا",
  "<script>",
  "&amp;",
  "⏎",
  "é",
  "👩‍👩‍👧",
  "\u202e",
  "\u200b",
];

/** A text of up to 40 tokens from the hard cases, with activations of both signs. */
export function hardText(random: () => number): ActivationRecord {
  const size = Math.floor(random() * 40);
  const pick = () => HARD[Math.floor(random() * HARD.length)] ?? "";
  const value = () => (random() < 0.5 ? 0 : (random() - 0.4) * 10);
  return text(
    Array.from({ length: size }, pick),
    Array.from({ length: size }, value),
    random() < 0.3 && size > 0 ? [0] : undefined,
  );
}
