import { expect, test } from "vitest";
import type { ActivationRecord, NeuronRecord } from "../src/nouns";
import { correlated, holders, middleOf, pearson, sameSentence, sameTexts } from "../src/sameTexts";
import { seeded } from "./samples";

const at = (document: number, activations: number[], ignored?: number[]): ActivationRecord => ({
  tokens: activations.map((_, place) => ` d${document % 7}w${place}`),
  activations,
  source: { document, offset: 64 * (document % 3) },
  ...(ignored && { ignored }),
});

const unitOf = (top: ActivationRecord[], random: ActivationRecord[] = []): NeuronRecord => ({
  neuron_id: { layer_index: 0, neuron_index: 0 },
  most_positive_activation_records: top,
  random_sample: random,
});

function anyUnit(random: () => number): NeuronRecord {
  const text = () => {
    const document = Math.floor(random() * 30);
    return at(
      document,
      Array.from({ length: 6 }, () => (random() - 0.3) * 9),
      random() < 0.3 ? [0] : undefined,
    );
  };
  return unitOf(Array.from({ length: 12 }, text), Array.from({ length: 8 }, text));
}

const textsOf = ({ most_positive_activation_records: top, random_sample: random }: NeuronRecord) => [
  ...(top ?? []),
  ...(random ?? []),
];
const keyOf = ({ tokens, source }: ActivationRecord) =>
  `${source?.document} ${source?.offset} ${tokens.join()}`;

test("the same texts are those that brute force finds in more than one record, each once and with its own numbers", () => {
  const random = seeded(7);
  for (let round = 0; round < 60; round++) {
    const records = Array.from({ length: 2 + (round % 3) }, () => anyUnit(random));
    const found = sameTexts(records, true);
    const keys = records.map((record) => new Set(textsOf(record).map(keyOf)));
    const all = new Set(keys.flatMap((some) => [...some]));
    const shared = [...all].filter((key) => keys.filter((some) => some.has(key)).length > 1);
    expect(found.distinct).toBe(all.size);
    expect(found.each).toEqual(keys.map(({ size }) => size));
    const drawn = found.texts.map(({ held }) => keyOf(held.find((one) => one)?.record as ActivationRecord));
    expect(new Set(drawn)).toEqual(new Set(shared));
    expect(drawn.length).toBe(shared.length);
    for (const [place, text] of found.texts.entries()) {
      for (const [unit, one] of text.held.entries()) {
        expect(one !== null).toBe(keys[unit]?.has(drawn[place] ?? ""));
        if (one) expect(textsOf(records[unit] as NeuronRecord)).toContain(one.record);
      }
      const next = found.texts[place + 1];
      if (next) expect(holders(text)).toBeGreaterThanOrEqual(holders(next));
    }
  }
});

test("a text of equal tokens elsewhere in the corpus is another one, unless places mean nothing", () => {
  const [one, other] = [
    unitOf([at(1, [1, 2])]),
    unitOf([{ ...at(1, [3, 4]), source: { document: 8, offset: 0 } }]),
  ];
  expect(sameTexts([one, other], true).texts).toEqual([]);
  expect(sameTexts([one, other], false).texts.length).toBe(1);
});

test("without a place in any record, tokens alone say which texts are the same", () => {
  const bare = ({ tokens, activations }: ActivationRecord) => ({ tokens, activations });
  const found = sameTexts([unitOf([bare(at(1, [1, 2]))]), unitOf([], [bare(at(1, [0, 5]))])], true);
  expect(found.texts[0]?.held.map((one) => one && [one.group, one.place, one.of])).toEqual([
    ["Top", 0, 1],
    ["Random", 0, 1],
  ]);
});

test("a unit without a record holds no text, and none is invented for it", () => {
  const found = sameTexts([unitOf([at(1, [1, 2])]), undefined, unitOf([at(1, [0, 3])])], true);
  expect(found.each).toEqual([1, 0, 1]);
  expect(found.texts[0]?.held[1]).toBeNull();
  expect(correlated(found, 0, 1)).toEqual({
    value: null,
    tokens: 0,
    texts: 0,
    reason: "no text is in both records",
  });
});

test("the correlation is that over all counted tokens of the shared texts together", () => {
  const random = seeded(3);
  for (let round = 0; round < 40; round++) {
    const records = [anyUnit(random), anyUnit(random)];
    const found = sameTexts(records, true);
    const pairs = found.texts.flatMap(({ held: [one, other] }) =>
      (one?.record.activations ?? []).flatMap((value, place) => {
        const skipped = [one, other].some((held) => held?.record.ignored?.includes(place));
        return skipped ? [] : [[value, other?.record.activations[place] ?? Number.NaN] as [number, number]];
      }),
    );
    const { value, tokens, texts } = correlated(found, 0, 1);
    expect([tokens, texts]).toEqual([pairs.length, found.texts.length]);
    if (pairs.length < 3) continue;
    expect(value).toBeCloseTo(byDefinition(pairs), 10);
    expect(correlated(found, 1, 0).value).toBeCloseTo(value ?? Number.NaN, 12);
  }
});

/** Mean of the products of what is left of each side when its mean is taken off and its spread divided out. */
function byDefinition(pairs: [number, number][]): number {
  const side = (which: 0 | 1) => pairs.map((pair) => pair[which]);
  const scaled = ([...values]: number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return values.map((value) => (value - mean) / spread);
  };
  const [one, other] = [scaled(side(0)), scaled(side(1))];
  return one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0) / one.length;
}

test("where one side never varies there is a reason in place of a number", () => {
  expect(
    pearson([
      [1, 2],
      [1, 3],
    ]),
  ).toBeNull();
  const found = sameTexts([unitOf([at(1, [0, 0])]), unitOf([at(1, [1, 2])])], true);
  expect(correlated(found, 0, 1)).toMatchObject({ value: null, reason: "one of the two never varies there" });
});

test("a text is shown around the position that is furthest out on its own unit's scale", () => {
  const [one, other] = [unitOf([at(1, [90, 0, 0]), at(2, [100, 0, 0])]), unitOf([at(1, [0, 0, 4])])];
  const scales = [100, 4].map((limit) => ({ limit, end: "maximum" as const }));
  const [text] = sameTexts([one, other], true).texts;
  expect(text && middleOf(text, scales)).toBe(2);
});

test("the sentence has every denominator", () => {
  const two = sameTexts([unitOf([at(1, [1]), at(2, [1])]), unitOf([at(1, [1])])], true);
  expect(sameSentence(two, "neuron")).toBe(
    "1 of 2 different texts is in the records of both neurons, which hold 2 and 1.",
  );
  const three = sameTexts([unitOf([at(1, [1])]), unitOf([at(2, [1])]), undefined], true);
  expect(sameSentence(three, "neuron")).toBe(
    "None of 2 different texts are in the record of more than one of 3 neurons, which hold 1, 1 and 0.",
  );
});
