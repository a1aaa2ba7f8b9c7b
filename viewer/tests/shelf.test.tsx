/** Lists kept in the browser: nothing is lost, not by another tab, a full disk, or what this viewer cannot read. */
import { beforeEach, expect, test, vi } from "vitest";
import { newList, withUnits } from "../src/lists";
import type { Kept } from "../src/shelf";
import * as shelf from "../src/shelf";

const KEY = "neuronscope-lists-sample";
const { changeList, dropList, keepLists, setAside, shelfOf, storedText, undoChange } = shelf;
const add = (layer: number) => (list: Kept["list"]) => withUnits(list, [{ layer, unit: 0 }]).list;
const titles = () => shelfOf("sample").kept.map(({ list }) => list.title);
const made = (title: string) => keepLists("sample", [newList(title)])[0] as Kept;

beforeEach(() => localStorage.clear());

test("lists are kept by dataset, in their order, under ids of their own", () => {
  const [first, second] = keepLists("sample", [newList("a"), newList("b")]) as [Kept, Kept];
  made("c");
  expect(titles()).toEqual(["a", "b", "c"]);
  expect(first.id).toMatch(/^b-[0-9a-f]{12}$/);
  expect(first.id).not.toBe(second.id);
  expect(shelfOf("other").kept).toEqual([]);
  expect(shelfOf("sample")).toBe(shelfOf("sample"));
});

test("a change is undone unless another one came after it", () => {
  const { id } = made("a");
  const first = changeList("sample", id, add(1));
  undoChange("sample", id, first);
  expect(shelfOf("sample").kept[0]?.list.units).toEqual([]);
  const second = changeList("sample", id, add(2));
  changeList("sample", id, add(3));
  expect(() => undoChange("sample", id, second)).toThrow(/has changed since/);
  expect(shelfOf("sample").kept[0]?.list.units).toHaveLength(2);
});

test("a deleted list comes back to its place", () => {
  const { id } = made("a");
  made("b");
  const back = dropList("sample", id);
  made("c");
  expect(titles()).toEqual(["b", "c"]);
  back();
  back();
  expect(titles()).toEqual(["a", "b", "c"]);
  expect(() => changeList("sample", "b-000000000000", add(1))).toThrow(/no longer kept/);
});

test("what another tab wrote meanwhile stays", () => {
  made("a");
  const theirs = { ...made("b"), id: "b-ffffffffffff" };
  const stored = JSON.parse(localStorage.getItem(KEY) ?? "");
  localStorage.setItem(KEY, JSON.stringify({ ...stored, lists: [...stored.lists, theirs] }));
  made("c");
  expect(titles()).toEqual(["a", "b", "b", "c"]);
});

test("a full disk changes nothing and says so", () => {
  made("a");
  const before = localStorage.getItem(KEY);
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(() => made("b")).toThrow(/no room left.*nothing was changed/);
  vi.restoreAllMocks();
  expect(localStorage.getItem(KEY)).toBe(before);
  expect(titles()).toEqual(["a"]);
});

test("where the browser keeps nothing, lists last while the page does", () => {
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
  made("a");
  expect(titles()).toEqual(["a"]);
  expect(shelfOf("sample").stored).toBe(false);
});

test.each([
  ['{"version": 2, "lists": []}', /later version/],
  ['{"lists": []}', /cannot be read/],
  ['{"version": 1, "lists": {}}', /cannot be read/],
  ["nonsense", /cannot be read/],
  ["", /cannot be read/],
])("%s is said and never written over, until it is laid aside", (raw, sentence) => {
  localStorage.setItem(KEY, raw);
  expect(shelfOf("sample").fault).toMatch(sentence);
  expect(() => made("a")).toThrow(/Nothing was changed/);
  expect(localStorage.getItem(KEY)).toBe(raw);
  expect(storedText("sample")).toBe(raw);
  setAside("sample");
  made("a");
  expect(titles()).toEqual(["a"]);
  const aside = Object.keys(localStorage).filter((key) => key.startsWith(`${KEY}-unread-`));
  expect(aside.map((key) => localStorage.getItem(key))).toEqual([raw]);
});

test("single lists of an unknown form are counted and stay as they are", () => {
  const odd = [{ id: "b-000000000001", list: { title: "", units: [] } }, 7, { id: "x", list: newList("x") }];
  localStorage.setItem(KEY, JSON.stringify({ version: 1, lists: odd }));
  expect(shelfOf("sample")).toMatchObject({ kept: [], unread: 3, fault: null });
  const { id } = made("a");
  dropList("sample", id);
  expect(JSON.parse(localStorage.getItem(KEY) ?? "").lists).toEqual(odd);
});
