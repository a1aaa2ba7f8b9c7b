/** What a live model traced: the command, the curl line and the Python line that trace the same prompt again. Pure. */
import { literal, message } from "./askingLive";
import type { GivenTrace } from "./nouns";
import { textOfTurns } from "./prompt";
import { type LiveTraceQuestion, OPEN, type Where, type Written } from "./questions";
import { pythonString as py, shellWord, whole } from "./quoting";

const MODEL = "MODEL stands for the model's folder, its .gguf file, or its name on the hub.";
const SAES =
  "SAES stands for what the server was given with --sae, by name: saes={name: open_source(subject, ...)}; WHERE for " +
  "where that SAE is.";
const ELSEWHERE =
  "The command traces MLP neurons or latents of an SAE; the other two lines trace these units.";

export function traced(where: Where, question: LiveTraceQuestion): Written {
  const { model, body, token } = question;
  const named = !["dataset", "mlp"].includes(body.units ?? "dataset");
  return {
    title: "The trace",
    command: `neuronscope trace MODEL${options(where, question)} --json ${words(body)}`,
    curl: job(where.api(`models/${encodeURIComponent(model)}/trace`), body, token ?? false),
    python:
      `${OPEN}${body.template ? "import json; " : ""}from neuronscope.live import *; from neuronscope.messages import Message; ` +
      "from neuronscope.subject import load_subject; from neuronscope.trace import *; " +
      `live = Live(load_subject("MODEL"), ${where.python}${named ? ", saes=SAES" : ""}); ` +
      `t = trace(live.subject, Prompt(${prompt(body)}), read_metric(${py(body.metric ?? "loss")}), ` +
      `units=live.units(${py(body.units ?? "dataset")}), options=TraceOptions(${optionsOf(body)}), dataset=live.dataset); ` +
      `print(t.report(verify=${body.verify || "None"}, edges=${body.edges || "None"}))`,
    notes: [MODEL, ...(named ? [SAES] : []), ...apart(question)],
  };
}

/** The job is begun, and looked at until it is over. */
function job(url: string, body: GivenTrace, token: boolean): string {
  const header = token ? ' -H "Authorization: Bearer $NEURONSCOPE_TOKEN"' : "";
  const begun = `curl -gsS${header} --json ${shellWord(whole(JSON.stringify(body)))} ${shellWord(url)}`;
  const id = `python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'`;
  const look = `curl -gsS --compressed ${shellWord(`${url}s/`)}$id.json`;
  return `id=$(${begun} | ${id}); until ${look} | grep -Ev '"state": ?"(queued|running)"'; do sleep 1; done`;
}

function words({ text, messages }: GivenTrace): string {
  const word = shellWord(messages ? textOfTurns(messages) : (text ?? ""));
  return word.startsWith("-") ? `-- ${word}` : word;
}

function options(where: Where, { body }: LiveTraceQuestion): string {
  const { metric = "loss", baseline = "zero", baseline_text: other, method = "patching" } = body;
  const given = [
    `--metric=${shellWord(metric)}`,
    baseline !== "zero" && `--baseline ${baseline}`,
    other != null && `--baseline-text=${shellWord(other)}`,
    method !== "patching" && `--method ${method}`,
    body.layers && `--layers ${body.layers.join(",")}`,
    typeof body.bos === "boolean" && (body.bos ? "--bos" : "--no-bos"),
    sae(body) && "--sae WHERE",
    `--top ${body.keep ?? 1000}`,
    body.verify && "--verify",
    body.edges && `--edges ${body.edges}`,
    `--dataset ${where.word}`,
  ];
  return given.map((option) => (option ? ` ${option}` : "")).join("");
}

const sae = ({ units = "dataset" }: GivenTrace): boolean => !["dataset", "mlp"].includes(units);

function apart({ body, source }: LiveTraceQuestion): string[] {
  const { messages, template, plain, steps = 10 } = body;
  const notes = [
    !sae(body) && source !== "mlp" && ELSEWHERE,
    messages?.some(({ role }) => role === "system") && "The command takes no system turn.",
    template && "The command takes no arguments of the chat template.",
    plain && "The command takes <eot> as the end of a turn.",
    steps !== 10 && "The command takes 10 steps.",
  ];
  return notes.flatMap((note) => note || []);
}

function prompt({ text, messages, template, bos, plain }: GivenTrace): string {
  const given = [
    messages ? `messages=[${messages.map(message).join(", ")}]` : `text=${py(text ?? "")}`,
    template && `template=json.loads(${py(JSON.stringify(template))})`,
    typeof bos === "boolean" && `bos=${literal(bos)}`,
    plain && "plain=True",
  ];
  return given.filter(Boolean).join(", ");
}

function optionsOf({ baseline, baseline_text, method, layers, keep, steps }: GivenTrace): string {
  const given = { baseline, baseline_text, method, keep, steps };
  return [
    ...Object.entries(given).flatMap(([name, value]) => (value == null ? [] : `${name}=${literal(value)}`)),
    ...(layers ? [`layers=tuple(${literal(layers)})`] : []),
  ].join(", ");
}
