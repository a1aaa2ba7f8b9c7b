import { expect, test } from "vitest";
import { Problem } from "../src/api";
import {
  asScored,
  dayOf,
  fieldOf,
  jobSaid,
  nextVote,
  quoted,
  resultOf,
  scoringModel,
  sideSaid,
} from "../src/people";
import { site } from "./samples";
import { job, scored, written } from "./writable";

test("the same side again takes a vote back; the other side replaces it", () => {
  expect([nextVote(0, 1), nextVote(1, 1), nextVote(-1, 1), nextVote(-1, -1)]).toEqual([1, 0, 1, 0]);
});

test("votes are counted in words, and one's own is told", () => {
  const votes = { up: 1, down: 1200, vote: -1 } as const;
  expect(sideSaid(1, votes)).toBe("1 vote for it");
  expect(sideSaid(-1, votes)).toBe("1,200 votes against it, with yours");
});

test("a text is named by its beginning; whole characters, one line", () => {
  expect(quoted(" a\nb")).toBe("“a”");
  expect(quoted(`${"🙂".repeat(60)}x`)).toBe(`“${"🙂".repeat(60)} …”`);
});

test("a time is a day; what is no time stays as it is", () => {
  expect(dayOf("2026-01-02T12:00:00Z")).toBe("2 Jan 2026");
  expect(dayOf("lately")).toBe("lately");
});

test("a refusal is about the field that it names; a failure of another kind about none", () => {
  expect(fieldOf(new Problem(422, "The author has 90 characters."))).toBe("author");
  expect(fieldOf(new Problem(422, "The explanation is empty."))).toBe("text");
  expect(fieldOf(new Problem(409, "The author is unknown."))).toBeNull();
  expect(fieldOf(new Error("The author"))).toBeNull();
  expect(fieldOf(null)).toBeNull();
});

test("how a job stands is a sentence, with its denominator once that is known", () => {
  const said = (...how: Parameters<typeof job>) => jobSaid(job(...how), "tiny");
  expect(said("queued")).toBe("Waiting until other texts are scored.");
  expect(said("running")).toBe("Asking tiny …");
  expect(said("running", { progress: { done: 0, total: 1 } })).toBe("0 of 1 question answered by tiny");
  expect(said("done")).toBe("Scored by tiny.");
  expect(said("failed", { detail: "No records." })).toBe("No records.");
  expect(said("failed")).toBe("It failed; the server does not say why.");
  expect(said("cancelled")).toBe("Cancelled: not scored.");
});

test("scores of a job and of what was written are drawn as any other explanation's", () => {
  expect(resultOf(job("running"))).toBeNull();
  expect(resultOf(scored("rest"))).toMatchObject({
    explanation: "rest",
    scores: { correlation: { value: 0.52 } },
  });
  expect(asScored(written())).toEqual({
    explanation: "verbs of rest",
    scores: null,
    baselines: null,
    provenance: null,
  });
});

test("a site may have no model that scores", () => {
  expect(scoringModel(site)).toBeUndefined();
});
