/**
 * What a person set on the prompt page, and its link: the query in, the settings out, and back. What a link says wrongly
 * is as it was at first. Pure.
 */
import type { GivenPredictions, GivenTopUnits, Intervention, Message, Splice, UnitPlace } from "./nouns";

export type Among = NonNullable<GivenTopUnits["among"]>;
export type By = NonNullable<GivenTopUnits["by"]>;
export type OfPair = NonNullable<GivenPredictions["model"]>;

export type Prompting = {
  text: string;
  turns: readonly Message[] | null; // null: the text is what the model reads
  at: number | null; // the token that is looked at
  units: readonly UnitPlace[];
  colour: string; // "likely" or the key of one of the units
  bar: string | null; // the key of the unit that is drawn under it
  source: string | null; // whose units are listed
  layers: readonly number[];
  density: number | null;
  among: Among | null; // null: what the page chooses
  by: By;
  words: string;
  answers: readonly string[];
  asked: OfPair; // of two models the one whose expectations are shown
  changes: readonly Intervention[];
  splice: Splice | null;
  tokens: number; // that are generated at most
  temperature: number;
  seed: number;
  said: boolean; // whether it was asked to go on
};

export type PromptChange = (change: Partial<Prompting>) => void;

export const LIKELY = "likely";
export const MOST_TOKENS = 512;
const MOST_SEED = 2 ** 31 - 1;
const MOST_VALUE = 1e6; // the server's, as are the next three
const MOST_UNITS = 64;
const MOST_ANSWERS = 32;
const MOST_CHANGES = 64;

export const FIRST_PROMPT: Prompting = {
  text: "",
  turns: null,
  at: null,
  units: [],
  colour: LIKELY,
  bar: null,
  source: null,
  layers: [],
  density: null,
  among: null,
  by: "activation",
  words: "",
  answers: [],
  asked: "instruct",
  changes: [],
  splice: null,
  tokens: 32,
  temperature: 0,
  seed: 0,
  said: false,
};

const PLACE = /^(\d{1,9}):(\d{1,9})(?:@(.+))?$/s;
const CHANGE = /^(add|set|scale|ablate):(\d{1,9}):(\d{1,9}):([^:@]*):(all|\d+(?:\.\d+)*)(?:@(.+))?$/s;
const ROLES: Record<string, Message["role"]> = { u: "user", a: "assistant", s: "system" };

/** 9:746, and the name of the SAE where it is none of the dataset's own units. */
export const keyOf = ({ layer, unit, source = null }: UnitPlace): string =>
  `${layer}:${unit}${source === null ? "" : `@${source}`}`;

/** How a unit is typed. */
export const UNIT_HINT =
  "A unit is a layer and an index, such as 9:746; of an SAE with its name, 9:746@name.";

/** The unit that was typed or linked to; null where none was. */
export function placeIn(text: string): UnitPlace | null {
  const found = PLACE.exec(text.trim());
  if (!found) return null;
  return { layer: Number(found[1]), unit: Number(found[2]), source: found[3] ?? null };
}

export function parsePrompt(query: string): Prompting {
  const asked = new URLSearchParams(query);
  const of = (name: string) => asked.get(name) ?? "";
  const all = <T>(name: string, read: (text: string) => T | null, most: number) =>
    asked.getAll(name).flatMap((text) => read(text) ?? []).slice(0, most); // biome-ignore format: one step
  const units = all("unit", placeIn, MOST_UNITS);
  const known = (key: string) => (units.some((place) => keyOf(place) === key) ? key : null);
  const turns = all("turn", turnIn, 200);
  return {
    text: of("text"),
    turns: turns.length > 0 ? turns : null,
    at: whole(of("at")),
    units,
    colour: known(of("colour")) ?? LIKELY,
    bar: known(of("bar")),
    source: asked.get("source"),
    layers: of("layers").split(",").flatMap((layer) => whole(layer) ?? []), // biome-ignore format: one step
    density: share(of("density")),
    among: (["all", "stored", "explained"] as const).find((one) => one === of("among")) ?? null,
    by: of("by") === "share" ? "share" : "activation",
    words: of("words"),
    answers: all("answer", (text) => text || null, MOST_ANSWERS),
    asked: of("model") === "base" ? "base" : "instruct",
    changes: all("do", changeIn, MOST_CHANGES),
    splice: spliceIn(asked),
    tokens: Math.min(MOST_TOKENS, Math.max(1, whole(of("tokens")) ?? FIRST_PROMPT.tokens)),
    temperature: numberIn(of("temperature"), 0, 10) ?? 0,
    seed: Math.min(MOST_SEED, whole(of("seed")) ?? 0),
    said: of("said") === "1",
  };
}

const turnIn = (text: string): Message | null => {
  const role = ROLES[text.slice(0, 1)];
  return role && text[1] === ":" ? { role, content: text.slice(2) } : null;
};

function changeIn(text: string): Intervention | null {
  const [, op, layer, unit, value = "", positions = "all", source = null] = CHANGE.exec(text) ?? [];
  if (!op) return null;
  const given =
    op === "ablate" ? (value === "mean" ? "mean" : "zero") : numberIn(value, -MOST_VALUE, MOST_VALUE);
  if (given === null) return null;
  return {
    layer: Number(layer),
    unit: Number(unit),
    op: op as Intervention["op"],
    value: given,
    positions: positions === "all" ? null : positions.split(".").map(Number),
    source,
  };
}

function spliceIn(asked: URLSearchParams): Splice | null {
  const saes = asked.getAll("splice").filter(Boolean);
  const mode = asked.get("mode") === "reconstruct+error" ? "reconstruct+error" : "reconstruct";
  return saes.length === 0 ? null : { saes, mode };
}

const whole = (text: string): number | null => (/^\d{1,10}$/.test(text) ? Number(text) : null);
const share = (text: string): number | null => numberIn(text, 0, 1);

function numberIn(text: string, least: number, most: number): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : null;
}

/** The query of a link, shortest form: what is as it was at first is left out. */
export function formatPrompt(state: Prompting): string {
  const query = new URLSearchParams();
  const one = (name: string, value: unknown, first: unknown) => {
    if (value !== first) query.set(name, String(value));
  };
  one("text", state.text, "");
  for (const { role, content } of state.turns ?? []) query.append("turn", `${role[0]}:${content}`);
  one("at", state.at, null);
  for (const place of state.units) query.append("unit", keyOf(place));
  one("colour", state.colour, LIKELY);
  one("bar", state.bar, null);
  one("source", state.source, null);
  one("layers", state.layers.join(","), "");
  for (const name of ["density", "among", "by", "words"] as const) one(name, state[name], FIRST_PROMPT[name]);
  for (const answer of state.answers) query.append("answer", answer);
  one("model", state.asked, "instruct");
  for (const change of state.changes) query.append("do", changeKey(change));
  for (const sae of state.splice?.saes ?? []) query.append("splice", sae);
  one("mode", state.splice?.mode ?? "reconstruct", "reconstruct");
  for (const name of ["tokens", "temperature", "seed"] as const) one(name, state[name], FIRST_PROMPT[name]);
  one("said", state.said ? 1 : 0, 0);
  return query.toString();
}

function changeKey({ op, layer, unit, value, positions, source }: Intervention): string {
  const where = positions ? positions.join(".") : "all";
  return `${op}:${layer}:${unit}:${value ?? ""}:${where}${source ? `@${source}` : ""}`;
}

/** What the model reads: the text, or the turns. */
export type Given = { text: string } | { messages: Message[] };

/** Null where there is nothing to read. */
export function givenOf({ text, turns }: Pick<Prompting, "text" | "turns">): Given | null {
  if (!turns) return text === "" ? null : { text };
  return turns.some(({ content }) => content !== "") ? { messages: [...turns] } : null;
}

/** What stands between turns where a conversation is typed as a text. */
export const END_OF_TURN = "<eot>";

/** A text as turns, the person's first, and turns as a text: `<eot>` stands between them. */
export const turnsOf = (text: string): Message[] =>
  text
    .split(END_OF_TURN)
    .map((content, place) => ({ role: place % 2 === 0 ? "user" : "assistant", content }));
export const textOfTurns = (turns: readonly Message[]): string =>
  turns.filter(({ role }) => role !== "system").map(({ content }) => content).join(END_OF_TURN); // biome-ignore format: one step

/** With a turn more, of whoever has not spoken last. */
export const withNext = (turns: readonly Message[]): Message[] => [
  ...turns,
  { role: turns.at(-1)?.role === "user" ? "assistant" : "user", content: "" },
];

/** What changes the model, as every ask has it. */
export const changesOf = ({ changes, splice }: Pick<Prompting, "changes" | "splice">) => ({
  ...(changes.length > 0 && { interventions: [...changes] }),
  ...(splice && { splice }),
});

/** Which model expects what is asked for, and how it is changed; the base model never is. */
export const expectingOf = ({ asked, ...state }: Pick<Prompting, "asked" | "changes" | "splice">) =>
  asked === "base" ? { model: asked } : changesOf(state);
