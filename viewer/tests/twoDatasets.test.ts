import { expect, test } from "vitest";
import type { Manifest } from "../src/nouns";
import { differencesOf, sameCorpus, verdictOf } from "../src/twoDatasets";
import { manifest } from "./samples";

const full: Manifest = {
  ...manifest,
  model: { ...manifest.model, hash: `sha256:${"0a".repeat(32)}` },
  source: { kind: "mlp", hook: "h.{layer}", bos: "prepended", density_definition: "above zero" },
  corpus: { name: "a few books", sequences: 100, sequence_length: 64, tokens: 6400, hash: "sha256:1" },
};
const names = (one: Manifest, other: Manifest, same: boolean | null) =>
  differencesOf(one, other).flatMap((row) => (row.same === same ? [row.name] : []));

test("a dataset does not differ from itself, and its numbers compare directly", () => {
  expect(names(full, full, true).length).toBe(7);
  expect(verdictOf(differencesOf(full, full))).toMatch(/the numbers compare directly\.$/);
  expect(differencesOf(full, full).every(({ meaning }) => meaning === "")).toBe(true);
});

const CHANGES: [string, Partial<Manifest>][] = [
  ["Model", { model: { ...full.model, name: "other" } }],
  ["Weights", { model: { ...full.model, hash: "sha256:2" } }],
  ["Units", { source: { ...full.source, kind: "sae" } }],
  ["Units", { source: { ...full.source, hook: "h.{layer}.mlp" } }],
  ["Layers", { layers: full.layers.slice(1) }],
  ["Texts", { corpus: { ...(full.corpus as NonNullable<Manifest["corpus"]>), hash: "sha256:2" } }],
  ["First position", { source: { ...full.source, bos: "included" } }],
  ["Density", { source: { ...full.source, density_definition: "from about 10% of the maximum on" } }],
];

test.each(CHANGES)("%s: a difference is the only one, and what it means is said", (name, change) => {
  const other = { ...full, ...change };
  expect(names(full, other, false)).toEqual([name]);
  const row = differencesOf(full, other).find((one) => one.name === name);
  expect(row?.meaning).toMatch(/\.$/);
  expect(verdictOf(differencesOf(full, other))).toBe(`They differ in ${name.toLowerCase()}.`);
});

test("what a dataset does not say is not known to be the same", () => {
  const { corpus: _, ...silent } = full;
  expect(names(full, silent, null)).toEqual(["Texts"]);
  expect(names(silent, silent, null)).toEqual(["Texts"]);
  expect(verdictOf(differencesOf(full, silent))).toBe("Whether they agree in texts is not known.");
  expect(differencesOf(full, silent).find(({ name }) => name === "Texts")?.values[1]).toBe("not said");
});

test("document numbers mean the same only where both texts have one hash", () => {
  expect(sameCorpus(full, full)).toBe(true);
  expect(sameCorpus(manifest, manifest)).toBe(false);
  expect(sameCorpus(full, manifest)).toBe(false);
});
