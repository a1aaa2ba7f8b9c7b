/** Addresses of quick lists: the layers that have a name there, in the order of the units, and no more than fit. */
import { expect, test } from "vitest";
import { MOST_QUICK, quickListOf } from "../src/quickList";

const IDS = {
  model: "gpt2-small",
  sources: [
    { layer: 6, id: "6-res-jb" },
    { layer: 7, id: "7-res-jb" },
  ],
};
const featuresOf = (address: string | null) =>
  JSON.parse(new URL(address ?? "").searchParams.get("features") ?? "");

test("units are named as they are called there, those of other layers left out", () => {
  const units = [
    { layer: 7, unit: 650 },
    { layer: 2, unit: 1 },
    { layer: 6, unit: 0 },
  ];
  const address = quickListOf(IDS, units, "The cat & the dog");
  expect(new URL(address ?? "").searchParams.get("name")).toBe("The cat & the dog");
  expect(featuresOf(address)).toEqual([
    { modelId: "gpt2-small", layer: "7-res-jb", index: "650" },
    { modelId: "gpt2-small", layer: "6-res-jb", index: "0" },
  ]);
  expect(quickListOf(IDS, [{ layer: 2, unit: 1 }], "a")).toBeNull();
});

test("an address stays short enough to be opened", () => {
  const many = Array.from({ length: 500 }, (_, unit) => ({ layer: 6, unit: 24_000 + unit }));
  const address = quickListOf(IDS, many, "a".repeat(60));
  expect(featuresOf(address)).toHaveLength(MOST_QUICK);
  expect(address?.length).toBeLessThan(8000);
});
