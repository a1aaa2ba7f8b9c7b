import { expect, test, vi } from "vitest";
import { fileUrl, getObject, Problem } from "../src/api";
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
