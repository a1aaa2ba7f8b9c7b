/** Names for what a trace is made of, as the server sends it. */

export type NodeKind = "unit" | "error";

export type TraceNode = {
  source: string;
  layer: number;
  module: string;
  unit: number | null;
  kind: NodeKind;
  position: number;
  token: string;
  activation: number;
  baseline: number;
  gradient: number | null;
  effect: number;
};

export type LayerSum = {
  source: string;
  layer: number;
  nodes: number;
  effect: number;
  size: number;
  error_effect: number;
  error_size: number;
  measured: number | null;
  tokens: number[];
};

export type VerifiedNode = {
  source: string;
  layer: number;
  unit: number | null;
  kind: NodeKind;
  position: number;
  predicted: number;
  measured: number;
};

export type TraceEdge = { source: number; target: number; effect: number };

export type Guess = { token: string; rank: number; logit: number; probability: number };

export type TraceOptions = {
  baseline?: "zero" | "mean" | "text";
  baseline_text?: string | null;
  method?: "patching" | "integrated_gradients" | "exact";
  layers?: number[] | null;
  keep?: number;
  steps?: number;
};

export type TraceReport = {
  model: string;
  metric: string;
  value: number;
  tokens: string[];
  options: TraceOptions;
  predictions: { position: number; targets: Guess[]; top: Guess[] };
  nodes: TraceNode[];
  total: number;
  completeness: { predicted: number; measured: number; layers: LayerSum[] };
  verify: { correlation: number | null; reason: string | null; points: VerifiedNode[] } | null;
  edges: TraceEdge[] | null;
  edge_nodes: number;
  note: string | null;
};

export type StoredTrace = { id: string; created: string; prompt: string; report: TraceReport };
export type TraceEntry = { id: string; created: string; prompt: string; model: string; metric: string };
export type TraceEntries = { traces: TraceEntry[] };

export type GivenTrace = {
  text: string;
  metric: string;
  dataset?: string | null;
  baseline?: "zero" | "mean" | "text";
  baseline_text?: string | null;
  method?: "patching" | "integrated_gradients" | "exact";
};

export type TraceJob = {
  id: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: { done: number; total: number | null; doing?: string | null };
  detail: string | null;
  result?: StoredTrace | null;
};
