/** What a static site need not have, on hosts that answer 403 for what is not there, and layers that are known to lack a part. */
import { beforeEach, expect, test, vi } from "vitest";
import {
  explanationsQuery,
  listsQuery,
  manifestQuery,
  type Problem,
  recordQuery,
  siteQuery,
  tableQuery,
} from "../src/api";
import { matchesQuery } from "../src/comparing";
import { puzzleResultsQuery, scoresQuery } from "../src/datasetFiles";
import type { DatasetEntry } from "../src/nouns";
import type { Query } from "../src/queries";
import { logits } from "../src/unitParts";
import { dataset as live } from "./samples";

const at = { layer: 9, unit: 3 };
let asked: string[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return new Response("<Code>AccessDenied</Code>", { status: 403 });
  });
});

let sites = 0;
const site = (given: Partial<DatasetEntry>): DatasetEntry => ({ ...live, root: `r/${sites++}`, ...given });
const packed = () => {
  const here = `r/${sites++}`;
  return site({
    packed: true,
    places: { "collated-activations": here, explanations: here, relations: here },
  });
};
const files = () => {
  const here = `r/${sites++}`;
  return site({ places: { "collated-activations": here, explanations: here, logits: here } });
};
const elsewhere = () => {
  const there = `https://data.example/${sites++}`;
  return site({ places: { "collated-activations": there, explanations: there, logits: there } });
};

const problem = async (query: Query<unknown>): Promise<Problem> =>
  query.ask(new AbortController().signal).then(
    () => Promise.reject(new Error("it did not fail")),
    (error: Problem) => error,
  );

test.each([
  ["packed", packed],
  ["of files", files],
  ["elsewhere", elsewhere],
])("%s: a part that units may lack is missing, a record is refused", async (_, made) => {
  expect(await problem(explanationsQuery(made(), at))).toMatchObject({ missing: true });
  expect(await problem(logits.query(made(), at))).toMatchObject({ missing: true });
  expect(await problem(recordQuery(made(), at))).toMatchObject({ missing: false, status: 403 });
});

test("files that a dataset may lack are missing, those that it has to have are refused", async () => {
  const there = packed();
  for (const query of [
    tableQuery(there, 9),
    scoresQuery(there),
    puzzleResultsQuery(there),
    matchesQuery(there, "b", 9),
  ])
    expect(await problem(query as Query<unknown>), query.key).toMatchObject({ missing: true });
  for (const query of [siteQuery(), manifestQuery(there), listsQuery(there)])
    expect(await problem(query as Query<unknown>), query.key).toMatchObject({ missing: false, status: 403 });
});

test("a server that refuses is always told of", async () => {
  for (const query of [explanationsQuery(live, at), tableQuery(live, 9), scoresQuery(live)])
    expect(await problem(query as Query<unknown>), query.key).toMatchObject({ missing: false, status: 403 });
});

test("a layer that is known to lack a part is not asked for it", async () => {
  const some = { ...packed(), layers_with: { explanations: [2], logits: [] } };
  expect(await problem(explanationsQuery(some, at))).toMatchObject({ missing: true });
  expect(await problem(logits.query(some, at))).toMatchObject({ missing: true });
  expect(asked).toEqual([]);
  await problem(explanationsQuery(some, { layer: 2, unit: 3 }));
  expect(asked).toEqual([expect.stringContaining("/2.idx")]);
});
