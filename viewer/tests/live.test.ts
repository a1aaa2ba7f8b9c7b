/** What the live pages make of links, answers and events, all without a model. */
import { expect, test } from "vitest";
import { live } from "../src/askingLive";
import { eventIn, eventsOf } from "../src/events";
import { expectedSentence, likelihoods, shifted, shiftOf } from "../src/predicted";
import {
  expectingOf,
  FIRST_PROMPT,
  formatPrompt,
  givenOf,
  keyOf,
  type Prompting,
  parsePrompt,
  placeIn,
  textOfTurns,
  turnsOf,
} from "../src/prompt";
import { type Place, Where } from "../src/questions";
import { changeSentence, pushing, rangeOf, withOperation } from "../src/steering";
import { layersIn, listed } from "../src/strong";
import { textsOf, withoutTexts, withText } from "../src/tried";

const FULL: Prompting = {
  ...FIRST_PROMPT,
  text: "a <b> & ü\n",
  at: 3,
  units: [
    { layer: 9, unit: 746, source: null },
    { layer: 5, unit: 1, source: "res:x@y" },
  ],
  colour: "9:746",
  bar: "5:1@res:x@y",
  layers: [0, 3],
  density: 0.01,
  among: "explained",
  by: "share",
  words: "at noon",
  answers: [" Jill", "a,b"],
  asked: "base",
  changes: [
    { layer: 9, unit: 746, op: "add", value: -2.5, positions: [0, 4], source: null },
    { layer: 1, unit: 2, op: "ablate", value: "mean", positions: null, source: "res:x@y" },
  ],
  splice: { saes: ["res:x@y"], mode: "reconstruct+error" },
  tokens: 5,
  temperature: 0.7,
  seed: 9,
  said: true,
};

test("a link restores everything that was set", () => {
  expect(parsePrompt(formatPrompt(FULL))).toEqual(FULL);
  expect(parsePrompt(formatPrompt({ ...FULL, text: "", turns: turnsOf("hi<eot>yes<eot>") })).turns).toEqual([
    { role: "user", content: "hi" },
    { role: "assistant", content: "yes" },
    { role: "user", content: "" },
  ]);
  expect(formatPrompt(FIRST_PROMPT)).toBe("");
});

test.each([
  "at=-1&unit=x&colour=9:9&density=3&among=some&temperature=99&tokens=0&seed=-4&do=fly:1:2:3:all&layers=a",
  "do=add:1:2:1e38:all&do=add:1:2:NaN:all&do=set:1:2::all&turn=x:no&splice=&bar=1:1",
])("what a link says wrongly is as at first: %s", (query) => {
  expect(parsePrompt(query)).toEqual({ ...FIRST_PROMPT, tokens: query.includes("tokens=0") ? 1 : 32 });
});

test("units are read as they are written", () => {
  expect(placeIn(" 9:746 ")).toEqual({ layer: 9, unit: 746, source: null });
  expect(placeIn("9:746@res")).toEqual({ layer: 9, unit: 746, source: "res" });
  for (const wrong of ["", "9", "9:", "a:b", "9:746@", "-1:3"]) expect(placeIn(wrong)).toBeNull();
  expect(keyOf({ layer: 9, unit: 746, source: "res" })).toBe("9:746@res");
});

test("text and turns become each other", () => {
  expect(textOfTurns(turnsOf("a<eot>b<eot>c"))).toBe("a<eot>b<eot>c");
  expect(givenOf(FIRST_PROMPT)).toBeNull();
  expect(givenOf({ text: "", turns: [{ role: "user", content: "hi" }] })).toEqual({
    messages: [{ role: "user", content: "hi" }],
  });
});

test("nothing is expected of a token that nothing stands before", () => {
  const first = { token: "We", logprob: null, rank: null, entropy: null, top: [] };
  expect(expectedSentence(first)).toBe("Nothing stands before it, so nothing was expected.");
  expect(expectedSentence({ ...first, logprob: -1, rank: 0, entropy: 2 })).toContain("37% likely");
  const told = likelihoods({ tokens: ["We", " met"], positions: [first, { ...first, logprob: -2 }] });
  expect(told).toEqual({ tokens: ["We", " met"], activations: [null, -2], ignored: [0] });
});

test("alternatives before and after stand in one table", () => {
  const one = (token: string, logprob: number) => ({ token, logprob, logit: 0 });
  expect(shifted([one("a", -1), one("b", -2)], [one("c", -1), one("a", -3)])).toEqual([
    { token: "c", before: null, after: -1 },
    { token: "a", before: -1, after: -3 },
    { token: "b", before: -2, after: null },
  ]);
});

test("a shift has a scale of at least a nat", () => {
  const none = {
    tokens: ["a"],
    bos: true,
    positions: [],
    next: { entropy: 0, top: [] },
    answers: [],
    loss: 1,
  };
  expect(shiftOf(none)).toBeNull();
  const found = shiftOf({ ...none, difference: { logprob: [0.1], kl: [0.2], next_kl: 0, loss: 0 } });
  expect(found?.scale.limit).toBe(1);
  expect(found?.scale.said?.(Math.log(2))).toBe("2.00 times as likely");
});

test("a unit is pushed by what it was seen to do", () => {
  const change = pushing({ layer: 9, unit: 746 }, 9.2129);
  expect(change).toEqual({ layer: 9, unit: 746, op: "add", value: 9.2, positions: null, source: null });
  expect(changeSentence(change)).toBe("add 9.2 to 9:746");
  expect(changeSentence({ ...change, positions: [0, 2] })).toBe("add 9.2 to 9:746 at token 1, 3");
  expect(withOperation(change, "scale", null).value).toBe(2);
  expect(withOperation(change, "ablate", 3).value).toBe("zero");
  expect(rangeOf("add", 10)).toEqual({ least: -40, most: 40, step: 0.2 });
});

test("strongest units are filtered by the words of their explanation", () => {
  const unit = (explanation: string | null) => ({ explanation }) as never;
  const found = { positions: [[unit("Words at noon"), unit(null)], [unit("noon")]], per: "token" } as never;
  expect(listed(found, 0, "NOON words")).toHaveLength(1);
  expect(listed(found, 0, "")).toHaveLength(2);
  expect(listed(found, 7, "")).toEqual([]);
  expect(layersIn("0, 3, 9-11")).toEqual([0, 3, 9, 10, 11]);
  expect(layersIn("x")).toBeNull();
});

test("the last texts of a model are kept, and forgotten", () => {
  const once = withText(null, "m", "We");
  const typed = withText(once, "m", "We met");
  expect(textsOf(typed, "m")).toEqual(["We met"]);
  expect(textsOf(withText(typed, "m", "Other"), "m")).toEqual(["Other", "We met"]);
  expect(textsOf(typed, "other")).toEqual([]);
  expect(withoutTexts(typed, "m")).toBeNull();
  for (const broken of ["[", "3", "null", '{"m": 3}', '{"m": [1]}']) expect(textsOf(broken, "m")).toEqual([]);
});

test("events are read however they are cut", async () => {
  expect(eventIn(": still here")).toBeNull();
  expect(eventIn('event: step\ndata: {"a":1}')).toEqual({ name: "step", data: '{"a":1}' });
  const text = new TextEncoder().encode(
    'event: step\ndata: "ü"\n\n: still here\n\nevent: done\r\ndata: 2\r\n\r\nevent: cut',
  );
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of text) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const found = [];
  for await (const event of eventsOf(stream)) found.push(event);
  expect(found).toEqual([
    { name: "step", data: '"ü"' },
    { name: "done", data: "2" },
  ]);
});

test("lines behind How? say what was asked", () => {
  const place = { name: "d", root: "http://127.0.0.1:1/api/datasets/d", site: "http://127.0.0.1:1/" };
  const change = { layer: 9, unit: 746, op: "add", value: 5, positions: null, source: null } as const;
  const body = { text: "it's", answers: [" Jill"], interventions: [{ ...change, source: "res" }] };
  const lines = live(new Where(place as Place), { kind: "live", path: "predictions", model: "m", body });
  expect(lines.command).toContain(`neuronscope predict MODEL`);
  expect(lines.command).toContain("--add res@9:746=5");
  expect(lines.curl).toContain("http://127.0.0.1:1/api/models/m/predictions");
  expect(lines.python).toContain(`Intervention(9, 746, "add", 5, None, "res")`);
  const base = { text: "it's", top_k: 1, ...expectingOf({ ...FULL, asked: "base" }) };
  const other = live(new Where(place as Place), {
    kind: "live",
    path: "predictions",
    model: "m",
    body: base,
  });
  expect(other.command).toContain(`neuronscope predict BASE "it's" --top 1`.replace(`"it's"`, `'it'\\''s'`));
  expect(other.python).toContain(`load_subject("BASE")`);
  expect(other.python).toContain(`AskPredictions(text="it's", top_k=1)`);
  expect(other.curl).toContain(`"model":"base"`);
  expect(expectingOf(FULL)).toEqual({ model: "base" });
});
