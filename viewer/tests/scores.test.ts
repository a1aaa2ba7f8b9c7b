import { expect, test } from "vitest";
import type { ScoredExplanation } from "../src/nouns";
import { besideOf, bestFirst, leftOutOf, noteOf, scoresOf, sentenceOf } from "../src/scores";
import { explained, score, simulated } from "./samples";

const scored = (text: string, correlation: number | null): ScoredExplanation => ({
  explanation: text,
  scored_simulation: { ev_correlation_score: correlation, scored_sequence_simulations: [] },
});
const correlationOf = (explanation: ScoredExplanation) => {
  const [name, found] = scoresOf(explanation).first[0] ?? [];
  if (name !== "correlation" || !found) throw new Error("no correlation stands first");
  return found;
};

test("the best comes first, equals keep their order, and those without a correlation come last", () => {
  const file = [
    scored("undefined", null),
    scored("low", -0.9),
    { explanation: "a guess" },
    scored("high", 0.5),
    scored("as high", 0.5),
  ];
  const order = bestFirst(file).map(({ explanation }) => explanation);
  expect(order).toEqual(["high", "as high", "low", "undefined", "a guess"]);
  expect(file[0]?.explanation).toBe("undefined"); // what was given is left as it was
});

test("correlation and balanced accuracies stand first, the others wait", () => {
  const { first, more } = scoresOf({
    explanation: "a",
    scores: {
      correlation: score(),
      correlation_top: score(),
      r_squared: score(),
      detection_balanced_accuracy: score(),
      detection_auc: score(),
      fuzzing_balanced_accuracy: score(),
    },
  });
  expect(first.map(([name]) => name)).toEqual([
    "correlation",
    "detection_balanced_accuracy",
    "fuzzing_balanced_accuracy",
  ]);
  expect(more.map(([name]) => name)).toEqual(["correlation_top", "r_squared", "detection_auc"]);
});

test("a correlation has its tokens and its interval", () => {
  expect(sentenceOf("correlation", score())).toBe(
    "correlation of simulated with real activations over 640 tokens, 95% interval 0.41 to 0.63",
  );
  expect(sentenceOf("correlation", score({ interval: [-0.3, -0.001], tokens: 1 }))).toBe(
    "correlation of simulated with real activations over 1 token, 95% interval −0.30 to 0.00",
  );
});

test("an undefined score has its reason in the place of a number", () => {
  const undefinedOne = score({ value: null, interval: null, reason: "nothing was parsed", tokens: 0 });
  expect(sentenceOf("correlation_random", undefinedOne)).toBe(
    "correlation in the random texts alone over 0 tokens undefined: nothing was parsed",
  );
  expect(sentenceOf("r_squared", { ...undefinedOne, reason: null })).toBe(
    "R squared over 0 tokens undefined",
  );
});

test.each([
  ["r_squared", "R squared"],
  ["detection_auc", "detection AUC"],
  ["fuzzing_f1", "fuzzing F1"],
  ["absolute_deviation_explained", "absolute deviation explained"],
  ["correlation_top", "correlation in the top texts alone"],
])("%s is called %s", (name, label) => {
  expect(sentenceOf(name, score({ interval: null }))).toBe(`${label} over 640 tokens`);
});

test("answers about texts are counted as answers", () => {
  const judged = score({ tokens: null, answers: 20, interval: null });
  expect(sentenceOf("detection_balanced_accuracy", judged)).toBe(
    "detection balanced accuracy over 20 answers",
  );
});

test("the baselines' own score stands beside, undefined ones with their reason, absent ones not at all", () => {
  const undefinedOne = score({ value: null, reason: "no other unit of the run" });
  const baselines = {
    shuffled: { correlation: undefinedOne, r_squared: score({ value: -0.5 }) },
    lookup: { correlation: score({ value: 0.31 }) },
  };
  const of = (name: string) => besideOf(name, { explanation: "a", baselines });
  expect(of("correlation")).toBe("shuffled undefined: no other unit of the run · token lookup 0.31");
  expect(of("r_squared")).toBe("shuffled −0.50");
  expect(of("detection_auc")).toBe("");
  expect(besideOf("correlation", { explanation: "a", baselines: null })).toBe("");
  expect(besideOf("correlation", explained)).toBe("shuffled 0.02 · token lookup 0.31");
});

test("the denominators tell what was unparsed, even when nothing was, and what is left out", () => {
  expect(leftOutOf(score())).toBe("10 texts · 0 unparsed");
  expect(leftOutOf(score({ sequences: 1, unparsed: 1200, ignored: 10 }))).toBe(
    "1 text · 1,200 unparsed · 10 left out",
  );
});

test("a score that is not reliable is flagged even where the file gives no reason; an undefined one is not", () => {
  const note = "not reliable: only 4 of 8 sequences";
  expect(noteOf(score({ reliable: false, note }))).toBe(note);
  expect(noteOf(score({ reliable: false }))).toBe("not reliable");
  expect(noteOf(score({ reliable: false, value: null }))).toBeNull();
  expect(noteOf(score({ note: "no interval: one sequence" }))).toBe("no interval: one sequence");
  expect(noteOf(score())).toBeNull();
});

test("a published file holds the correlation alone: its tokens are counted from its texts", () => {
  const published = correlationOf({
    explanation: "a",
    scored_simulation: {
      ev_correlation_score: -0.517,
      scored_sequence_simulations: [
        simulated([1, null, 3], [0, 1, 2], { ignored: [0] }),
        simulated([1, 2], [0, 1]),
      ],
    },
  });
  expect(published).toMatchObject({ value: -0.517, tokens: 3, sequences: 2, unparsed: 1, interval: null });
  expect(noteOf(published)).toBeNull();
  expect(correlationOf(scored("a", null))).toMatchObject({ value: null, tokens: 0 });
});

test("the file's own correlation is told, not one counted anew", () => {
  expect(correlationOf(explained)).toBe(explained.scores?.["correlation"]);
});

test("never simulated, never scored: no scores", () => {
  expect(scoresOf({ explanation: "a" })).toEqual({ first: [], more: [] });
  expect(scoresOf({ explanation: "a", scores: null, scored_simulation: null }).first).toEqual([]);
});

test("a score that came from elsewhere says that nobody knows over what", () => {
  const bare = { ...score(), sequences: 0, tokens: null, interval: null, reliable: false };
  const { first } = scoresOf({ explanation: "a", scores: { imported: bare } });
  expect(first.map(([name]) => name)).toEqual(["imported"]);
  expect(sentenceOf("imported", bare)).toBe("score as it was imported, over an unknown number of texts");
  expect(leftOutOf(bare)).toBe("");
  const alone = correlationOf(scored("b", 0.5));
  expect(sentenceOf("correlation", alone)).toBe(
    "correlation of simulated with real activations, over an unknown number of texts",
  );
});
