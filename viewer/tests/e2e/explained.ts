/** A site of two small datasets whose units are explained, served by the real server: one as written here, one as published. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type {
  NeuronRecord,
  NeuronSimulationResults,
  Score,
  ScoredExplanation,
  ScoredSequence,
} from "../../src/nouns";
import { test as base } from "./fixtures";
import { withFolder, withServer } from "./processes";

/** The tests' `test`, on pages of the explained site instead of the sample's. */
export const test = base.extend<object, { explainedSite: string }>({
  explainedSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const [one, other] = [join(folder, "explained"), join(folder, "published")];
        write(one, explanations);
        write(other, published);
        await withServer([one, other], join(folder, "cache"), use);
      }),
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ explainedSite }, use) => use(explainedSite),
});

/** A dataset of one unit, in folders and without a manifest, as the public ones are. */
function write(root: string, scored_explanations: ScoredExplanation[]): void {
  const results: NeuronSimulationResults = {
    dataclass_name: "NeuronSimulationResults",
    neuron_id: unit.neuron_id,
    scored_explanations,
  };
  const files = {
    "collated-activations/0/0.json": JSON.stringify(unit),
    "explanations/0/0.jsonl": `${JSON.stringify(results)}\n`,
  };
  for (const [name, body] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), body);
  }
}

const WORDS =
  "The harbour master wrote down each boat that came in on the morning tide , its name and its cargo ; by noon the\tledger was full\n and the quay stood empty . 🙂 Nobody asked why";
const TOKENS = WORDS.split(/(?= )/);
const REAL = TOKENS.map((_, place) => (place === 0 ? 40 : Math.max(0, 8 * Math.sin(place))));

const unit: NeuronRecord = {
  dataclass_name: "NeuronRecord",
  neuron_id: { layer_index: 0, neuron_index: 0 },
  most_positive_activation_records: [{ tokens: TOKENS, activations: REAL, ignored: [0] }],
  random_sample: [],
};

/** The expected numbers: near the real ones, every seventh one missing, and nothing at the position left out. */
const EXPECTED = REAL.map((real, place) =>
  place === 0 || place % 7 === 3 ? null : Number((real + 1.5 + Math.cos(3 * place)).toFixed(2)),
);
export const UNPARSED = EXPECTED.filter((value, place) => value === null && place > 0).length;
export const COUNTED = TOKENS.length - 1;

const sequence = (group: "top" | "random", expected_activations: (number | null)[]): ScoredSequence => ({
  dataclass_name: "ScoredSequenceSimulation",
  simulation: {
    dataclass_name: "SequenceSimulation",
    tokens: TOKENS,
    expected_activations,
    activation_scale: "simulated_normalized_activations",
    distribution_values: [],
    distribution_probabilities: [],
  },
  true_activations: REAL,
  ev_correlation_score: 0.61,
  rsquared_score: null,
  absolute_dev_explained_score: null,
  group,
  ignored: [0],
});

const score = (value: number | null, more: Partial<Score> = {}): Score => ({
  value,
  interval: value === null ? null : [value - 0.11, value + 0.11],
  reason: null,
  sequences: 10,
  tokens: 640,
  unparsed: 0,
  reliable: value !== null,
  interval_method: value === null ? null : "bootstrap",
  ...more,
});
const answers = { tokens: null, answers: 20, unparsed: 1 };

const best: ScoredExplanation = {
  explanation: "nouns of the sea and of trade, most of all where a sentence lists things that were counted",
  author: "SmolLM2-135M-Instruct",
  scored_simulation: {
    scored_sequence_simulations: [
      sequence("top", EXPECTED),
      sequence(
        "random",
        EXPECTED.map((_, place) => (place > 0 ? 0 : null)),
      ),
    ],
    ev_correlation_score: 0.52,
  },
  scores: {
    correlation: score(0.52, { unparsed: UNPARSED, ignored: 10 }),
    correlation_top: score(0.44, { sequences: 5, tokens: 320 }),
    correlation_random: score(null, {
      sequences: 5,
      tokens: 320,
      reason: "all simulated activations are the same",
    }),
    explained_variance: score(-1.2),
    detection_balanced_accuracy: score(0.7, answers),
    detection_auc: score(0.74, answers),
    fuzzing_balanced_accuracy: score(0.55, {
      ...answers,
      unparsed: 9,
      reliable: false,
      note: "not reliable: 9 of 20 answers unparsed",
    }),
  },
  baselines: {
    shuffled: { correlation: score(0.02), detection_balanced_accuracy: score(0.5, answers) },
    lookup: { correlation: score(0.31) },
  },
  provenance: {
    explainer: "pairs",
    model: "SmolLM2-135M-Instruct",
    simulator: "all-at-once",
    simulator_model: "SmolLM2-135M-Instruct",
    calibration: "linear",
    not_calibrated: "4 points, 8 needed",
    prompts: { explain: "3f".repeat(32), simulate: "a0".repeat(32) },
    options: { temperature: 1, samples: 3, explainers: ["pairs", "tokens"], few_shot: null, shuffled: true },
    notes: ["1 record left out of the prompt, which has room for 4,096 tokens"],
    failures: { unparsed: 3, timeout: 1 },
    shuffled_from: { layer_index: 4, neuron_index: 17 },
    split: "test",
    run: "20260102-030405",
    created: "2026-01-02T03:04:05+00:00",
    version: "0.1.0",
  },
};

const weaker = (explanation: string, value: number | null, more: Partial<Score> = {}): ScoredExplanation => ({
  explanation,
  scored_simulation: { scored_sequence_simulations: [], ev_correlation_score: value },
  scores: { correlation: score(value, more) },
  baselines: {
    shuffled: { correlation: score(null, { reason: "no other unit of the run was explained" }) },
    lookup: { correlation: score(0.31) },
  },
  provenance: { explainer: "tokens" },
});

const explanations: ScoredExplanation[] = [
  weaker("boat, tide, cargo, ledger", 0.31, {
    sequences: 4,
    reliable: false,
    note: "not reliable: only 4 of 8 sequences",
  }),
  weaker("things", null, { reason: "all simulated activations are the same" }),
  best,
  { explanation: "something about the sea", author: "Ada" },
  weaker("punctuation", -0.08),
];

const published: ScoredExplanation[] = [
  {
    explanation: " words about harbours",
    scored_simulation: {
      scored_sequence_simulations: [sequence("top", REAL)].map(({ simulation, true_activations }) => ({
        simulation: { ...simulation, activation_scale: "neuron_activations" },
        true_activations,
      })),
      ev_correlation_score: 0.37,
    },
  },
];
