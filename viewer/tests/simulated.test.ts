import { expect, test } from "vitest";
import type { ScoredSequence } from "../src/nouns";
import { byGroup, captionOf, countsOf, difference, furthest, scoredTexts } from "../src/simulated";
import { simulated } from "./samples";

const of = (...scored_sequence_simulations: ScoredSequence[]) => scoredTexts({ scored_sequence_simulations });
const calibrated = (one: ScoredSequence): ScoredSequence => ({
  ...one,
  simulation: { ...one.simulation, activation_scale: "neuron_activations" },
});
const scale = { limit: 8, end: "maximum" } as const;

test("each text has its real and its simulated numbers under the same tokens, and what is left out of both", () => {
  const tokens = [" w0", " w1"];
  expect(of(simulated([null, 2], [9, 1], { ignored: [0], group: "top" }))).toEqual([
    {
      group: "top",
      real: { tokens, activations: [9, 1], ignored: [0] },
      simulated: { tokens, activations: [null, 2], ignored: [0] },
      scale: { limit: 10, end: "ten" },
    },
  ]);
});

test("calibrated numbers are on the scale of the real activations", () => {
  expect(of(calibrated(simulated([1], [1])))).toMatchObject([{ group: null, scale: null }]);
});

test("positions that count are counted as parsed or unparsed; those left out as neither", () => {
  const texts = of(simulated([null, null, 2], [9, 1, 0], { ignored: [0] }), simulated([null], [1]));
  expect(countsOf(texts)).toEqual({ sequences: 2, tokens: 1, unparsed: 2 });
});

test("the caption tells what the colours mean, and how many positions are unparsed where any are", () => {
  expect(captionOf(of(simulated([null, null, 2], [9, 1, 0], { ignored: [0] })), scale)).toBe(
    "Full colour at 8.00 for real activations, at 10 for simulated ones. Dots: 1 of 2 positions unparsed: no number could be read.",
  );
  expect(captionOf(of(calibrated(simulated([1], [2]))), scale)).toBe("Full colour at 8.00.");
});

test("a text whose numbers do not pair up with its tokens is not drawn", () => {
  const whole = simulated([1, 2], [1, 2]);
  const texts = of({ ...whole, true_activations: [1] }, simulated([1, 2, 3], [1, 2]), whole);
  expect(texts.map(({ real }) => real.activations)).toEqual([[1, 2]]);
});

test("the difference is on the scale of the real activations, whatever that of the simulated ones", () => {
  const one = simulated([null, 5, 10], [1, 4, 0], { ignored: [0] });
  const [own] = of(one);
  const [same] = of(calibrated(one));
  if (!own || !same) throw new Error("no text");
  expect(difference(own, scale)).toMatchObject({ activations: [null, 0, 8], ignored: [0] });
  expect(difference(same, scale).activations).toEqual([null, 1, 10]);
});

test("the furthest from 0 is underlined, whichever its sign", () => {
  const of = (...activations: (number | null)[]) =>
    furthest({ tokens: activations.map(() => "a"), activations });
  expect([of(1, -2, null), of(3, -2), of(null), of()]).toEqual([-1, 1, 1, 1]);
});

test("texts are told apart by group, top first, those of none last", () => {
  const texts = of(
    simulated([1], [1]),
    simulated([2], [2], { group: "random" }),
    simulated([3], [3], { group: "top" }),
  );
  expect(byGroup(texts).map(({ title, texts }) => [title, texts.length])).toEqual([
    ["Top", 1],
    ["Random", 1],
    ["Texts", 1],
  ]);
});
