/** Where an explanation is wrong, against what is found by looking at every token. */
import { expect, test } from "vitest";
import { type Fault, faultsOf, faultsSaid, mostOften, shareSaid, WRONG } from "../src/faults";
import { type ScoredText, scoredTexts } from "../src/simulated";
import { seeded, simulated } from "./samples";

const SCALE = { limit: 8, end: "maximum" } as const;
const WORDS = [" the", " cat", "\n", "", "🙂"];

/** Texts with every kind of position: left out, without a number, and both; calibrated ones and raw ones. */
function anyTexts(random: () => number): ScoredText[] {
  const one = (): ScoredText => {
    const size = Math.floor(random() * 12);
    const list = <T>(make: () => T) => Array.from({ length: size }, make);
    const tokens = list(() => WORDS[Math.floor(random() * WORDS.length)] ?? "");
    const ignored = random() < 0.5 && size > 0 ? [0] : null;
    const raw = random() < 0.5;
    return {
      group: random() < 0.5 ? "top" : null,
      real: { tokens, activations: list(() => Math.floor(random() * 10) - 1), ignored },
      simulated: {
        tokens,
        activations: list(() => (random() < 0.2 ? null : Math.floor(random() * 11))),
        ignored,
      },
      scale: raw ? { limit: 10, end: "ten" } : null,
    };
  };
  return Array.from({ length: Math.floor(random() * 5) }, one);
}

/** Every position with a number that is not left out, by two plain loops. */
function everyToken(texts: readonly ScoredText[]): Fault[] {
  const found: Fault[] = [];
  for (let text = 0; text < texts.length; text++) {
    const { real, simulated, scale } = texts[text] as ScoredText;
    for (let position = 0; position < real.tokens.length; position++) {
      const said = simulated.activations[position] as number | null;
      if ((real.ignored ?? []).includes(position) || said === null) continue;
      const actual = real.activations[position] as number;
      const expected = scale ? (said / 10) * SCALE.limit : said;
      const error = Number(((expected - actual) / SCALE.limit).toFixed(9));
      found.push({
        text,
        position,
        token: real.tokens[position] as string,
        real: actual,
        simulated: expected,
        error,
      });
    }
  }
  return found;
}

const places = (faults: readonly Fault[]) => faults.map(({ text, position }) => `${text}.${position}`);

test("every mistaken token is found, worst first, among equals in the order of the texts", () => {
  const random = seeded(11);
  let seen = 0;
  for (let times = 0; times < 400; times++) {
    const texts = anyTexts(random);
    const all = everyToken(texts);
    const found = faultsOf(texts, SCALE);
    expect(found.tokens).toBe(all.length);
    expect(found.sequences).toBe(texts.length);
    for (const [kind, sign] of [
      ["over", 1],
      ["under", -1],
    ] as const) {
      const wrong = all
        .filter(({ error }) => sign * error >= WRONG)
        .toSorted((a, b) => sign * (b.error - a.error)); // which keeps the order of equals
      expect(places(found[kind])).toEqual(places(wrong));
      seen += wrong.length;
    }
    expect(found.over.length + found.under.length).toBeLessThanOrEqual(found.tokens);
  }
  expect(seen).toBeGreaterThan(1000);
});

test("no token is of both kinds, and one that is expected rightly is of none", () => {
  const [text] = scoredTexts({ scored_sequence_simulations: [simulated([0, 5, 10, 10], [0, 4, 8, 0])] });
  const { over, under } = faultsOf(text ? [text] : [], SCALE);
  expect(places(over)).toEqual(["0.3"]);
  expect(over[0]).toMatchObject({ real: 0, simulated: 8, error: 1, token: " w3" });
  expect(under).toEqual([]);
});

test("a calibrated number is taken as it is", () => {
  const sequence = simulated([8, 0, 4], [0, 8, 3.9]);
  sequence.simulation.activation_scale = "neuron_activations";
  const texts = scoredTexts({ scored_sequence_simulations: [sequence] });
  const faults = faultsOf(texts, SCALE);
  expect([faults.over[0]?.error, faults.under[0]?.error]).toEqual([1, -1]);
  expect(faults.over).toHaveLength(1);
  expect(faultsSaid(faults, texts, SCALE).join(" ")).not.toContain("a simulated 10");
});

test("without anything above zero there is no scale, and nothing is called wrong", () => {
  const texts = scoredTexts({ scored_sequence_simulations: [simulated([10, 10], [0, 0])] });
  const faults = faultsOf(texts, { limit: 0, end: "maximum" });
  expect([faults.over, faults.under, faults.tokens]).toEqual([[], [], 2]);
  expect(faultsSaid(faults, texts, { limit: 0, end: "maximum" })).toEqual([
    "No activation of this unit is above zero, so there is no scale to measure mistakes on.",
  ]);
});

test("what is said has its counts, its scale, and what has no number", () => {
  const texts = scoredTexts({
    scored_sequence_simulations: [simulated([null, 1, null, 10], [9, 0, 8, 4], { ignored: [0] })],
  });
  const [counts, scale] = faultsSaid(faultsOf(texts, SCALE), texts, SCALE);
  expect(counts).toContain("Of 2 tokens in 1 text,");
  expect(counts).toContain("at least 10% of the scale");
  expect(counts).toContain("1 more have no simulated number");
  expect(scale).toContain("100% is 8.00, the unit’s maximum, and a simulated 10 counts as that.");
});

test("tokens that are mistaken more than once are counted by their text, of all their occurrences", () => {
  const random = seeded(5);
  for (let times = 0; times < 200; times++) {
    const texts = anyTexts(random);
    const all = everyToken(texts);
    const { over } = faultsOf(texts, SCALE);
    const often = mostOften(over, texts);
    for (const token of WORDS) {
      const [mistaken, occurring] = [over, all].map(
        (some) => some.filter((one) => one.token === token).length,
      );
      const said = often.find((one) => one.token === token);
      expect(said).toEqual((mistaken ?? 0) > 1 ? { token, times: mistaken, of: occurring } : undefined);
    }
    expect(often.map((one) => one.times)).toEqual(often.map((one) => one.times).toSorted((a, b) => b - a));
  }
});

test("a share is a whole percentage with a true minus sign, and never a minus zero", () => {
  expect([0.8, -0.125, -0.001, 0].map((share) => shareSaid(share))).toEqual(["+80%", "−12%", "0%", "0%"]);
  expect(shareSaid(0.8, false)).toBe("80%");
});
