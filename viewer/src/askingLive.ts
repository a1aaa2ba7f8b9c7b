/** What a live model answers when it is asked: the command, the curl line and the Python line for one ask. Pure. */
import type { Intervention, Message, Splice, UnitPlace } from "./nouns";
import { textOfTurns } from "./prompt";
import { type LiveQuestion, OPEN, type Where, type Written } from "./questions";
import { decimal, pythonString as py, shellWord, whole } from "./quoting";

const MODEL = "MODEL stands for the model's folder, its .gguf file, or its name on the hub.";
const SAES =
  "SAES stands for what the server was given with --sae, by name: saes={name: open_source(subject, ...)}.";
const COMMANDS = {
  activations: "activations",
  "top-units": "top",
  predictions: "predict",
  generate: "generate",
};
const ASKS = {
  activations: "AskActivations",
  "top-units": "AskTopUnits",
  predictions: "AskPredictions",
  generate: "AskGeneration",
};
const TITLES = {
  activations: "Activations on the text",
  "top-units": "Strongest units",
  predictions: "What the model expects",
  generate: "What the model says",
};

export function live(where: Where, question: LiveQuestion): Written {
  const { path, model, body, token } = question;
  const { interventions = [], splice = null, messages = null } = body;
  const asked = body.model === "base" ? "BASE" : "MODEL"; // a model by itself, whichever of the two it is
  const header = token ? ' -H "Authorization: Bearer $NEURONSCOPE_TOKEN"' : "";
  const saes = usesSaes(question);
  const apart = [
    interventions.some(({ positions }) => positions) && "The command changes every token.",
    messages?.some(({ role }) => role === "system") && "The command takes no system turn.",
  ].filter((note) => note !== false && note !== undefined);
  return {
    title: TITLES[path],
    command: `neuronscope ${COMMANDS[path]} ${asked} ${words(question)}${options(where, question)} --json`,
    curl:
      `curl -gsS${path === "generate" ? "N" : ""}${header} --json ${shellWord(JSON.stringify(sent(body)))} ` +
      shellWord(where.api(`models/${encodeURIComponent(model)}/${path}`)),
    python:
      `${OPEN}from neuronscope.live import *; from neuronscope.messages import Message; ` +
      `from neuronscope.subject import load_subject; live = Live(load_subject("${asked}"), ${where.python}` +
      `${saes ? ", saes=SAES" : ""}); ask = ${ASKS[path]}(${argumentsOf(body)}); ` +
      (path === "generate" ? "print(list(live.generate(ask)))" : "print(live.answer([ask])[0])"),
    notes: [MODEL.replace("MODEL", asked), ...(saes || splice ? [SAES] : []), ...apart],
  };
}

type Body = LiveQuestion["body"];

/** What cannot be a text of JSON elsewhere is mended before. */
const sent = (body: Body): Body => JSON.parse(whole(JSON.stringify(body)));

const usesSaes = ({ body }: LiveQuestion): boolean =>
  Boolean(body.splice || body.source) ||
  [...(body.units ?? []), ...(body.interventions ?? [])].some(({ source }) => source);

function words({ body: { text, messages } }: LiveQuestion): string {
  const word = shellWord(messages ? textOfTurns(messages) : (text ?? ""));
  return word.startsWith("-") ? `-- ${word}` : word;
}

function options(where: Where, { path, body }: LiveQuestion): string {
  const { units = [], answers = [], interventions = [], splice, source } = body;
  const given = [
    (path === "activations" || path === "top-units" || interventions.length > 0) && `--dataset ${where.word}`,
    ...units.map((place) => `--unit ${shellWord(typed(place))}`),
    path === "top-units" && `-k ${body.k ?? 5} --per ${body.per ?? "token"} --among ${body.among ?? "all"}`,
    path === "top-units" && body.by === "share" && "--by share",
    body.layers && `--layers ${body.layers.join(",")}`,
    typeof body.max_density === "number" && `--max-density ${decimal(body.max_density)}`,
    source && `--sae ${shellWord(`${source}=WHERE`)} --source ${shellWord(source)}`,
    path === "predictions" && `--top ${body.top_k ?? 10}`,
    ...answers.map((answer) => `--answer ${shellWord(answer)}`),
    ...interventions.map(changed),
    ...(splice?.saes ?? []).map((sae) => `--sae ${shellWord(`${sae}=WHERE`)} --splice ${shellWord(sae)}`),
    splice && `--splice-mode ${splice.mode ?? "reconstruct"}`,
    path === "generate" &&
      `-n ${body.max_tokens ?? 64} --temperature ${body.temperature ?? 0} --seed ${body.seed ?? 0}`,
  ];
  return given.map((option) => (option ? ` ${option}` : "")).join("");
}

function changed(change: Intervention): string {
  const { op, value } = change;
  const amount = typeof value === "number" ? `=${decimal(value)}` : value === "mean" ? "=mean" : "";
  return `--${op} ${shellWord(`${typed(change)}${amount}`)}`;
}

/** A unit as commands take it: that of an SAE has its name first. */
const typed = ({ layer, unit, source }: UnitPlace): string => `${source ? `${source}@` : ""}${layer}:${unit}`;

/** The fields that an ask has in Python; what is about the server alone is left out. */
function argumentsOf(body: Body): string {
  const { messages, units, interventions, splice, dataset: _, stream: __, model: ___, ...plain } = body;
  const given = [
    messages && `messages=[${messages.map(message).join(", ")}]`,
    units && `units=[${units.map(place).join(", ")}]`,
    ...Object.entries(plain).map(([name, value]) => `${name}=${literal(value)}`),
    interventions && `interventions=[${interventions.map(intervention).join(", ")}]`,
    splice && `splice=${spliced(splice)}`,
  ];
  return given.filter(Boolean).join(", ");
}

export const message = ({ role, content }: Message): string => `Message(${py(role)}, ${py(content)})`;
const place = ({ layer, unit, source }: UnitPlace): string =>
  `UnitPlace(${layer}, ${unit}${source ? `, ${py(source)}` : ""})`;
const intervention = ({ layer, unit, op, value, positions, source }: Intervention): string =>
  `Intervention(${[layer, unit, py(op), literal(value), literal(positions), literal(source)].join(", ")})`;
const spliced = ({ saes, mode }: Splice): string => `Splice(${literal(saes)}, ${py(mode ?? "reconstruct")})`;

export function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "string") return py(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return decimal(Number(value));
}
