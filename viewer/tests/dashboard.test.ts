/** What a dashboard reads and keeps: payloads, units found, two units on one text, answers that come late. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Asking, type WidgetModel } from "../src/dashboard/asking";
import { commonScale, found, keyBeside } from "../src/dashboard/finding";
import { chosen, overlayOf } from "../src/dashboard/overlay";
import { bytesOf, checkedHead, inflated, inflatedText } from "../src/dashboard/reading";
import { pageSource, widgetSource, withTips } from "../src/dashboard/source";
import { lightness } from "../src/dashboard/themes";
import type { Head, OnlineAnswer, ShownUnit } from "../src/shown";

const packed = (value: unknown) => gzipSync(JSON.stringify(value));
const text = (value: unknown) => packed(value).toString("base64");
const directory = [
  { key: "3:1", name: "cats and dogs", max: 2 },
  { key: "3:10", name: null },
  { key: "7", name: "Dogs", max: 5 },
];
const head: Head = {
  title: "t",
  form: 1,
  kind: "records",
  look: { scale: "unit" },
  directory,
  total: 3,
  block: 2,
};
const unit = (key: string) => ({ key, record: { neuron_id: {} } }) as unknown as ShownUnit;
const view = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** As much of a page as is read. */
function pageOf(blocks: Record<string, string>) {
  const asked: string[] = [];
  const querySelector = (selector: string) => {
    asked.push(selector);
    const textContent = blocks[selector];
    return textContent === undefined ? null : { textContent };
  };
  return { asked, page: { querySelector } as unknown as ParentNode };
}

test("what was deflated is read again, from text and from bytes within others", async () => {
  const value = { names: ["é", "‮x", "</script>"], none: null };
  expect(await inflatedText(text(value))).toEqual(value);
  const bytes = Buffer.concat([Buffer.from("...."), packed(value), Buffer.from("....")]);
  const inside = new DataView(bytes.buffer, bytes.byteOffset + 4, bytes.length - 8);
  expect(await inflated(bytesOf(inside))).toEqual(value);
});

test("data that is damaged, cut off or of another form is refused with a sentence", async () => {
  await expect(inflatedText("not base64!")).rejects.toThrow("damaged, or was cut off");
  await expect(inflatedText(text({ a: 1 }).slice(0, -12))).rejects.toThrow("damaged, or was cut off");
  expect(() => checkedHead({ ...head, form: 2, version: "9.9" })).toThrow(
    "The data has the form 2, and this script reads the form 1 (it was made by version 9.9).",
  );
});

test("a file's units are read a block at a time, each block once", async () => {
  const { page, asked } = pageOf({
    "script#head": text(head),
    'script.units[data-block="0"]': text([unit("3:1"), unit("3:10")]),
    'script.units[data-block="1"]': text([unit("7")]),
  });
  const source = await pageSource(page);
  expect((await source.unit("3:10")).key).toBe("3:10");
  expect((await source.unit("3:1")).key).toBe("3:1");
  expect(asked).toEqual(["script#head", 'script.units[data-block="0"]']);
  expect((await source.unit("7")).key).toBe("7");
  await expect(source.unit("8")).rejects.toThrow("This page does not hold the unit 8.");
  await expect(pageSource(pageOf({}).page)).rejects.toThrow("This page holds no data: get the file again.");
});

test("units with all words are found, the one of that key first, and neighbours among those listed", () => {
  const keys = (words: string) => found(directory, words).map(({ key }) => key);
  expect(keys("")).toEqual(["3:1", "3:10", "7"]);
  expect(keys("DOGS")).toEqual(["3:1", "7"]);
  expect(keys("cats dogs")).toEqual(["3:1"]);
  expect(found([...directory].reverse(), "3:1").map(({ key }) => key)).toEqual(["3:1", "3:10"]);
  expect([
    keyBeside(directory, "3:10", 1),
    keyBeside(directory, "7", 1),
    keyBeside(directory, "x", 1),
  ]).toEqual(["7", null, "3:1"]);
  expect(commonScale(head)).toEqual({ limit: 5, end: "all" });
  expect(commonScale({ ...head, directory: [{ key: "1" }] })).toBeNull();
});

test("what is said of tokens goes to the texts in their order", () => {
  const record = (name: string) => ({ tokens: [name], activations: [1] });
  const given = {
    key: "1",
    tips: [["a"], ["b"], [null], ["d"]],
    record: {
      neuron_id: {},
      most_positive_activation_records: [record("top")],
      most_negative_activation_records: [record("low")],
      random_sample: [record("any")],
      random_sample_by_quantile: [[], [record("some")]],
    },
  } as unknown as ShownUnit;
  const { record: told } = withTips(given);
  expect(told.most_positive_activation_records?.[0]).toEqual({ ...record("top"), tips: ["a"] });
  expect(told.most_negative_activation_records?.[0]).toMatchObject({ tips: ["b"] });
  expect(told.random_sample?.[0]).toMatchObject({ tips: [null] });
  expect(told.random_sample_by_quantile?.[1]?.[0]).toMatchObject({ tips: ["d"] });
});

const answer: OnlineAnswer = {
  text: "a b",
  tokens: ["a", " b"],
  ignored: [0],
  units: [
    { key: "1", name: "ones", max: 2, activations: [0, 1.5] },
    { key: "2", max: 8, activations: [null, -4] },
    { key: "3", max: null, activations: [0.25, null] },
  ],
};

test("two units are drawn, each on its own scale or both on one; others are said at each token", () => {
  const asked = { highlighted: ["1", "2"], tooltip: ["1", "3"] };
  const own = overlayOf(answer, { ...asked, scale: "unit" });
  expect([own.first?.scale.limit, own.second?.scale.limit, own.second?.name]).toEqual([2, 8, "2"]);
  expect(own.first?.values).toEqual({
    tokens: ["a", " b"],
    activations: [0, 1.5],
    ignored: [0],
    tips: ["3: 0.25", "3: no number"],
  });
  const common = overlayOf(answer, { ...asked, scale: "shared" });
  expect([common.first?.scale, common.second?.scale]).toEqual([
    { limit: 8, end: "all" },
    { limit: 8, end: "all" },
  ]);
  expect(overlayOf(answer, { highlighted: ["9"], tooltip: [], scale: "unit" })).toEqual({
    first: null,
    second: null,
    missing: ["9"],
  });
});

test("of units that are coloured the two that were chosen last stay", () => {
  expect(chosen(["1", "2"], "3", true, 2)).toEqual(["2", "3"]);
  expect(chosen(["1", "2"], "1", true)).toEqual(["2", "1"]);
  expect(chosen(["1", "2"], "1", false, 2)).toEqual(["2"]);
});

/** A kernel that says what it is told to. */
function kernel() {
  const heard = new Set<(content: never) => void>();
  const sent: { id: number; ask: string }[] = [];
  const model = {
    get: () => view(packed({ head: { ...head, total: 1000 }, units: [unit("3:1")] })),
    send: (content: { id: number; ask: string }) => sent.push(content),
    on: (_: string, hear: (content: never) => void) => heard.add(hear),
    off: (_: string, hear: (content: never) => void) => heard.delete(hear),
  } as unknown as WidgetModel;
  const say = (content: unknown) => {
    for (const hear of heard) hear(content as never);
  };
  return { model, sent, say, heard };
}

test("answers find who asked by their number, in any order; those to nobody are dropped", async () => {
  const { model, sent, say, heard } = kernel();
  const asking = new Asking(model);
  const [one, two] = [asking.ask({ ask: "unit", key: "1" }), asking.ask({ ask: "unit", key: "2" })];
  expect(sent).toEqual([
    { id: 1, ask: "unit", key: "1" },
    { id: 2, ask: "unit", key: "2" },
  ]);
  say({ id: 99, answer: "nobody's" });
  say(undefined);
  say({ id: 2, answer: "two" });
  say({ id: 1, error: "There is no unit 1: there are 2 and 3." });
  expect(await two).toBe("two");
  await expect(one).rejects.toThrow("There is no unit 1: there are 2 and 3.");
  asking.end();
  expect(heard.size).toBe(0);
});

test("a widget has the units it was given, and asks for others once, again after a failure", async () => {
  const { model, sent, say } = kernel();
  const source = await widgetSource(model.get("payload"), new Asking(model));
  expect((await source.unit("3:1")).key).toBe("3:1");
  expect(sent).toEqual([]);
  const [first, again] = [source.unit("8"), source.unit("8")];
  say({ id: 1, error: "busy" });
  await expect(first).rejects.toThrow("busy");
  await expect(again).rejects.toThrow("busy");
  const later = source.unit("8");
  say({ id: 2, answer: unit("8") });
  expect((await later).key).toBe("8");
  expect(sent).toHaveLength(2);
  const hits = source.find?.("dog");
  say({ id: 3, answer: directory });
  expect(await hits).toEqual(directory);
});

test("a background is light or dark where one is painted", () => {
  expect(lightness("rgb(255, 255, 255)")).toBeCloseTo(1);
  expect(lightness("rgba(20, 18, 16, 0.9)")).toBeLessThan(0.1);
  expect(lightness("rgba(0, 0, 0, 0)")).toBeNull();
  expect(lightness("color(srgb 1 1 1)")).toBeNull();
});
