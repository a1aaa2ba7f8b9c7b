/** Entries of a pretended dataset, packed into columns as the server writes them. */
import { type Kind, wordsOf } from "../src/wanted";
import { type ColumnFile, Entries } from "../src/wordColumns";
import { TOGETHER } from "../src/wordTexts";

export type Written = {
  text: string; // of tokens: with line breaks between them
  about?: string;
  layer?: number;
  unit?: number;
  author?: number;
  score?: number | null;
  max?: number | null;
};

type Column = readonly [name: string, type: "f8" | "u4" | "u1", values: readonly number[]];

const letters = (text: string): number[] => [...new TextEncoder().encode(text)];
const group = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...group(value >>> 7)];

/** `rows` are their places among the entries of both kinds. */
export function entriesOf(
  kind: Kind,
  written: readonly Written[],
  rows = written.map((_, at) => at),
): Entries {
  const words = written.map(({ text }) =>
    kind === "tokens"
      ? (text ? text.split("\n") : []).flatMap((token) => wordsOf(kind, token))
      : wordsOf(kind, text),
  );
  const vocabulary = [...new Set(words.flat())].sort();
  const having = vocabulary.map((word) => words.flatMap((of, entry) => (of.includes(word) ? [entry] : [])));
  const lists = vocabulary.map((word, number) =>
    (having[number] ?? []).flatMap((entry, at) => {
      const times = words[entry]?.filter((one) => one === word).length ?? 0;
      const step = entry - (at > 0 ? (having[number]?.[at - 1] ?? 0) : 0);
      return times > 1 ? [...group(2 * step + 1), ...group(times)] : group(2 * step);
    }),
  );
  const of = (name: "layer" | "unit" | "author") => written.map((one) => one[name] ?? 0);
  const blocks = blocksOf(written);
  const found = new Entries(
    kind,
    ...packed([
      ["score", "f8", written.map(({ score }) => score ?? Number.NaN)],
      ["max", "f8", written.map(({ max }) => max ?? Number.NaN)],
      ["row", "u4", rows],
      ["layer", "u4", of("layer")],
      ["unit", "u4", of("unit")],
      ["number", "u4", written.map(() => 0)],
      ["author", "u4", of("author")],
      ["length", "u4", words.map(({ length }) => length)],
      ["packed", "u4", blocks.map(() => 0)],
      ["unfolded", "u4", blocks.map((_, at) => blocks.slice(0, at + 1).flat().length)],
      ["having", "u4", having.map(({ length }) => length)],
      ["size", "u4", lists.map(({ length }) => length)],
      ["lists", "u1", lists.flat()],
      ["words", "u1", letters(vocabulary.map((word) => `${word}\n`).join(""))],
    ]),
  );
  found.texts.giveAll(new Uint8Array(blocks.flat()));
  return found;
}

function blocksOf(written: readonly Written[]): number[][] {
  if (written.length === 0) return [];
  const some = written.slice(0, TOGETHER);
  const [texts, abouts] = [
    some.map(({ text }) => letters(text)),
    some.map(({ about = "" }) => letters(about)),
  ];
  const ends = (all: readonly number[][]) => all.map((_, at) => all.slice(0, at + 1).flat().length);
  const head = [...new Uint8Array(new Uint32Array([...ends(texts), ...ends(abouts)]).buffer)];
  const block = [...head, ...texts.flat(), ...abouts.flat()];
  while (block.length % 4 > 0) block.push(0);
  return [block, ...blocksOf(written.slice(TOGETHER))];
}

function packed(columns: readonly Column[]): [ColumnFile, Uint8Array<ArrayBuffer>] {
  const arrays = { f8: Float64Array, u4: Uint32Array, u1: Uint8Array };
  const bytes = columns.flatMap(([, type, values]) => [...new Uint8Array(new arrays[type](values).buffer)]);
  const file = {
    name: "",
    bytes: 0,
    columns: columns.map(([name, type, { length }]) => ({ name, type, length })),
  };
  return [file, new Uint8Array(bytes)];
}
