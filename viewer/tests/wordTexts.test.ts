/** Texts in blocks: those that are there are read, of the others a search says which it wants, and no more. */
import { expect, test } from "vitest";
import { FIRST_SEARCH } from "../src/search";
import { TextsWanted } from "../src/wordColumns";
import { searched } from "../src/wordSearch";
import { Texts, TOGETHER } from "../src/wordTexts";
import { entriesOf } from "./words.samples";

const block = (own: string[], about: string[]): Uint8Array<ArrayBuffer> => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const ends = [own, about].flatMap((texts) =>
    texts.map((_, at) => encode(texts.slice(0, at + 1).join("")).length),
  );
  const head = new Uint8Array(new Uint32Array(ends).buffer);
  const bytes = [...head, ...encode(own.join("")), ...encode(about.join(""))];
  return new Uint8Array([...bytes, ...[0, 0, 0].slice(0, -bytes.length & 3)]);
};

const FIRST = block(
  Array.from({ length: TOGETHER }, (_, at) => `straße ${at}`),
  Array.from({ length: TOGETHER }, () => ""),
);
const SECOND = block(["zwei", ""], ["über zwei", "drei"]);

test("a block's texts are read wherever it came from", () => {
  const ends = Uint32Array.from([FIRST.length, FIRST.length + SECOND.length]);
  const texts = new Texts(TOGETHER + 2, Uint32Array.from([100, 130]), ends);
  expect(texts.missing([0, TOGETHER, TOGETHER + 1])).toEqual([0, 1]);
  expect(texts.place(1)).toEqual({ start: 100, end: 130, size: SECOND.length });
  texts.give(1, SECOND);
  expect(texts.missing([0, TOGETHER])).toEqual([0]);
  expect([TOGETHER, TOGETHER + 1].map((at) => [texts.text(at, false), texts.text(at, true)])).toEqual([
    ["zwei", "über zwei"],
    ["", "drei"],
  ]);
  expect(() => texts.text(0, false)).toThrow("block 0");
  texts.giveAll(new Uint8Array([...FIRST, ...SECOND]));
  expect([0, 511, 512].map((at) => texts.text(at, false))).toEqual(["straße 0", "straße 511", "zwei"]);
});

test("a search wants the texts of the hits that it shows, of both kinds at once", () => {
  const written = Array.from({ length: 2 * TOGETHER }, (_, at) => ({
    text: at < TOGETHER ? "cat" : "dog hat",
  }));
  const [said, peaking] = [entriesOf("explanations", written), entriesOf("tokens", written)];
  const bare = [said, peaking].map((entries) => Object.assign(entries, { texts: emptied(entries.count) }));
  const wanted = (q: string, where: "both" | "tokens" = "both") => {
    const kinds = where === "both" ? bare : bare.slice(1);
    try {
      searched(
        { snapshot: "s", authors: [], entries: 4 * TOGETHER, kinds },
        { ...FIRST_SEARCH, q, where },
        { limit: 20 },
      );
      return [];
    } catch (error) {
      if (!(error instanceof TextsWanted)) throw error;
      return error.blocks.map(({ of, blocks }) => [of.kind, ...blocks]);
    }
  };
  expect(wanted("dog", "tokens")).toEqual([["tokens", 1]]);
  expect(wanted("cat")).toEqual([["explanations", 0]]); // the first twenty are explanations
  expect(wanted('"dog hat"', "tokens")).toEqual([["tokens", 1]]); // only those that have both words
  expect(wanted("bird")).toEqual([]);
});

const emptied = (count: number): Texts => {
  const blocks = new Uint32Array(Math.ceil(count / TOGETHER)).fill(8);
  return new Texts(count, blocks, blocks);
};
