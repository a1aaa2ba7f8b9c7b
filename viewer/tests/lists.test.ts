/** Lists as values: what may stand in one, how one is changed, and the files and links that name one. */
import { describe, expect, test } from "vitest";
import { matching } from "../src/choices";
import { asCsv, asJson, asText, fileName, parseLists, titleOf } from "../src/listFiles";
import {
  annotated,
  checkedList,
  equal,
  holding,
  ListFault,
  MOST_UNITS,
  moved,
  newList,
  renamed,
  without,
  withUnits,
} from "../src/lists";
import type { UnitList } from "../src/nouns";
import { ownId, whichList } from "../src/whichList";
import { anyList } from "./lists.samples";
import { seeded } from "./samples";

const unit = (layer: number, unit: number) => ({ layer, unit });
const verbs: UnitList = {
  title: "Verbs",
  note: "Two layers.",
  units: [{ layer: 3, unit: 17, label: "sit", description: "of rest" }, unit(0, 2), unit(3, 17)],
};

describe("what may stand in a list", () => {
  test("words lose the white space at their ends, and what says nothing is left out", () => {
    const given = {
      title: " Verbs ",
      note: " ",
      units: [{ layer: 3, unit: 1, label: "", extra: 1 }],
      owner: "x",
    };
    expect(checkedList(given)).toEqual({ title: "Verbs", units: [unit(3, 1)] });
    expect(newList("Verbs").units).toEqual([]);
  });

  test.each([
    [null, /not an object/],
    [[], /not an object/],
    [{ units: [] }, /no title/],
    [{ title: 3, units: [] }, /title is not a text/],
    [{ title: "a" }, /no units/],
    [{ title: "a", units: {} }, /no units/],
    [{ title: "a".repeat(201), units: [] }, /201 characters; 200 is the most/],
    [{ title: "a\nb", units: [] }, /control character/],
    [{ title: "a\u0000b", units: [] }, /control character/],
    [{ title: "\ud800", units: [] }, /control character/],
    [{ title: "a", note: "b".repeat(2001), units: [] }, /2,001 characters/],
    [{ title: "a", units: [3] }, /unit 1 is not an object/],
    [{ title: "a", units: [unit(0, 1), { layer: 1 }] }, /unit 2: its number is no whole number/],
    [{ title: "a", units: [{ layer: "1", unit: 1 }] }, /its layer is no whole number/],
    [{ title: "a", units: [unit(0.5, 1)] }, /whole number/],
    [{ title: "a", units: [unit(-1, 1)] }, /whole number/],
    [{ title: "a", units: [unit(0, 1e9)] }, /whole number/],
    [{ title: "a", units: [{ ...unit(0, 1), description: "c".repeat(501) }] }, /501 characters/],
    [{ title: "a", units: [{ ...unit(0, 1), label: {} }] }, /label is not a text/],
    [{ title: "a", units: Array(MOST_UNITS + 1).fill(unit(0, 1)) }, /1,001 units; 1,000 is the most/],
  ])("%j is refused in a sentence", (value, sentence) => {
    expect(() => checkedList(value)).toThrow(sentence);
    expect(() => checkedList(value)).toThrow(ListFault);
  });
});

describe("changes", () => {
  test("units are added once, and it is counted how many were there", () => {
    const { list, added, already } = withUnits(verbs, [unit(0, 2), unit(5, 5), unit(5, 5)]);
    expect([added, already]).toEqual([1, 2]);
    expect(list.units).toEqual([...verbs.units, unit(5, 5)]);
    expect(holding(list, unit(5, 5))).toBe(true);
    expect(holding(verbs, unit(5, 5))).toBe(false);
  });

  test("a thousand units fit, and one more is refused", () => {
    const many = Array.from({ length: MOST_UNITS }, (_, place) => unit(0, place));
    expect(withUnits(newList("a"), many).added).toBe(MOST_UNITS);
    expect(() => withUnits(newList("a", many), [unit(1, 1)])).toThrow(/1,001 units/);
  });

  test("a unit is moved, also to an end and past it, and none is lost", () => {
    const order = (list: UnitList) => list.units.map(({ layer, label }) => label ?? layer);
    expect(order(moved(verbs, 0, 1))).toEqual([0, "sit", 3]);
    expect(order(moved(verbs, 0, 9))).toEqual([0, 3, "sit"]);
    expect(order(moved(verbs, 2, -4))).toEqual([3, "sit", 0]);
    expect(moved(verbs, 7, 0)).toBe(verbs);
  });

  test("one of two equal units is taken out or noted at its place alone", () => {
    expect(without(verbs, 2).units).toEqual(verbs.units.slice(0, 2));
    const noted = annotated(verbs, 2, { label: "rest", description: " " });
    expect(noted.units[2]).toEqual({ ...unit(3, 17), label: "rest" });
    expect(noted.units[0]).toEqual(verbs.units[0]);
    expect(() => annotated(verbs, 0, { label: "a\nb", description: "" })).toThrow(/Unit 3:17: its label/);
  });

  test("a list is renamed, and lists that say the same are equal", () => {
    expect(renamed(verbs, " Nouns", "")).toEqual({ title: "Nouns", units: verbs.units });
    expect(equal(verbs, { ...verbs, units: [...verbs.units] })).toBe(true);
    expect(equal({ ...verbs, note: null }, renamed(verbs, "Verbs", " "))).toBe(true);
    expect(equal(verbs, without(verbs, 0))).toBe(false);
  });
});

describe("files and pasted text", () => {
  test("what is exported as JSON or text is imported as the same", () => {
    const random = seeded(7);
    for (let times = 0; times < 60; times++) {
      const lists = [anyList(random), anyList(random)];
      expect(parseLists(asJson(lists), "x")).toEqual(lists);
      const [first] = lists as [UnitList];
      const flat = { ...first, units: first.units.map((one) => ({ ...one })) };
      const [again] = parseLists(asText(flat), "x") as [UnitList];
      expect(again.units.map(({ layer, unit }) => [layer, unit])).toEqual(
        first.units.map(({ layer, unit }) => [layer, unit]),
      );
      expect(again.title).toBe(first.title);
    }
  });

  test("lines have a title, notes, and what is said of each unit", () => {
    const text = "\ufeff# Verbs\r\n# Two layers.\r\n\r\n3:17 of rest\r\n0 2\r\n 5 : 6\tsit\tof rest too\r\n";
    expect(parseLists(text, "x")).toEqual([
      {
        title: "Verbs",
        note: "Two layers.",
        units: [
          { ...unit(3, 17), description: "of rest" },
          unit(0, 2),
          { ...unit(5, 6), label: "sit", description: "of rest too" },
        ],
      },
    ]);
    expect(parseLists("3:17", "my-file")[0]?.title).toBe("my-file");
    expect(parseLists('{"title": "a", "units": []}', "x")).toEqual([{ title: "a", units: [] }]);
  });

  test.each([
    ["", /empty/],
    ["3:17\nwords\n0:2\n:\n-1:2\n3", /Line 2, “words”, names no unit.*Line 4.*Line 5.*And 1 more/s],
    ['{\n"lists": [\n{"title" "a"}]}', /^Line 3 is not JSON|^This is not JSON/],
    ['{"lists": []}', /no lists/],
    [
      '{"lists": [{"title": "a", "units": []}, {"title": "b", "units": [{"layer": 0}]}]}',
      /List 2, unit 1: its number/,
    ],
    ["[1, 2]", /not an object/],
    ["0:1\n".repeat(1001), /1,001 units/],
    ["3:1 ".padEnd(5_000_001, "a"), /5 million/],
  ])("%# what cannot be read is a sentence that says where", (text, sentence) => {
    expect(() => parseLists(text, "x")).toThrow(sentence);
  });

  test("a cell with quotes, commas or line breaks is quoted in CSV", () => {
    const list = {
      title: "a",
      units: [{ ...unit(3, 17), label: 'so "called"', description: "a, b\nc" }, unit(0, 2)],
    };
    expect(asCsv(list)).toBe('layer,unit,label,description\r\n3,17,"so ""called""","a, b\nc"\r\n0,2,,\r\n');
  });

  test("a title names a file, and a file a title", () => {
    expect(fileName("Verbs, of rest/../é")).toBe("Verbs-of-rest-e");
    expect(fileName("日本")).toBe("list");
    expect(titleOf("my verbs.json")).toBe("my verbs");
  });
});

test("a link names one list, all of them, or none", () => {
  expect(whichList([], "")).toEqual({ where: "all" });
  expect(whichList([], "shared=abc")).toEqual({ where: "link", letters: "abc" });
  expect(whichList(["b-0123456789ab"], "")).toEqual({ where: "browser", id: "b-0123456789ab" });
  expect(whichList(["0".repeat(32)], "")).toEqual({ where: "site", id: "0".repeat(32) });
  expect(whichList([ownId(4)], "")).toEqual({ where: "dataset", place: 4 });
  for (const wrong of ["own-0", "own-", "b-1", "../x", "B-0123456789ab"])
    expect(whichList([wrong], "")).toEqual({ where: "nowhere" });
  expect(whichList([ownId(0), "more"], "")).toEqual({ where: "nowhere" });
});

test("choices are those that have every word, likelier ones first, whatever the case and the marks", () => {
  const choices = ["Copy the link", "Lists", "Éclairs of the list", "Next neuron"].map((title, id) => ({
    id: `${id}`,
    title,
  }));
  const titles = (text: string) => matching(choices, text).map(({ title }) => title);
  expect(titles("")).toHaveLength(4);
  expect(titles("list")).toEqual(["Lists", "Éclairs of the list"]);
  expect(titles("THE ec")).toEqual(["Éclairs of the list"]);
  expect(titles("zzz")).toEqual([]);
});
