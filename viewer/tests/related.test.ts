import { expect, test } from "vitest";
import { byActivation, byLogit, byWeight, foldedOf, momentsOf } from "../src/related";
import { connections, endOf, neighbourhoods } from "../src/relatedUnits";
import {
  activationTokens,
  logitTable,
  manifest,
  together,
  weights,
  weightTokens,
  weightUnits,
} from "./samples";

test("tokens by activation have their means, on one scale, and what each was taken over", () => {
  const { sides, about } = byActivation(activationTokens);
  expect(sides).toEqual([
    {
      name: "",
      rows: [
        { token: " cat", strength: 4, share: 1, count: 1234 },
        { token: "\n ", strength: 1, share: 0.25, count: 3 },
        { token: "sat", strength: null, share: 0, count: 7 },
      ],
    },
  ]);
  expect(about).toBe("the mean over all occurrences of a token; tokens with fewer than 3 are left out");
});

test("a file that does not say over how much its means are is told so", () => {
  const { sides, about } = byActivation({ tokens: ["a"], average_activations: [1] });
  expect(sides[0]?.rows[0]?.count).toBeNull();
  expect(about).toBe("the mean over all occurrences of a token; how many they are, the file does not say");
});

test("a gated unit's second projection is a relation of its own that waits; an ordinary unit has none", () => {
  const gated = byWeight(weightTokens, "neuron", false);
  expect(gated.map(({ title, first }) => [title, first])).toEqual([
    ["Input", 10],
    ["Input, up projection", 0],
    ["Output", 10],
  ]);
  expect(gated[0]?.about).toMatch(/into its gate$/);
  const plain = byWeight({ ...weightTokens, up_positive: null, up_negative: null }, "neuron", false);
  expect(plain.map(({ title }) => title)).toEqual(["Input", "Output"]);
  expect(plain[0]?.about).toMatch(/into it$/);
});

test("what the unit writes waits where another pane lists it", () => {
  expect(byWeight(weightTokens, "neuron", true).at(-1)?.first).toBe(0);
});

test("both signs are on the scale of the larger; what is no number has no share", () => {
  const strengths = [8, 0, Number.NaN, Number.POSITIVE_INFINITY];
  const table = { top: weights(["a", "b", "c", "d"], strengths), bottom: weights(["e"], [-2]) };
  const [top, bottom] = byLogit(table).sides;
  expect(top?.rows.map(({ share }) => share)).toEqual([1, 0, 0, 0]);
  expect(bottom?.rows.map(({ share }) => share)).toEqual([0.25]);
  const nothing = byLogit({ top: weights(["a"], [0]), bottom: weights(["b"], [null]) });
  expect(nothing.sides.flatMap(({ rows }) => rows.map(({ share }) => share))).toEqual([0, 0]);
});

test("moments are a sentence with their denominator, a dash where one is undefined", () => {
  expect(momentsOf(logitTable)).toBe(
    "Over 49,135 tokens: mean −0.50, variance 2.00, skewness –, kurtosis 3.25 (3 for a normal distribution).",
  );
  expect(momentsOf({ ...logitTable, tokens: null })).toMatch(/^Over the vocabulary, of a size that the file/);
  const { top, bottom } = logitTable;
  expect(momentsOf({ top, bottom })).toMatch(/^The file does not say/);
});

test("whether gains are folded in is said, and that it is not known", () => {
  expect([true, false, null].map(foldedOf)).toEqual([
    "Norm gains are folded into the weights.",
    "Norm gains are not folded into the weights.",
    "Whether norm gains are folded into the weights, the file does not say.",
  ]);
});

test("units before and after, by sign, with what is known of each; a missing end is its sentence", () => {
  const found = connections(weightUnits, "neuron", "none before", "none after");
  expect(found.map(({ title, first }) => [title, first])).toEqual([
    ["Upstream", 0],
    ["Downstream", 5],
    ["Downstream, up projections", 0],
  ]);
  expect(found[0]).toMatchObject({ about: "none before", sides: [] });
  expect(found[1]?.about).toBe("neurons of later layers, by its weight into their gates");
  expect(found[1]?.sides).toEqual([
    {
      name: "Positive",
      rows: [
        {
          at: { layer: 5, unit: 40 },
          name: "5:40",
          value: "0.75",
          explanation: "words for sitting",
          known: "score 0.52",
        },
        { at: { layer: 5, unit: 900 }, name: "5:900", value: "0.50", explanation: null, known: "max 7.50" },
      ],
    },
    {
      name: "Negative",
      rows: [{ at: { layer: 5, unit: 131 }, name: "5:131", value: "−0.25", explanation: null, known: "" }],
    },
  ]);
  const plain = connections({ c_fc: weightUnits.c_proj, c_proj: null }, "feature", "", "none after");
  expect(plain.map(({ about }) => about)).toEqual([
    "features of earlier layers, by their weight into it",
    "none after",
  ]);
});

test.each(["5", "5_", "_7", "5_7_1", "-1_7", "javascript:alert(1)", "1e3_2", "9999999999_1"])(
  "%s names no unit and gets no address",
  (name) => {
    const end = {
      top_positive_neurons: [name],
      top_positive_weights: [1],
      top_negative_neurons: [],
      top_negative_weights: [],
    };
    const [up] = connections({ c_fc: end, c_proj: null }, "neuron", "", "");
    expect(up?.sides[0]?.rows[0]).toMatchObject({ at: null, name });
  },
);

test("neighbours stand by measure, in the file's order, each measure with what it was taken over", () => {
  const unknown = { layer: 1, unit: 1, value: -0.5, measure: "constructor" };
  const found = neighbourhoods({ neighbours: [...together.neighbours, unknown] }, 3072);
  expect(
    found.map(({ title, about, sides }) => [title, about, sides[0]?.rows.map(({ value }) => value)]),
  ).toEqual([
    ["Active together", "correlation of the largest activations per text, over 3,072 texts", ["0.40", "–"]],
    ["Firing together", "of the texts in which either fires, the share in which both do", [">99.9%"]],
    ["constructor", "", ["−0.50"]],
  ]);
  expect(neighbourhoods(together, null)[0]?.about).not.toContain("over");
  expect(neighbourhoods({ neighbours: [] }, null)).toEqual([]);
});

test("the first and the last layer have nothing before and after them; elsewhere the file is what says so", () => {
  const { layers } = manifest;
  expect(endOf(layers, 2, "first")).toBe("None: this is the dataset's first layer.");
  expect(endOf(layers, 5, "last")).toBe("None: this is the dataset's last layer.");
  expect(endOf(layers, 5, "first")).toBe("None: the file names no unit before this layer.");
  expect(endOf(layers, 2, "last")).toBe("None: the file names no unit after this layer.");
  expect(endOf(undefined, 2, "first")).toBe("None: the file names no unit before this layer.");
});
