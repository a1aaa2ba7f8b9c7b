/** The link of a unit's workbench. */
import { expect, test } from "vitest";
import { type Bench, FIRST_BENCH, formatBench, parseBench, seedOf, unitOf } from "../src/bench";
import { formatRoute, parseHash } from "../src/route";
import { seeded } from "./samples";

function anyBench(random: () => number): Bench {
  const of = <T>(...values: T[]): T => values[Math.floor(random() * values.length)] as T;
  const candidate = () => of(null, "e0", "e12", "t3", "p.0a1b2c3d");
  return {
    before: candidate(),
    after: candidate(),
    side: of("before", "after"),
    beside: of("side", "overlaid", "difference"),
    seed: of(0, 7, 2 ** 31 - 1),
    over: of(10, 20, 500),
    under: of(10, 30),
    open: of([], ["o3.17"], ["u0.0", "texts"]),
  };
}

test("a link holds every choice, through the address bar and back", () => {
  const random = seeded(3);
  for (let times = 0; times < 300; times++) {
    const bench = anyBench(random);
    const rest = ["3", "17"];
    const hash = formatRoute({
      page: "tool",
      dataset: "a",
      tool: "workbench",
      rest,
      query: formatBench(bench),
    });
    const route = parseHash(hash);
    expect(route).toMatchObject({ page: "tool", tool: "workbench", rest });
    expect(parseBench(route.page === "tool" ? route.query : "")).toEqual(bench);
  }
});

test("what is as at first is left out", () => {
  expect(formatBench(FIRST_BENCH)).toBe("");
  expect(formatBench({ ...FIRST_BENCH, before: "e1", over: 20 })).toBe("before=e1&over=20");
});

test.each([
  "before=x9&after=p.&side=left&beside=none&seed=-1&over=x&under=3&open=o1,u2.x,<b>",
  "seed=99999999999&seed=1.5&over=&open=",
  "%E0%A4%A&=&&&",
])("what a link says wrongly is as it was at first: %s", (query) => {
  expect(parseBench(query)).toEqual(FIRST_BENCH);
});

test("a huge link opens no more than it may", () => {
  const bench = parseBench(`over=999999999&open=${"o1.1,".repeat(5000)}`);
  expect(bench.over).toBe(500);
  expect(bench.open).toHaveLength(100);
});

test("a unit is two whole numbers and nothing else", () => {
  expect(unitOf(["3", "17"])).toEqual({ layer: 3, unit: 17 });
  for (const rest of [[], ["3"], ["3", "x"], ["3", "17", "1"], ["-1", "2"], ["1e3", "2"]])
    expect(unitOf(rest)).toBeNull();
});

test("a seed is a whole number that the server takes", () => {
  expect([" 7 ", "0", "2147483647"].map(seedOf)).toEqual([7, 0, 2147483647]);
  expect(["", "-1", "1.5", "2147483648", "seven"].map(seedOf)).toEqual([null, null, null, null, null]);
});
