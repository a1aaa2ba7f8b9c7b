import { expect, test } from "vitest";
import {
  authorsOf,
  firstLimit,
  foundSentence,
  kindOf,
  moreOf,
  ORDERINGS,
  orderingOf,
  piecesOf,
} from "../src/found";
import { FIRST_SEARCH, formatSearch, parseSearch, whyNot } from "../src/search";
import { answer, anySearch, dataset, hardText, hit, seeded, site } from "./samples";

const shown = (text: string, ranges: [number, number][]) =>
  piecesOf({ text, ranges }).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text));

test("what matched is marked; ranges count characters, of which some are two halves in a string", () => {
  expect(shown("words for sitting", [[0, 5]])).toEqual(["[words]", " for sitting"]);
  expect(
    shown("🍰🍰 cake", [
      [1, 2],
      [3, 7],
    ]),
  ).toEqual(["🍰", "[🍰]", " ", "[cake]"]);
  expect(shown("plain", [])).toEqual(["plain"]);
  expect(shown("", [[0, 3]])).toEqual([]);
});

test("ranges that overlap, touch, are turned round or lie outside mark what is there and change no text", () => {
  expect(
    shown("abcdef", [
      [4, 99],
      [1, 3],
      [2, 4],
      [5, 2],
    ]),
  ).toEqual(["a", "[bcdef]"]);
  const random = seeded(7);
  for (let round = 0; round < 100; round++) {
    const text = hardText(random)
      .tokens.join("")
      .replace(/[^\p{L}\p{Emoji} ]/gu, "");
    const ranges = Array.from({ length: 3 }, (): [number, number] => [
      Math.floor(random() * 60),
      Math.floor(random() * 60),
    ]);
    const pieces = piecesOf({ text, ranges });
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    const inside = Array.from(text).filter((_, at) => ranges.some(([from, to]) => at >= from && at < to));
    expect(
      pieces
        .filter(({ marked }) => marked)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(inside.join(""));
  }
});

test("what cannot be seen is made visible in a hit", () => {
  expect(shown("a\n\u202eb", [[1, 3]])).toEqual(["a", "[⏎‹U+202E›]", "b"]);
});

test("the sentence says how many were found of how many", () => {
  const all = answer([], { total: 1263, explanations: 1014, tokens: 249 });
  const some = answer([], { total: 3, explanations: 1, tokens: 2 });
  const said = (search: Partial<typeof FIRST_SEARCH>, of = all) =>
    foundSentence(some, of, { ...FIRST_SEARCH, ...search }, "neuron");
  expect(said({})).toBe("3 found: 1 of 1,014 explanations, and the tokens of 2 of 249 neurons.");
  expect(said({ where: "explanations" })).toBe("3 found: 1 of 1,014 explanations.");
  expect(said({ where: "tokens" })).toBe("3 found: the tokens of 2 of 249 neurons.");
  expect(said({ mode: "meaning" })).toContain("the best 200 of each kind at most");
  expect(foundSentence(some, undefined, FIRST_SEARCH, "feature")).toBe(
    "3 found: 1 explanation, and the tokens of 2 features.",
  );
});

test("authors are named where there are several, with how many each", () => {
  const by_author = [
    { author: "tiny", count: 1200 },
    { author: null, count: 2 },
  ];
  expect(authorsOf(answer([], { by_author, by_others: 3 }))).toBe(
    "Of the explanations 1,200 by tiny, 2 by an author not named, 3 by others.",
  );
  expect(authorsOf(answer([], { by_author: by_author.slice(0, 1) }))).toBe("");
});

test("a hit says what was searched in it and who wrote it", () => {
  expect(kindOf(hit())).toBe("explanation by tiny-explainer");
  expect(kindOf(hit({ author: "Ada", number: null }))).toBe("explanation by Ada, written on this site");
  expect(kindOf(hit({ author: null }))).toBe("explanation");
  expect(kindOf(hit({ matched: "tokens", explanation: null }))).toBe("tokens it peaks on, strongest first");
  expect(kindOf(hit({ matched: "tokens" }))).toContain("explained as: words for sitting");
});

test("the next page brings at most twenty; by meaning a longer first page does, up to what was ranked", () => {
  const twenty = Array.from({ length: 20 }, () => hit());
  const more = answer(twenty, { total: 65, cursor: "c" });
  expect(moreOf(more, 0, FIRST_SEARCH)).toBe(20);
  expect(moreOf(more, 40, FIRST_SEARCH)).toBe(5);
  expect(moreOf({ ...more, cursor: null }, 0, FIRST_SEARCH)).toBe(0);
  const near = { ...FIRST_SEARCH, mode: "meaning" as const, pages: 30 };
  expect(moreOf({ ...more, cursor: null }, 0, near)).toBe(20);
  expect([firstLimit(FIRST_SEARCH), firstLimit({ ...near, pages: 2 }), firstLimit(near)]).toEqual([
    20, 40, 200,
  ]);
  const most = Array.from({ length: 200 }, () => hit());
  expect(moreOf(answer(most, { total: 380 }), 0, near)).toBe(0);
});

test("every order that a link can hold is one that can be chosen", () => {
  const random = seeded(3);
  for (let round = 0; round < 100; round++) {
    const search = anySearch(random);
    const found = ORDERINGS.find(([value]) => value === orderingOf(search));
    expect(found?.slice(2)).toEqual([search.sort, search.order]);
    expect(parseSearch(formatSearch(search).slice(1))).toEqual(search);
  }
});

test("a site without a server, and a dataset that is not searched, say so", () => {
  expect(whyNot(site, dataset)).toContain("a folder of files");
  expect(whyNot({ ...site, search: true }, dataset)).toBe("This dataset cannot be searched.");
  for (const search of ["building", "ready", "failed"] as const)
    expect(whyNot({ ...site, search: true }, { ...dataset, search })).toBeNull();
});
