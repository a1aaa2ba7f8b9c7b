import { expect, test, vi } from "vitest";
import { fileUrl, getObject, Problem, send } from "../src/api";
import { answers } from "./samples";

const failure = async (body: unknown): Promise<Problem> => {
  vi.stubGlobal("fetch", answers(body === undefined ? {} : { "x.json": body }));
  const error = await getObject(fileUrl(".", "x.json")).catch((caught: unknown) => caught);
  if (!(error instanceof Problem)) throw new Error("it did not fail");
  return error;
};

test("addresses are relative to the page, or on the host that the root names", () => {
  expect(fileUrl("api", "site.json")).toBe("http://localhost:3000/api/site.json");
  expect(fileUrl("api/datasets/a", "collated-activations", 5, "131.json")).toBe(
    "http://localhost:3000/api/datasets/a/collated-activations/5/131.json",
  );
  expect(fileUrl("https://data.example/root/", "lists.json")).toBe("https://data.example/root/lists.json");
});

test("nothing in a name leaves the root", () => {
  expect(fileUrl("api", "../x?y#z")).toBe("http://localhost:3000/api/..%2Fx%3Fy%23z");
});

test("the server's sentence is the message, and 404 is missing, not broken", async () => {
  const problem = await failure(undefined);
  expect([problem.message, problem.status, problem.missing]).toEqual(["nothing at x.json", 404, true]);
});

test("an error without a sentence, a cut-off answer, a list and no answer each have one of their own", async () => {
  expect((await failure(new Response("<html>", { status: 500 }))).message).toBe(
    "The server answered with status 500.",
  );
  expect((await failure(new Response('{"a": 1'))).message).toContain("not a JSON object");
  expect((await failure([1])).message).toContain("not a JSON object");
  expect((await failure(new TypeError("refused"))).message).toBe(
    "No answer from localhost:3000. Is the server running?",
  );
});

test("what is sent is JSON with the headers given; an answer may be empty, and none for long is a sentence", async () => {
  const fetched = vi.fn(async (_url: unknown, _init?: RequestInit) => new Response(null, { status: 204 }));
  vi.stubGlobal("fetch", fetched);
  const url = fileUrl("api", "x");
  expect((await send("DELETE", url, { "X-Owner": "me" })).answer).toBeNull();
  await send("POST", url, {}, { a: 1 });
  expect(fetched.mock.calls.map(([, init]) => [init?.method, init?.headers, init?.body])).toEqual([
    ["DELETE", { accept: "application/json", "X-Owner": "me" }, undefined],
    ["POST", { accept: "application/json", "content-type": "application/json" }, '{"a":1}'],
  ]);
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(
    AbortSignal.abort(new DOMException("late", "TimeoutError")),
  );
  vi.stubGlobal("fetch", async (_: unknown, { signal }: RequestInit) => signal?.throwIfAborted());
  await expect(send("POST", url, {})).rejects.toThrow("No answer from localhost:3000");
});
