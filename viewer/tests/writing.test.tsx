/** What is sent, as whom, and in which order. */
import { afterEach, expect, test, vi } from "vitest";
import { Problem } from "../src/api";
import { keep, kept } from "../src/keeping";
import { annotationsQuery, edit, jobQuery, remove, suggest, vote } from "../src/writing";
import { dataset } from "./samples";
import { FIRST, job, refusal, Writable, written } from "./writable";

const unit = { dataset: { ...dataset, name: "a b" }, at: { layer: 5, unit: 131 } };
const serve = (files: Record<string, unknown> = {}) => {
  const server = new Writable(files);
  vi.stubGlobal("fetch", server.fetch);
  return server;
};
const sample = { ...unit, dataset };

afterEach(() => localStorage.clear());

test("two first writes in one moment have one writer: the second waits for the first one's secret", async () => {
  const server = serve();
  await Promise.all([suggest(sample, { text: "a" }), suggest(sample, { text: "b" })]);
  expect(server.writes().map(({ owner, body }) => [owner, body])).toEqual([
    [null, { text: "a" }],
    [FIRST, { text: "b" }],
  ]);
  expect(kept("owner")).toBe(FIRST);
});

test("a write that is refused does not hold up the next; its caller is told", async () => {
  const server = serve();
  server.next.push(refusal(409, "Full."), new TypeError("refused"));
  const both = await Promise.allSettled([
    suggest(sample, { text: "a" }),
    suggest(sample, { text: "b" }),
    suggest(sample, { text: "c" }),
  ]);
  expect(both.map((one) => (one.status === "rejected" ? one.reason.message : "kept"))).toEqual([
    "Full.",
    "No answer from localhost:3000. Is the server running?",
    "kept",
  ]);
});

test("addresses hold the names of dataset, unit and explanation, each within its place", async () => {
  const server = serve();
  server.people = [written({ id: "x/y" })];
  await Promise.allSettled([edit(unit, "x/y", { text: "a" }), remove(unit, "z"), vote(unit, "z", -1)]);
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "PUT api/datasets/a%20b/units/5/131/explanations/x%2Fy",
    "DELETE api/datasets/a%20b/units/5/131/explanations/z",
    "POST api/datasets/a%20b/units/5/131/votes",
  ]);
});

test("a secret that no server handed out is not sent, and a refused token is forgotten", async () => {
  const server = serve();
  keep("owner", "short\nand odd");
  keep("token", "a-token-of-a-person");
  server.next.push(refusal(401, "This site asks for a token."));
  await expect(suggest(sample, { text: "a" })).rejects.toMatchObject({ status: 401 });
  expect(server.asked[0]).toMatchObject({ owner: null, token: "Bearer a-token-of-a-person" });
  expect(kept("token")).toBeNull();
});

test("what people wrote is read as whom one is, without the token, and must have its lists", async () => {
  const server = serve();
  keep("owner", FIRST);
  keep("token", "a-token-of-a-person");
  const signal = new AbortController().signal;
  await annotationsQuery(sample).ask(signal);
  expect(server.asked[0]).toMatchObject({ owner: FIRST, token: null });
  serve({ "api/datasets/sample/annotations/5/131.json": { explanations: [] } });
  await expect(annotationsQuery(sample).ask(signal)).rejects.toThrow(Problem);
});

test("a job is looked at again until it has ended", () => {
  const { again } = jobQuery("j");
  const waits = (["queued", "running", "done", "failed", "cancelled"] as const).map((state) =>
    again?.(job(state)),
  );
  expect(waits.map((wait) => wait === null)).toEqual([false, false, true, true, true]);
});
