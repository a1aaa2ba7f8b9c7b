/** What a person asks to be traced, as it is typed and as it is sent. Pure. */
import type { GivenTrace, Message, StoredTrace } from "./nouns";
import { givenOf } from "./prompt";

export const METRICS = [
  ["difference", "Difference of two logits"],
  ["logit", "A logit"],
  ["loss", "The loss of the last token"],
] as const;

export type Ask = {
  text: string;
  turns: readonly Message[] | null; // null: the text is what the model reads
  metric: (typeof METRICS)[number][0];
  answer: string; // with the space that belongs to it
  rival: string;
  baseline: NonNullable<GivenTrace["baseline"]>;
  other: string; // the text of that baseline
  method: NonNullable<GivenTrace["method"]>;
};

export const FIRST_ASK: Ask = {
  text: "",
  turns: null,
  metric: "difference",
  answer: "",
  rival: "",
  baseline: "zero",
  other: "",
  method: "patching",
};

/** The ask as the server reads it; a sentence where something is missing. */
export function givenIn(ask: Ask): GivenTrace | string {
  const { metric, answer, rival, baseline, other, method } = ask;
  const read = givenOf(ask);
  const answers = metric === "loss" ? [] : metric === "logit" ? [answer] : [answer, rival];
  if (!read) return "Type a prompt first.";
  if (answers.includes(""))
    return "Type the answer whose logit is meant: a token, mostly with a space before it.";
  if (metric === "difference" && answer === rival)
    return "Type two different answers: the difference of one is 0.";
  if (metric === "difference" && answers.some((one) => one.includes(",")))
    return "An answer of a difference has no comma, which stands between the two.";
  if (baseline === "text" && other === "") return "Type the text that the units are taken from instead.";
  return {
    ...read,
    metric: metric === "loss" ? metric : `${metric}:${answers.join(",")}`,
    baseline,
    method,
    ...(baseline === "text" && { baseline_text: other }),
  };
}

/** How a trace that a live model made is asked for again; with `checked` of the nodes that were measured, else of all. */
export function askedAgain({ prompt, asked, units, report }: StoredTrace, checked: boolean): GivenTrace {
  const { options, metric, verify, edges, edge_nodes } = report;
  const { text, messages, template, bos, plain } = asked ?? { text: prompt };
  const read = { text, messages, template, bos, plain: plain || null, layers: options.layers };
  const said = Object.entries(read).filter(([, value]) => value !== null && value !== undefined);
  const many =
    checked && verify && options.method !== "exact" ? { keep: Math.max(1, verify.points.length) } : {};
  return {
    ...Object.fromEntries(said),
    metric,
    units: units ?? "dataset",
    baseline: options.baseline ?? "zero",
    ...(options.baseline_text != null && { baseline_text: options.baseline_text }),
    method: options.method ?? "patching",
    keep: options.keep ?? 1000,
    steps: options.steps ?? 10,
    ...many,
    verify: checked ? (verify?.points.length ?? 0) : 0,
    edges: checked || edges === null ? 0 : edge_nodes,
  };
}
