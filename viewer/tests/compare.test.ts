import { expect, test } from "vitest";
import {
  type Compared,
  type Comparison,
  FIRST,
  formatComparison,
  MOST,
  nameOf,
  parseComparison,
  placed,
  refusal,
  waysOf,
} from "../src/compare";
import { formatRoute, parseHash, type Route } from "../src/route";
import { dataset, seeded } from "./samples";

function anyComparison(random: () => number): Comparison {
  const of = <T>(...values: T[]): T => values[Math.floor(random() * values.length)] as T;
  const any = (most: number) => Math.floor(random() * most);
  const unit = { layer: any(48), unit: any(1e9) };
  const units = Array.from({ length: any(6) }, (_, layer) => ({ layer, unit: any(6400) }));
  const kinds: Compared[] = [
    { of: "units", units },
    {
      of: "explanations",
      unit,
      explanations: of<[string, string] | null>(null, ["0", "2"], ["p.0123abcd", "1"]),
    },
    { of: "datasets", unit, other: of("twin", "gpt2-xl", "a.b_c"), match: of(null, 1, 20) },
  ];
  const keys = ["same", "same:3:full", "u0", "u1:2:line", "apart:0:snippet"];
  const view = {
    context: of("line" as const, "snippet" as const, "full" as const),
    breaks: of("inline" as const, "broken" as const),
    scale: of("all" as const, "own" as const),
    open: keys.filter(() => random() < 0.5),
  };
  return { compared: of(...kinds), view };
}

test("every comparison comes back from its own link, which the address bar takes as it is", () => {
  const random = seeded(11);
  for (let round = 0; round < 300; round++) {
    const comparison = anyComparison(random);
    const query = formatComparison(comparison);
    expect(parseComparison(query)).toEqual(comparison);
    const route: Route = { page: "tool", dataset: "sample", tool: "compare", rest: [], query };
    expect(parseHash(formatRoute(route))).toEqual(route);
  }
});

test("the shortest form is that of what is as it was at first", () => {
  const units = [
    { layer: 3, unit: 17 },
    { layer: 3, unit: 99 },
  ];
  expect(formatComparison({ compared: { of: "units", units }, view: FIRST })).toBe("units=3:17,3:99");
  expect(formatComparison({ compared: { of: "units", units: [] }, view: FIRST })).toBe("");
  expect(parseComparison("")).toEqual({ compared: { of: "units", units: [] }, view: FIRST });
});

test("what a link says wrongly is as it was at first", () => {
  const of = (query: string) => parseComparison(query).compared;
  const unit = { layer: 3, unit: 17 };
  expect(of("units=3:17,x,-1:2,3:17,03:017,1e3:1,3:1:2")).toEqual({ of: "units", units: [unit] });
  for (const wrong of ["0", "0,0", "0,1,2", "0,<b>", "p.xyz,1", "1000,1"])
    expect(of(`unit=3:17&explanations=${wrong}`), wrong).toEqual({
      of: "explanations",
      unit,
      explanations: null,
    });
  expect(of("unit=3:17&with=../x")).toEqual({ of: "explanations", unit, explanations: null });
  for (const wrong of ["0", "-1", "1e3", "100", "x"])
    expect(of(`unit=3:17&with=twin&match=${wrong}`), wrong).toEqual({
      of: "datasets",
      unit,
      other: "twin",
      match: null,
    });
  expect(of("unit=x&with=twin")).toEqual({ of: "units", units: [] });
  expect(parseComparison("context=huge&scale=log&breaks=&open=<b>,same").view).toEqual({
    ...FIRST,
    open: ["same"],
  });
});

test("more than four are refused in a sentence, and a huge link is read in part", () => {
  const units = Array.from({ length: 5 }, (_, unit) => ({ layer: 0, unit }));
  expect(refusal(units.slice(1), "neuron")).toBeNull();
  expect(refusal(units, "neuron")).toBe(
    "This link names 5 neurons; side by side there is room for 2 to 4. Take some of them away.",
  );
  const huge = parseComparison(`units=${Array.from({ length: 50_000 }, (_, unit) => `0:${unit}`)}`).compared;
  expect(huge.of === "units" && refusal(huge.units, "neuron")).toMatch(/names 100 or more neurons/);
});

test("a unit is added behind the others or put in another's place, and never stands there twice", () => {
  const random = seeded(4);
  let units: { layer: number; unit: number }[] = [];
  for (let round = 0; round < 500; round++) {
    const unit = { layer: 0, unit: Math.floor(random() * 8) };
    const place = random() < 0.5 && units.length > 0 ? Math.floor(random() * units.length) : null;
    const before = units.map(nameOf);
    units = placed(units, unit, place);
    const names = units.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(nameOf(unit));
    if (place === null) expect(names.slice(0, before.length)).toEqual(before);
    else expect(names.filter((name) => !before.includes(name)).length).toBeLessThanOrEqual(1);
    units = units.slice(-MOST);
  }
});

test("the ways lead to the first unit's other comparisons, and say which one is on screen", () => {
  const twin = { ...dataset, name: "twin", title: "A twin" };
  const namesake = { ...dataset, name: "again" };
  const unit = { layer: 5, unit: 131 };
  const ways = waysOf({ of: "units", units: [unit] }, true, dataset, [twin, namesake]);
  expect(ways.map(({ title, here }) => [title, here])).toEqual([
    ["5:131 with others", true],
    ["Two explanations of 5:131", false],
    ["5:131 in A twin", false],
    ["5:131 in again", false],
  ]);
  expect(
    waysOf({ of: "datasets", unit, other: "again", match: null }, false, dataset, [twin, namesake]).map(
      ({ here }) => here,
    ),
  ).toEqual([false, false, true]);
  expect(waysOf({ of: "units", units: [] }, true, dataset, [twin])).toEqual([]);
});
