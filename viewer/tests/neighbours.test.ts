import { expect, test } from "vitest";
import { absence } from "../src/absence";
import { anyUnit, holds, layerStep, nearest, step } from "../src/neighbours";
import { manifest, seeded } from "./samples";

const dense = [
  { index: 0, units: 3 },
  { index: 1, units: 0 },
  { index: 4, units: 2 },
];
const sparse = manifest.layers;

test("next and previous go through all units of all layers, and end at the ends", () => {
  const walk: string[] = [];
  for (let at = { layer: 0, unit: 0 } as ReturnType<typeof step>; at; at = step(dense, at, 1))
    walk.push(`${at.layer}:${at.unit}`);
  expect(walk).toEqual(["0:0", "0:1", "0:2", "4:0", "4:1"]);
  const back: string[] = [];
  for (let at = { layer: 5, unit: 900 } as ReturnType<typeof step>; at; at = step(sparse, at, -1))
    back.push(`${at.layer}:${at.unit}`);
  expect(back).toEqual(["5:900", "5:131", "5:40", "2:7"]);
});

test("from a unit that is not there the neighbours are the nearest that are", () => {
  expect(step(sparse, { layer: 5, unit: 100 }, 1)).toEqual({ layer: 5, unit: 131 });
  expect(step(sparse, { layer: 5, unit: 100 }, -1)).toEqual({ layer: 5, unit: 40 });
  expect(step(sparse, { layer: 3, unit: 1 }, 1)).toEqual({ layer: 5, unit: 40 });
  expect(step(sparse, { layer: 5, unit: 5000 }, -1)).toEqual({ layer: 5, unit: 900 });
  expect(step(dense, { layer: 0, unit: 77 }, 1)).toEqual({ layer: 4, unit: 0 });
  expect(step([], { layer: 0, unit: 0 }, 1)).toBeNull();
});

test("the same place in another layer is the same id or the nearest", () => {
  expect(layerStep(sparse, { layer: 2, unit: 7 }, 1)).toEqual({ layer: 5, unit: 40 });
  expect(layerStep(dense, { layer: 0, unit: 2 }, 1)).toEqual({ layer: 4, unit: 1 });
  expect(layerStep(sparse, { layer: 5, unit: 131 }, 1)).toBeNull();
  expect(nearest({ index: 5, units: 3, unit_ids: [40, 131, 900] }, 500)).toBe(131);
  expect(nearest({ index: 5, units: 3, unit_ids: [40, 131, 900] }, 516)).toBe(900);
});

test("a dataset holds the ids it lists and no other", () => {
  expect(holds(sparse, { layer: 5, unit: 131 })).toBe(true);
  expect(holds(sparse, { layer: 5, unit: 132 })).toBe(false);
  expect(holds(dense, { layer: 0, unit: 3 })).toBe(false);
  expect(holds(dense, { layer: 9, unit: 0 })).toBe(false);
});

test("what is not there is told by what there is", () => {
  expect(absence(sparse, { layer: 5, unit: 132 }, "neuron")).toBe(
    "Layer 5 of this dataset has no neuron 132; it has 3 neurons.",
  );
  const layers = [0, 1, 2, 7].map((index) => ({ index, units: 4 }));
  const missing = (there: typeof layers) => absence(there, { layer: 9, unit: 0 }, "neuron");
  expect(missing(layers)).toBe("This dataset has no layer 9; it has layers 0–2, 7.");
  expect(missing(layers.slice(3))).toBe("This dataset has no layer 9; it has layer 7.");
  expect(missing([])).toBe("This dataset has no layer 9; it has none.");
});

test("every unit can be drawn by chance and nothing else", () => {
  const random = seeded(3);
  const met = new Set(Array.from({ length: 200 }, () => JSON.stringify(anyUnit(sparse, random))));
  expect(met.size).toBe(4);
  expect(anyUnit([])).toBeNull();
  expect(anyUnit(sparse, () => 0.999999)).toEqual({ layer: 5, unit: 900 });
});
