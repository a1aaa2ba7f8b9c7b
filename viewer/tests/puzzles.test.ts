/** Puzzles: the public form, the drawn order, what a model picked, and the count that a browser keeps. */
import { expect, test } from "vitest";
import type { PuzzleAnswer, StoredPuzzle } from "../src/nouns";
import {
  answerSentence,
  choicesOf,
  limitOf,
  type Puzzle,
  parsePuzzleLink,
  pickedOf,
  pickedSentence,
  placeOfPuzzle,
  readPuzzles,
} from "../src/puzzles";
import { answered, answersOf, forgotten, readTally, tallySentence } from "../src/tally";

const STORED: StoredPuzzle = {
  name: "colours",
  explanation: "words for colours",
  sentences: [
    ["The", [" red", 9], " door"],
    ["Nothing", " here"],
  ],
  false_explanations: ["nouns", "words for colours", "nouns", "verbs"],
};
const read = (stored: Record<string, unknown>) => readPuzzles(stored as Record<string, StoredPuzzle>);
const [PUZZLE] = read({ colours: STORED }) as [Puzzle];

test("a token alone has the activation 0, and a wrong explanation stands once", () => {
  expect(PUZZLE.texts[0]).toEqual({ tokens: ["The", " red", " door"], activations: [0, 9, 0] });
  expect(PUZZLE.wrong).toEqual(["nouns", "verbs"]);
  expect(limitOf(PUZZLE)).toBe(9);
  expect(read({ its: { ...STORED, name: null } })?.[0]?.name).toBe("its");
});

test("what is not in the public form is not read", () => {
  for (const wrong of [
    { sentences: [] }, { sentences: [[]] }, { sentences: [[["x"]]] }, { sentences: "x" }, { explanation: 3 },
    { false_explanations: null }, { sentences: [[["x", "y"]]] },
  ]) // biome-ignore format: a list to read
    expect(read({ one: { ...STORED, ...wrong } }), JSON.stringify(wrong)).toBeNull();
  expect(read({ one: null })).toBeNull();
  expect(read({})).toEqual([]);
});

test("every seed draws an order of all choices, the same each time, and the true one stands in every place", () => {
  const places = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const choices = choicesOf(PUZZLE, seed);
    expect(choices).toEqual(choicesOf(PUZZLE, seed));
    expect(choices.toSorted()).toEqual(["nouns", "verbs", "words for colours"]);
    places.add(choices.indexOf(PUZZLE.explanation));
  }
  expect([...places].toSorted()).toEqual([0, 1, 2]);
});

test("a puzzle is found by its name, by its number, or not at all; a seed that is none is 0", () => {
  const puzzles = ["a", "3", "c"].map((name) => ({ ...PUZZLE, name }));
  expect(["c", "1", "3", "4", "0", "-1", "1.0"].map((which) => placeOfPuzzle(puzzles, which))).toEqual([
    2,
    0,
    1,
    null,
    null,
    null,
    null,
  ]);
  expect(parsePuzzleLink(["a"], "seed=17")).toEqual({ which: "a", seed: 17 });
  for (const query of ["", "seed=-1", "seed=x", "seed=12345678"])
    expect(parsePuzzleLink([], query)).toEqual({ which: null, seed: 0 });
});

const scored = (value: number | null, explanation: string, origin = "false") => ({
  explanation,
  origin,
  correlation: { value, interval: null, reason: null, sequences: 2, tokens: 5, unparsed: 0, reliable: true },
});
const ANSWER: PuzzleAnswer = {
  name: "colours",
  rank: 2,
  candidates: 3,
  reason: null,
  scored: [
    scored(0.2, "words for colours", "true"),
    scored(0.5, "nouns"),
    scored(null, "verbs"),
    scored(0.9, "its own", "pairs"),
  ],
};

test("a model picks the best of the given explanations; its own do not compete, and equal ones are told", () => {
  expect(pickedOf(ANSWER)).toEqual(["nouns"]);
  expect(answerSentence(ANSWER)).toBe("Picked “nouns”: wrong. The true one ranks 2 of 3.");
  const even = { ...ANSWER, rank: 1.5, scored: [scored(0.5, "a", "true"), scored(0.5, "b")], candidates: 2 };
  expect(answerSentence(even)).toBe("Picked 2 explanations alike: wrong. The true one ranks 1.5 of 2.");
  expect(answerSentence({ ...ANSWER, rank: null, reason: "nothing came" })).toBe("No answer: nothing came.");
});

test("how often a model was right has its denominator, its interval and chance", () => {
  const picked = {
    first: 7,
    ranked: 20,
    value: 0.35,
    interval: [0.181, 0.567] as [number, number],
    chance: 1 / 6,
  };
  expect(pickedSentence(picked)).toBe("7 of 20 puzzles right, 35%, 95% interval 18% to 57%; by chance 17%");
  expect(pickedSentence({ first: 0, ranked: 0, value: null, interval: null, chance: null })).toBe(
    "no puzzle has a rank",
  );
});

test("only the first answer to a puzzle counts, per dataset, until it is forgotten", () => {
  let tally = answered({}, "a", "x", false);
  tally = answered(tally, "a", "x", true);
  tally = answered(tally, "a", "__proto__", true);
  tally = answered(tally, "b", "x", true);
  expect(tallySentence(answersOf(tally, "a"))).toBe("1 of 2 right at the first try");
  expect(readTally(JSON.stringify(tally))).toEqual(tally);
  expect(answersOf(forgotten(tally, "a"), "a")).toEqual({});
  expect(tallySentence(answersOf(forgotten(tally, "a"), "b"))).toBe("1 of 1 right at the first try");
  expect(tallySentence({})).toBe("");
});

test("a count that cannot be read is none", () => {
  for (const text of [null, "", "x", "[]", "3", '{"a": 1}', '{"a": {"x": "yes"}}', '{"a": [true]}'])
    expect(readTally(text), String(text)).toEqual({});
});
