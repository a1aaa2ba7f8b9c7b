/** Units as a file: the server's columns, and nothing that a spreadsheet would run. */
import { expect, test } from "vitest";
import { placeAmong } from "../src/neighbours";
import type { UnitRow } from "../src/nouns";
import { unitsCsv, unitsJson } from "../src/unitTable";

const row = (given: Partial<UnitRow>) => ({ layer: 1, unit: 2, max: 0.5, dead: false, ...given }) as UnitRow;

test("a row per unit, texts in quotes, what is missing empty", () => {
  const rows = [row({ explanation: 'says "no", twice\nat least' }), row({ max: null, explanation: null })];
  expect(unitsCsv(rows)).toBe(
    '"layer","unit","max","dead","explanation"\n1,2,0.5,false,"says ""no"", twice\nat least"\n1,2,,false,\n',
  );
  expect(JSON.parse(unitsJson(rows))).toEqual({ units: rows });
});

test.each(["=1+1", "+1", "-1", "@x", "\tx", "＝1"])(
  "%j is no formula, and a negative number is none",
  (text) => {
    expect(unitsCsv([row({ max: -1, explanation: text })])).toContain(`-1,false,"'${text}"`);
  },
);

test("a unit's place is counted over layers, whatever order they come in", () => {
  const layers = [
    { index: 7, units: 2, unit_ids: [10, 30] },
    { index: 2, units: 3 },
  ];
  expect(placeAmong(layers, { layer: 2, unit: 2 })).toBe(2);
  expect(placeAmong(layers, { layer: 7, unit: 30 })).toBe(4);
  expect(placeAmong(layers, { layer: 7, unit: 11 })).toBeNull();
});
