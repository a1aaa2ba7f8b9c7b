/**
 * The graph of a trace as a file: what is shown of it in; the JSON that viewers of attribution graphs read, as
 * `neuronscope trace --graph` writes it and `neuronscope import graph` reads it, out. Those count upwards: a weight above 0
 * raises, so that a weight is the negative of an effect. Pure.
 */
import type { StoredTrace, TraceNode, TraceReport } from "./nouns";
import type { NodeGroup, Tracing } from "./trace";
import { METRIC, pruned } from "./traceGraph";

const UNIT = "cross layer transcoder"; // what those viewers call every unit: they draw no other kind
const ERROR = "mlp reconstruction error";
const ABOUT =
  "Weights are to first order: how much of the metric the source gives through the target, over every path between " +
  "them; those into the output are of the whole effect of a node.";

type Shown = Pick<Tracing, "shown" | "edges" | "pins" | "groups">;

/** Nodes of groups stand by themselves in it, and the groups as supernodes; pinned ones are pinned. */
export function graphFile({ id, report }: StoredTrace, { groups, ...state }: Shown) {
  const members = groups.flatMap(({ nodes }) => nodes);
  const { items, links } = pruned(report, { ...state, pins: [...state.pins, ...members], groups: [] });
  const places = items.flatMap(({ nodes }) => nodes);
  const first = report.nodes[0]?.source ?? "";
  const idOf = (place: number) => nodeId(report.nodes[place] as TraceNode, first);
  const output = outputOf(report);
  const total = places.reduce((sum, place) => sum + Math.abs(report.nodes[place]?.effect ?? 0), 0) || 1;
  const drawn = places.map((place) => drawnNode(report.nodes[place] as TraceNode, idOf(place), total));
  const end = (key: string) => (key === METRIC ? (output?.node_id ?? null) : idOf(Number(key)));
  return {
    metadata: metadata(id, report),
    qParams: viewOf(state.pins, groups, places, idOf),
    nodes: output ? [...drawn, output] : drawn,
    links: links.flatMap(({ from, to, effect }) => {
      const [source, target] = [end(from), end(to)];
      return source !== null && target !== null ? [{ source, target, weight: -effect }] : [];
    }),
  };
}

const metadata = (slug: string, { model, metric, tokens }: TraceReport) => ({
  slug,
  scan: model,
  transcoder_list: [],
  prompt_tokens: tokens,
  prompt: tokens.join(""),
  schema_version: 1,
  info: { generator: "neuronscope", metric, weights: ABOUT },
});

function viewOf(
  pins: readonly number[],
  groups: readonly NodeGroup[],
  places: readonly number[],
  idOf: (place: number) => string,
) {
  const shown = new Set(places);
  const there = (nodes: readonly number[]) => nodes.filter((place) => shown.has(place)).map(idOf);
  return {
    linkType: "both",
    pinnedIds: there(pins),
    clickedId: "",
    supernodes: groups.map(({ name, nodes }) => [name, ...there(nodes)]),
    sg_pos: "",
  };
}

/** Units of a second kind say which: one layer may have units of both. */
function nodeId({ source, layer, unit, kind, position }: TraceNode, first: string): string {
  if (kind === "embedding") return `E_${unit ?? "token"}_${position}`;
  const name = unit === null ? "error" : String(unit);
  return `${layer}_${source === first ? name : `${source}-${name}`}_${position}`;
}

function drawnNode(node: TraceNode, id: string, total: number) {
  const { source, layer, unit, kind, position, activation, effect } = node;
  const named = kind === "embedding" ? "embedding" : `${source} ${layer}:${unit ?? "error"}`;
  return {
    node_id: id,
    layer: kind === "embedding" ? "E" : String(layer),
    ctx_idx: position,
    feature_type: kind === "error" ? ERROR : kind === "embedding" ? kind : UNIT,
    feature: unit === null ? -1 : pairOf(layer, unit),
    jsNodeId: `${id.slice(0, id.lastIndexOf("_"))}-0`,
    clerp: named,
    influence: Math.abs(effect) / total,
    activation,
    ...PLAIN,
  };
}

const PLAIN = { token_prob: 0, is_target_logit: false, run_idx: 0, reverse_ctx_idx: 0 };

/** The number that those viewers know a layer and a unit by: Cantor's pairing. */
const pairOf = (layer: number, unit: number): number => ((layer + unit) * (layer + unit + 1)) / 2 + unit;

/** What the metric is of; null where a graph of another tool does not say it. */
function outputOf({ predictions, nodes, metric }: TraceReport) {
  const target = predictions.targets[0];
  if (!target) return null;
  const layer = Math.max(0, ...nodes.map((node) => node.layer)) + 1;
  const position = Math.max(predictions.position, 0);
  return {
    node_id: `${layer}_${target.id}_${position}`,
    layer: String(layer),
    ctx_idx: position,
    feature_type: "logit",
    feature: target.id,
    jsNodeId: `L_${target.id}-${position}`,
    clerp: `${metric} (p = ${target.probability.toFixed(3)})`,
    ...PLAIN,
    token_prob: target.probability,
    is_target_logit: true,
  };
}
