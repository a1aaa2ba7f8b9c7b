import { expect, test } from "vitest";
import { bestFirst } from "../src/scores";
import { apartSaid, chosen, disputed, disputedCaption, named, offSaid } from "../src/twoExplanations";
import { explained, seeded, simulated } from "./samples";

const SCALE = { limit: 8, end: "maximum" as const };
const weaker = {
  explanation: "cats",
  author: "Ada",
  scored_simulation: { scored_sequence_simulations: [], ev_correlation_score: 0.1 },
};
const bare = { explanation: "sitting" };
const written = {
  id: "0123abcd0123abcd0123abcd0123abcd",
  explanation: "people's",
  author: null,
  created: "2026-01-02T03:04:05+00:00",
  edited: null,
  up: 0,
  down: 0,
  vote: 0 as const,
  own: false,
};

test("without a choice the best two are compared; a name that is nobody's is no choice", () => {
  const all = named([bare, weaker, explained], [written]);
  expect(all.map(({ name }) => name)).toEqual(["0", "1", "2", "p.0123abcd"]);
  const best = bestFirst([bare, weaker, explained]).slice(0, 2);
  expect(chosen(all, null)?.map(({ explanation }) => explanation)).toEqual(best);
  expect(chosen(all, ["p.0123abcd", "0"])?.map(({ explanation }) => explanation.explanation)).toEqual([
    "people's",
    "sitting",
  ]);
  expect(chosen(all, ["0", "7"])).toBeNull();
  expect(chosen(named([bare], []), null)).toBeNull();
});

const texts = (random: () => number, real: number[][]) => ({
  scored_sequence_simulations: real.map((numbers) =>
    simulated(
      numbers.map(() => (random() < 0.2 ? null : random() * 10)),
      numbers,
      random() < 0.5 ? { ignored: [0] } : {},
    ),
  ),
});

test("A minus B is on the scale of what is real, has no number where either has none, and leads with what is furthest apart", () => {
  const random = seeded(2);
  for (let round = 0; round < 60; round++) {
    const real = Array.from({ length: 5 }, () => Array.from({ length: 6 }, () => random() * 8));
    const [one, other] = [texts(random, real), texts(random, real.toReversed())];
    const found = disputed(one, other, SCALE);
    expect(found.length).toBe(5);
    for (const [place, text] of found.entries()) {
      const [a, b] = text.simulated;
      const differences = text.difference.activations.map((value, position) => {
        const [x, y] = [a.activations[position] ?? null, b.activations[position] ?? null];
        expect(value === null).toBe(x === null || y === null);
        if (value !== null) expect(value).toBeCloseTo((x ?? 0) - (y ?? 0), 12);
        return value;
      });
      const counted = differences.filter(
        (value, position): value is number => value !== null && !text.difference.ignored?.includes(position),
      );
      expect(text.tokens).toBe(counted.length);
      const mean = counted.reduce((sum, value) => sum + Math.abs(value), 0) / counted.length;
      if (counted.length > 0) expect(text.apart).toBeCloseTo(mean, 12);
      else expect(text.apart).toBeNull();
      const next = found[place + 1];
      if (next) expect(text.apart ?? -1).toBeGreaterThanOrEqual(next.apart ?? -1);
    }
  }
});

test("a simulator's 10 is the end of the real scale, and calibrated numbers are as they are", () => {
  const own = { scored_sequence_simulations: [simulated([10, 5], [8, 1])] };
  const calibrated = {
    scored_sequence_simulations: [
      {
        ...simulated([], [8, 1]),
        simulation: {
          ...simulated([6, 3], [8, 1]).simulation,
          activation_scale: "neuron_activations" as const,
        },
      },
    ],
  };
  const [text] = disputed(own, calibrated, SCALE);
  expect(text?.simulated.map(({ activations }) => activations)).toEqual([
    [8, 4],
    [6, 3],
  ]);
  expect(text?.difference.activations).toEqual([2, 1]);
  expect(text?.off).toEqual([1.5, 2]);
  expect(text && apartSaid(text, SCALE)).toBe("A and B are 19% of the scale apart on average, over 2 tokens");
  expect(offSaid(text?.off[0] ?? null, SCALE)).toBe("off by 19%");
  expect(offSaid(null, SCALE)).toBe("no number");
});

test("only texts that both were simulated on are compared, and the caption says of how many, and what is unparsed", () => {
  const one = { scored_sequence_simulations: [simulated([1, null], [8, 1]), simulated([1, 2], [5, 5])] };
  const other = { scored_sequence_simulations: [simulated([2, 2], [8, 1])] };
  const found = disputed(one, other, SCALE);
  expect(found.map(({ real }) => real.activations)).toEqual([[8, 1]]);
  const said = disputedCaption(found, [2, 1], SCALE);
  expect(said).toContain("1 of 2 texts of A and 1 of B were simulated from both");
  expect(said).toContain("Dots: 1 of the positions unparsed: no number could be read, from A or from B.");
});
