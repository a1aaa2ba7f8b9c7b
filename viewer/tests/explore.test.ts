/** The state of the page of all units, in its link and back. */
import { expect, test } from "vitest";
import { CELLS, MEASURES } from "../src/columns";
import {
  cellsOf,
  type Exploring,
  FIRST,
  FIRST_OF_WORDS,
  firstOrder,
  formatExploring,
  formatSelection,
  numberIn,
  parseExploring,
  STRIPS,
  sortedBy,
  toggled,
  withCondition,
  without,
} from "../src/explore";
import { seeded } from "./samples";

const SEED = Math.floor(Math.random() * 1e6);

function anyState(random: () => number): Exploring {
  const of = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const some = <T>(values: readonly T[]): T[] => values.filter(() => random() < 0.3);
  const number = () =>
    Number(
      ((random() - 0.3) * 10 ** Math.floor(16 * random() - 8)).toPrecision(1 + Math.floor(15 * random())),
    );
  const axis = () => ({ column: of(MEASURES), log: random() < 0.5 });
  const sort = of(MEASURES);
  const cells = some(CELLS);
  const low = random() * 10;
  return {
    sort,
    order: random() < 0.5 ? firstOrder(sort) : of(["asc", "desc"] as const),
    where: some(MEASURES).flatMap((column) =>
      some(["least", "most"] as const).map((side) => ({ column, side, value: number() })),
    ),
    layers: some([0, 1, 2, 3, 17, 59]),
    dead: of([null, true, false]),
    cells: cells.length === 0 ? null : cells,
    x: axis(),
    y: axis(),
    zoom: random() < 0.5 ? null : { x: { low: low + 1, high: low + 2 }, y: { low: 0.001, high: low + 3 } },
    strips: of(STRIPS),
  };
}

test(`seed ${SEED} › every state comes back from its link`, () => {
  const random = seeded(SEED);
  for (let round = 0; round < 500; round++) {
    const state = anyState(random);
    const link = formatExploring(state);
    expect(parseExploring(link), link).toEqual(state);
    expect(formatExploring(parseExploring(link))).toBe(link);
    expect(new URL(`http://host/#/d/x/explore?${link}`).hash.split("?")[1] ?? "").toBe(link);
  }
});

test("what is as it was at first is left out", () => {
  expect(formatExploring(FIRST)).toBe("");
  expect(parseExploring("")).toEqual(FIRST);
  expect(formatExploring({ ...FIRST, sort: "layer", order: "asc" })).toBe("sort=layer");
  expect(formatExploring({ ...FIRST, order: "asc" })).toBe("order=asc");
  expect(formatExploring({ ...FIRST, x: { column: "max", log: true }, layers: [0, 3] })).toBe(
    "layer=0,3&x=max:log",
  );
});

test.each([
  "sort=peak_token&order=up&strips=max&columns=nothing&dead=maybe&layer=-1,x",
  "where=density<0.01&where=unit<=3&where=max>=&where=max>=Infinity&where=max>=1e999&where=__proto__>=1",
  "x=constructor&y=:log&zoom=1,2,3",
  "zoom=2,1,1,2&columns=",
  "zoom=0,1,1,2", // density is on a log scale
  "%ff=%&where",
])("nonsense is as it was at first: %s", (link) => {
  expect(parseExploring(link)).toEqual(FIRST);
});

test("of two conditions on the same side of a column the later one holds", () => {
  const { where } = parseExploring("where=max>=1&where=density<=0.5&where=max>=2&where=max<=9&where=max>=x");
  expect(where).toEqual([
    { column: "max", side: "least", value: 2 },
    { column: "density", side: "most", value: 0.5 },
    { column: "max", side: "most", value: 9 },
  ]);
  expect(without(where, where[1] as (typeof where)[number])).toHaveLength(2);
  expect(withCondition(where, { column: "max", side: "least", value: 3 })[0]?.value).toBe(3);
});

test("the server is asked for the same units in the same order, and for nothing of the page", () => {
  const state = parseExploring(
    "where=density<=0.01&where=kurtosis>=1e%2B21&layer=3,0,3&dead=false&y=max&strips=score",
  );
  expect(formatSelection(state)).toBe(
    "sort=kurtosis&order=desc&where=density%3C=0.01&where=kurtosis%3E=1e%2B21&layer=0,3&dead=false",
  );
  expect(new URLSearchParams(formatSelection(state)).getAll("where")).toEqual([
    "density<=0.01",
    "kurtosis>=1e+21",
  ]);
});

test("a column is sorted the way it is mostly wanted, and by another click the other way", () => {
  expect(sortedBy(FIRST, "density")).toEqual({ sort: "density", order: "desc" });
  expect(sortedBy(FIRST, "layer")).toEqual({ sort: "layer", order: "asc" });
  expect(sortedBy(FIRST, "kurtosis")).toEqual({ sort: "kurtosis", order: "asc" });
});

test("a layer goes in and out of the filter", () => {
  expect(toggled([1, 9], 4)).toEqual([1, 4, 9]);
  expect(toggled([1, 4, 9], 4)).toEqual([1, 9]);
});

test("the column that the table is sorted by is always in it; a phone has fewer", () => {
  expect(cellsOf({ ...FIRST, sort: "variance" }, true)).toEqual(["about", "variance"]);
  expect(cellsOf({ ...FIRST, cells: ["author"], sort: "layer" }, false)).toEqual(["author"]);
  expect(cellsOf(FIRST, false)).toEqual(["about", "density", "kurtosis", "max", "score"]);
});

test("numbers are read as they are written, and nothing else is a number", () => {
  expect(["0", "-3.5", "1e-7", "2E3".toLowerCase(), "-0"].map(numberIn)).toEqual([0, -3.5, 1e-7, 2000, 0]);
  expect(["", " ", "0x1", "1e999", "NaN", "--1", "1,5"].map(numberIn)).toEqual(Array(7).fill(null));
});

test("of words alone the page begins with what is explained, and its link says only what was changed", () => {
  const first = parseExploring("", FIRST_OF_WORDS);
  expect(first).toEqual(FIRST_OF_WORDS);
  expect(formatExploring(first, FIRST_OF_WORDS)).toBe("");
  const changed: Exploring = { ...first, sort: "score", cells: ["about", "author"] };
  expect(formatExploring(changed, FIRST_OF_WORDS)).toBe("sort=score&columns=about,author");
  expect(parseExploring("sort=score&columns=about,author", FIRST_OF_WORDS)).toEqual(changed);
});
