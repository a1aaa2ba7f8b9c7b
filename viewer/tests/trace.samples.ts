/** A small trace: four tokens, three layers, an error node, edges, and what was measured. */
import type { StoredTrace, TraceNode, TraceReport } from "../src/nouns";

const TOKENS = ["The", " cat", " sat", " on"];

export const node = (layer: number, unit: number | null, position: number, effect: number): TraceNode => ({
  source: "mlp",
  layer,
  module: `layers.${layer}`,
  unit,
  kind: unit === null ? "error" : "unit",
  position,
  token: TOKENS[position] ?? "",
  activation: 2 + layer,
  baseline: 0,
  gradient: unit === null ? null : effect / -(2 + layer),
  effect,
});

const sum = (layer: number, tokens: number[], measured: number | null) => ({
  source: "mlp",
  layer,
  nodes: 40,
  effect: tokens.reduce((so, one) => so + one, 0),
  size: 2,
  error_effect: layer === 2 ? 0.25 : 0,
  error_size: layer === 2 ? 0.5 : 0,
  measured,
  tokens,
});

export const report: TraceReport = {
  model: "tiny",
  metric: "logit: the",
  value: 3.5,
  tokens: TOKENS,
  options: {},
  predictions: {
    position: 3,
    targets: [{ id: 7, token: " the", rank: 2, logit: 3.5, probability: 0.1 }],
    top: [
      { id: 8, token: " a", rank: 0, logit: 5, probability: 0.5 },
      { id: 7, token: " the", rank: 2, logit: 3.5, probability: 0.1 },
    ],
  },
  nodes: [
    node(5, 131, 3, -1),
    node(2, 7, 1, 0.8),
    node(2, 7, 2, -0.6),
    node(4, 9, 3, 0.5),
    node(2, 3, 1, -0.4),
    node(2, null, 0, 0.25),
    node(5, 40, 3, 0.1),
  ],
  total: 120,
  completeness: {
    predicted: -0.35,
    measured: -0.5,
    layers: [sum(2, [0.25, 0.4, -0.6, 0], -0.1), sum(4, [0, 0, 0, 0.5], null), sum(5, [0, 0, 0, -0.9], -1)],
  },
  verify: {
    correlation: 0.97,
    reason: null,
    points: [
      { source: "mlp", layer: 5, unit: 131, kind: "unit", position: 3, predicted: -1, measured: -0.9 },
      { source: "mlp", layer: 2, unit: 7, kind: "unit", position: 1, predicted: 0.8, measured: 0.7 },
    ],
  },
  edges: [
    { source: 1, target: 0, effect: 0.7 },
    { source: 2, target: 0, effect: -0.3 },
    { source: 4, target: 3, effect: 0.2 },
    { source: 2, target: 3, effect: 0.1 },
    { source: 1, target: 3, effect: -0.05 },
  ],
  edge_nodes: 5,
  note: null,
};

export const stored: StoredTrace = {
  id: "the-cat",
  created: "2026-01-02T03:04:05Z",
  prompt: "The cat sat on",
  report,
};
