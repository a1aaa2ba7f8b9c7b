/** Searching columns: the language, what is found, marked, counted and ordered; the same as by going through every text. */
import { expect, test } from "vitest";
import { snippetOf } from "../src/marking";
import { BadQuery, readQuery } from "../src/querySyntax";
import { FIRST_SEARCH, type Search } from "../src/search";
import { isClose, lower, type Wanted, wanted, wordsOf } from "../src/wanted";
import { bestOf, firstOf } from "../src/wordMatching";
import { searched } from "../src/wordSearch";
import { entriesOf, type Written } from "./words.samples";

const CATS: Written[] = [
  { text: "The cat, the CAT's hat", layer: 0, unit: 3, author: 1, score: 0.5, max: 2 },
  { text: "a category of words", layer: 1, unit: 1, author: 2, score: 0.25, max: 4 },
  { text: "Straße in İzmir", layer: 1, unit: 2, score: null, max: 3 },
  { text: "cat", layer: 2, unit: 0, author: 2, score: 0.9, max: null },
];
const TOKENS: Written[] = [
  { text: "cat\nthe cats", about: "the cat", layer: 2, unit: 0, score: 0.9, max: 1 },
];

const kinds = [entriesOf("explanations", CATS, [0, 1, 2, 4]), entriesOf("tokens", TOKENS, [3])];
const files = { snapshot: "s", authors: ["gpt-4", "a person"], entries: 5 };
const find = (
  q: string,
  asked: Partial<Search> = {},
  page: { limit: number; cursor?: string } = { limit: 20 },
) => {
  const search = { ...FIRST_SEARCH, q, ...asked };
  const wanted = kinds.filter(({ kind }) => search.where === "both" || search.where === kind);
  return searched({ ...files, kinds: wanted }, search, page);
};
const placed = (q: string, asked: Partial<Search> = {}) =>
  find(q, asked).hits.map(({ layer, unit, matched }) => `${layer}:${unit}${matched === "tokens" ? "t" : ""}`);

test("a query is read as the server reads it, and nothing that is typed is wrong", () => {
  const word = (text: string) => ({ is: "word", text });
  expect(readQuery("a AND b OR NOT c")).toEqual({
    is: "either",
    parts: [
      { is: "both", parts: [word("a"), word("b")] },
      { is: "without", part: word("c") },
    ],
  });
  expect(readQuery('x* y~ z~2 "p q')).toEqual({
    is: "both",
    parts: [
      { is: "prefix", text: "x" },
      { is: "near", text: "y", edits: 1 },
      { is: "near", text: "z", edits: 2 },
      { is: "phrase", text: "p q" },
    ],
  });
  expect(readQuery("AND")).toEqual(word("AND"));
  expect(readQuery("((a) b")).toEqual({ is: "both", parts: [word("a"), word("b")] });
  for (const nothing of ["", " \u001c\u0085", "()", ")("]) expect(readQuery(nothing)).toBeNull();
});

test("too long, too many words and too deep are refused in a sentence", () => {
  expect(() => readQuery("x".repeat(1001))).toThrow("1,001 characters long");
  expect(() => readQuery("x ".repeat(33))).toThrow("more than 32 words");
  expect(() => readQuery("(".repeat(17))).toThrow("more than 16 deep");
  expect(() => find("a", { mode: "regex" })).toThrow(BadQuery);
  expect(() => find("a", { mode: "meaning" })).toThrow(/^Searches by meaning need a server/);
});

test("words are runs of letters and digits, a token is one; a sigma is a sigma anywhere", () => {
  expect(wordsOf("explanations", "Don't_stop—№5 ½")).toEqual(["don", "t", "stop", "5", "½"]);
  expect(wordsOf("tokens", " \u00a0Two \n words ")).toEqual(["two words"]);
  expect(lower("ΣΑΣ")).toBe("σασ");
});

test("bare words of three letters are found inside words too, shorter ones as they stand", () => {
  expect(placed("cat")).toEqual(["2:0", "0:3", "2:0t", "1:1"]);
  expect(placed("ca")).toEqual([]);
  expect(placed("CAT*").sort()).toEqual(["0:3", "1:1", "2:0", "2:0t"]);
  expect(placed("cat NOT categ")).toEqual(["2:0", "0:3", "2:0t"]);
  expect(placed('"the cat"', { where: "explanations" })).toEqual(["0:3"]);
  expect(placed("cta~", { where: "explanations" }).sort()).toEqual(["0:3", "2:0"]);
  expect(placed("İZMİR straSSe OR straße")).toEqual(["1:2"]);
  expect(placed("cat --", { where: "explanations" })).toEqual(placed("cat", { where: "explanations" }));
  expect(placed("--", { where: "explanations" })).toEqual([]);
});

test("filters, orders, pages and counts", () => {
  expect(placed("", { sort: "layer", order: "desc" })).toEqual(["2:0", "2:0t", "1:2", "1:1", "0:3"]);
  expect(placed("", { sort: "max" })).toEqual(["1:1", "1:2", "0:3", "2:0t", "2:0"]);
  expect(placed("", { sort: "score", order: "asc", where: "explanations" })).toEqual([
    "1:1",
    "0:3",
    "2:0",
    "1:2",
  ]);
  expect(placed("", { minScore: 0.5, layer: 2 })).toEqual(["2:0t", "2:0"]);
  const { hits, cursor, ...counts } = find("cat", {}, { limit: 3 });
  expect(counts).toMatchObject({ total: 4, explanations: 3, tokens: 1, by_others: 0, snapshot: "s" });
  expect(counts.by_author).toEqual([
    { author: "a person", count: 2 },
    { author: "gpt-4", count: 1 },
  ]);
  expect(hits.length).toBe(3);
  expect(find("cat", {}, { limit: 3, cursor: cursor ?? "" })).toMatchObject({
    hits: [{ unit: 1 }],
    cursor: null,
  });
});

test("hits say what the server's do", () => {
  expect(find("cat", { where: "tokens" }).hits).toEqual([
    {
      ...{ layer: 2, unit: 0, matched: "tokens", number: null, explanation: "the cat", author: null },
      ...{ score: 0.9, max: 1, rank: expect.any(Number) },
      snippet: {
        text: "cat · the cats",
        ranges: [
          [0, 3],
          [10, 13],
        ],
      },
    },
  ]);
  expect(find("atego").hits[0]).toMatchObject({ number: 0, author: "a person", rank: null });
});

test("marks count whole characters; a long text is cut around the first one", () => {
  const tree = (q: string) => wanted(readQuery(q) ?? { is: "word", text: q }, "explanations");
  expect(snippetOf("explanations", "😀 sat on", tree("sat")).ranges).toEqual([[2, 5]]);
  expect(snippetOf("explanations", "İzmir", tree("zmi")).ranges).toEqual([[0, 5]]);
  const long = snippetOf("explanations", `${"word ".repeat(60)}cat ${"word ".repeat(60)}`, tree("cat"));
  expect([long.text.length, long.text.slice(0, 2), long.text.at(-1)]).toEqual([242, "…w", "…"]);
  expect(long.ranges.map(([start, end]) => long.text.slice(start, end))).toEqual(["cat"]);
});

test("near words are so many letters put in, left out, changed or swapped away", () => {
  const close = (a: string, b: string, edits: number) => isClose([...a], [...b], edits);
  expect(["cat", "cart", "at", "cut", "act"].every((word) => close("cat", word, 1))).toBe(true);
  expect(close("cat", "dog", 2)).toBe(false);
  expect(close("ca", "abc", 2)).toBe(false); // no letter is touched twice
});

test("the best of many are those that sorting gives", () => {
  const values = Float64Array.from({ length: 5000 }, (_, at) => (at % 7 ? (at * 7919) % 1009 : Number.NaN));
  const entries = Uint32Array.from(values.keys()).filter((at) => at % 3 > 0);
  for (const ascending of [true, false]) {
    const known = [...entries];
    const by = (at: number) => (values[at] ?? 0) * (ascending ? 1 : -1);
    const sorted = known.toSorted((a, b) =>
      Number.isNaN(by(a)) || Number.isNaN(by(b))
        ? Number(Number.isNaN(by(a))) - Number(Number.isNaN(by(b))) || a - b
        : by(a) - by(b) || a - b,
    );
    for (const most of [1, 20, 4000])
      expect(bestOf(entries, values, most, ascending)).toEqual(sorted.slice(0, most));
  }
  expect(firstOf(entries, 3, true)).toEqual([4999, 4997, 4996]);
});

test("what is found is what going through every text finds", () => {
  let state = 7;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const some = (from: string, most: number) =>
    Array.from(
      { length: 1 + Math.floor(random() * most) },
      () => from[Math.floor(random() * from.length)],
    ).join("");
  const texts = Array.from({ length: 300 }, () => ({
    text: Array.from({ length: 5 }, () => some("abc", 5)).join(" "),
  }));
  const entries = entriesOf("explanations", texts);
  const holds = (tree: Wanted, words: string[]): boolean => {
    if (tree.is === "both") return tree.parts.every((part) => holds(part, words));
    if (tree.is === "either") return tree.parts.some((part) => holds(part, words));
    if (tree.is === "without") return !holds(tree.part, words);
    if (tree.is === "run") return ` ${words.join(" ")} `.includes(` ${tree.words.join(" ")} `);
    return words.some((word) =>
      tree.is === "start" ? word.startsWith(tree.text) : word.includes(tree.text),
    );
  };
  for (let times = 0; times < 300; times++) {
    const term = () =>
      ["", "NOT "][Math.floor(random() * 1.3)] + some("abc", 4) + ["", "*"][Math.floor(random() * 1.4)];
    const q = [term(), term(), `"${some("ab", 2)} ${some("ab", 2)}"`]
      .slice(0, 1 + Math.floor(random() * 3))
      .join([" ", " OR "][Math.floor(random() * 2)]);
    const query = readQuery(q);
    const tree = query && wanted(query, "explanations");
    const found = searched(
      { ...files, kinds: [entries] },
      { ...FIRST_SEARCH, q, sort: "layer" },
      { limit: 300 },
    );
    const expected = texts.filter(({ text }) => tree && holds(tree, text.split(" "))).map(({ text }) => text);
    expect(
      found.hits.map(({ explanation }) => explanation),
      q,
    ).toEqual(expected);
  }
});
