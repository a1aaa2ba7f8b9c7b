import { expect, test } from "vitest";
import { nearRow, overlapIn, overlapOf, overlapRow, sameTextsRow } from "../src/pairs";
import { seeded } from "./samples";

test("the overlap is the share of either's tokens that both have, as the server counts it", () => {
  const random = seeded(6);
  const some = () => [...new Set(Array.from({ length: 9 }, () => ` t${Math.floor(random() * 15)}`))];
  for (let round = 0; round < 100; round++) {
    const [one, other] = [some(), some()];
    const { either, tokens, reason } = overlapOf(one, other);
    const both = one.filter((token) => other.includes(token));
    expect([either, tokens, reason]).toEqual([one.length + other.length - both.length, both, null]);
  }
});

test("where a number is not there its reason is, and no 0", () => {
  expect(overlapRow(overlapOf(null, [" a"]))).toEqual({
    name: "Shared tokens",
    value: "–",
    note: "no tokens by mean activation for both",
  });
  expect(overlapRow(overlapOf([], []))).toMatchObject({
    value: "–",
    note: "neither has a token that it responds to",
  });
  expect(nearRow("Active together", { value: null, reason: "no list" }, "r")).toMatchObject({
    value: "–",
    note: "no list",
  });
  expect(sameTextsRow({ value: null, tokens: 0, texts: 0, reason: "no text" })).toMatchObject({
    value: "–",
    note: "no text",
  });
});

test("a number has what it is of; a ceiling says why it is one", () => {
  expect(nearRow("Active together", { value: 0.21 }, "r over 3 texts")).toEqual({
    name: "Active together",
    value: "0.21",
    note: "r over 3 texts",
  });
  expect(nearRow("Active together", { value: null, reason: "neither is near", at_most: 0.5 }, "r")).toEqual({
    name: "Active together",
    value: "≤ 0.50",
    note: "neither is near, so that the r is at most that",
  });
  expect(sameTextsRow({ value: -0.5, tokens: 63, texts: 1, reason: null }).note).toContain(
    "63 tokens of 1 text",
  );
});

test("the server's overlap is told with its tokens", () => {
  const pair = {
    first: 0,
    second: 1,
    token_overlap: { value: 0.5 },
    tokens: [" a", " b"],
    tokens_of_either: 4,
    decoder_cosine: { value: null, reason: "none" },
    coactivation: { value: 0.1 },
  };
  expect(overlapRow(overlapIn(pair))).toMatchObject({
    value: "50%",
    note: "2 of the 4 tokens that have the highest mean activation of either",
  });
});
