/** Two explanations side by side: which ones, their scores, and what follows from them. */
import { expect, test } from "vitest";
import { asJson, asText, type Candidate, candidatesOf, chosen, lineOf, tryOf } from "../src/candidates";
import type { ScoredExplanation } from "../src/nouns";
import { overlap, overSaid, pairsOf, unlike, verdictOf } from "../src/versus";
import { explained, score, simulated } from "./samples";
import { scored, written } from "./writable";

const candidate = (key: string, with_: Partial<ScoredExplanation> = {}): Candidate => ({
  key,
  by: "Ada",
  scored: { explanation: `words of ${key}`, ...with_ },
});
const correlated = (key: string, value: number | null, interval: [number, number] | null) =>
  candidate(key, { scores: { correlation: score({ value, interval }) } });

test("candidates are the dataset's, best first, people's, newest first, and the tries, newest first", () => {
  const worse = {
    explanation: "worse",
    scored_simulation: { scored_sequence_simulations: [], ev_correlation_score: 0.1 },
  };
  const people = [written({ id: "a".repeat(32) }), written({ id: "b".repeat(32), author: null })];
  const made = tryOf(scored("deeds"));
  const tries = made ? [1, 2].map((number) => ({ ...made, number })) : [];
  const found = candidatesOf([worse, explained], people, tries);
  expect(found.map(({ key }) => key)).toEqual(["e0", "e1", "p.bbbbbbbb", "p.aaaaaaaa", "t2", "t1"]);
  expect(found.map(({ scored: { explanation } }) => explanation.trim())).toEqual([
    "words for sitting",
    "worse",
    "verbs of rest",
    "verbs of rest",
    "deeds",
    "deeds",
  ]);
  expect(lineOf(found[0] as Candidate)).toBe("“words for sitting” · 0.52 · tiny-explainer");
  expect(lineOf(found[2] as Candidate)).toBe("“verbs of rest” · no score · somebody");
});

test("the best one is before, and nothing after, until the link says otherwise", () => {
  const all = ["e0", "e1", "t1"].map((key) => candidate(key));
  const keys = ({ before, after }: ReturnType<typeof chosen>) => [before?.key, after?.key];
  expect(keys(chosen(all, { before: null, after: null }))).toEqual(["e0", undefined]);
  expect(keys(chosen(all, { before: "e1", after: "t1" }))).toEqual(["e1", "t1"]);
  expect(keys(chosen(all, { before: "e9", after: "t9" }))).toEqual(["e0", undefined]); // of another visit
  expect(keys(chosen(all, { before: "e1", after: "e1" }))).toEqual(["e1", undefined]);
  expect(keys(chosen(all, { before: null, after: "e0" }))).toEqual(["e1", "e0"]);
  expect(keys(chosen(all.slice(2), { before: null, after: "t1" }))).toEqual(["t1", undefined]);
  expect(keys(chosen([], { before: "e1", after: "e1" }))).toEqual([undefined, undefined]);
});

test("a job without a result is no try; one without texts is a try whose texts cannot be looked at", () => {
  expect(tryOf({ ...scored("x"), result: null })).toBeNull();
  expect(tryOf(scored("x"))?.scored.scored_simulation).toBeNull();
  const { result, ...job } = scored("x");
  const sequences = [simulated([1], [2])];
  const made = result && tryOf({ ...job, result: { ...result, sequences } });
  expect(made?.scored.scored_simulation).toEqual({
    scored_sequence_simulations: sequences,
    ev_correlation_score: 0.52,
  });
});

test("each score of either has a row, the correlation first; a difference needs both", () => {
  const one = candidate("e0", {
    scores: { detection_auc: score({ value: 0.7 }), correlation: score({ value: 0.3 }) },
  });
  const other = candidate("e1", {
    scores: { correlation: score({ value: 0.52 }), r_squared: score({ value: null }) },
  });
  const pairs = pairsOf(one, other);
  expect(pairs.map(({ name }) => name)).toEqual(["correlation", "detection_auc", "r_squared"]);
  expect(pairs[0]?.difference).toBeCloseTo(0.22);
  expect(pairs[1]).toMatchObject({ after: null, difference: null });
  expect(pairs[2]).toMatchObject({ before: null, difference: null });
  expect(pairsOf(one, null).every(({ after, difference }) => after === null && difference === null)).toBe(
    true,
  );
});

test.each([
  [[0.1, 0.4], [0.4, 0.6], "overlap: the difference may be chance"],
  [[0.1, 0.6], [0.2, 0.3], "overlap: the difference may be chance"],
  [[0.1, 0.3], [0.31, 0.6], "do not overlap: after is better than before"],
  [[0.5, 0.6], [0.1, 0.2], "do not overlap: before is better than after"],
] as const)("intervals %j and %j: %s", (first, second, said) => {
  const middle = ([low, high]: readonly [number, number]) => (low + high) / 2;
  const [pair] = pairsOf(
    correlated("e0", middle(first), [...first]),
    correlated("t1", middle(second), [...second]),
  );
  expect(pair && verdictOf(pair)).toContain(said);
  expect(overlap(pair?.after ?? null, pair?.before ?? null)).toBe(
    overlap(pair?.before ?? null, pair?.after ?? null),
  );
});

test("without a value or an interval nothing is claimed", () => {
  const [undefinedOne] = pairsOf(correlated("e0", null, null), correlated("t1", 0.5, [0.4, 0.6]));
  expect(undefinedOne && verdictOf(undefinedOne)).toContain("no value, so there is no difference");
  const [bare] = pairsOf(correlated("e0", 0.4, null), correlated("t1", 0.5, [0.4, 0.6]));
  expect(bare && verdictOf(bare)).toContain("no interval");
});

test("what sets the two apart beside their words is said", () => {
  const by = (simulator_model: string | null, simulator: string, calibration: string) => ({
    provenance: { explainer: "person", simulator, simulator_model, calibration },
  });
  const same = [
    candidate("e0", by("m", "structured", "none")),
    candidate("t1", by("m", "structured", "none")),
  ] as const;
  expect(unlike(...same)).toEqual([]);
  const lookup = candidate("e0", by(null, "lookup", "none"));
  const [said] = unlike(lookup, candidate("t1", by("m", "structured", "none")));
  expect(said).toContain("Before was simulated by the token lookup, after by m (structured)");
  expect(unlike(lookup, candidate("t1", by(null, "lookup", "linear")))[0]).toBe(
    "Calibration is none before and linear after.",
  );
  const on = (real: number[]) => ({
    scored_simulation: { scored_sequence_simulations: [simulated(real, real)] },
  });
  expect(unlike(candidate("e0", on([1, 2])), candidate("t1", on([1])))).toEqual([
    "The two were scored on different texts.",
  ]);
  expect(unlike(candidate("e0", on([1, 2])), candidate("t1", on([0, 3])))).toEqual([]); // the same tokens
});

test("denominators stand with every score", () => {
  expect(overSaid(score({ unparsed: 12 }))).toBe("640 tokens of 10 texts, 12 unparsed");
  expect(overSaid(score({ tokens: null, answers: 20, unparsed: 1 }))).toBe(
    "20 answers of 10 texts, 1 unparsed",
  );
});

test("a copy has both, with their scores", () => {
  const both = [{ key: "e0", by: "tiny-explainer", scored: explained }, correlated("t1", 0.61, [0.5, 0.7])];
  expect(asText(both)).toContain(
    "Before: words for sitting\ntiny-explainer · correlation 0.52 over 640 tokens of 10 texts",
  );
  expect(asText(both)).toContain("After: words of t1\nAda · correlation 0.61");
  const copied = JSON.parse(asJson(both)) as { scored_explanations: ScoredExplanation[] };
  expect(copied.scored_explanations[0]).toEqual(explained);
});
