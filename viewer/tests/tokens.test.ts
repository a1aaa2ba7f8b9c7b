import { expect, test } from "vitest";
import {
  count,
  covers,
  detail,
  drawn,
  exact,
  extremeOf,
  glyphs,
  glyphText,
  marksOf,
  named,
  otherParts,
  peakOf,
  percent,
  rankOf,
  runs,
  shareOfScale,
  short,
  spoken,
  visible,
  wider,
  windowOf,
} from "../src/tokens";
import { cold, hardText, seeded, text, warm } from "./samples";

const scale = { limit: 8, end: "maximum" } as const;

test("runs keep the text exactly, whatever the tokens hold", () => {
  const random = seeded(20231);
  for (let round = 0; round < 500; round++) {
    const record = hardText(random);
    const found = runs(record, glyphs(record.tokens), { limit: 3, peak: peakOf(record) });
    expect(found.map((run) => run.text).join("")).toBe(record.tokens.join(""));
  }
});

test("glyphs cover every position once, in order, and each but an empty text's has something to draw", () => {
  const random = seeded(7);
  for (let round = 0; round < 500; round++) {
    const record = hardText(random);
    const found = glyphs(record.tokens);
    expect(
      found.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
    ).toEqual(record.tokens.map((_, position) => position));
    if (record.tokens.some((token) => token !== ""))
      for (const glyph of found) expect(glyphText(record, glyph)).not.toBe("");
  }
});

test("no two neighbouring runs are both plain text", () => {
  const random = seeded(99);
  for (let round = 0; round < 200; round++) {
    const record = hardText(random);
    const plain = runs(record, glyphs(record.tokens), { limit: 3, peak: null }).map((run) => run.level === 0);
    plain.forEach((isPlain, place) => {
      expect(isPlain && plain[place + 1]).not.toBe(true);
    });
  }
});

test("a run of its own for each coloured token and for the peak, one for the text between", () => {
  const record = text(["a", "b", "c", "d", "e"], [0, 0, 8, 0, 0]);
  const found = runs(record, glyphs(record.tokens), { limit: 8, peak: 2 });
  expect(found).toEqual([
    { start: 0, text: "ab", level: 0, peak: false, unparsed: false, under: 0 },
    { start: 2, text: "c", level: 10, peak: true, unparsed: false, under: 0 },
    { start: 3, text: "de", level: 0, peak: false, unparsed: false, under: 0 },
  ]);
});

test("a character split over three tokens is one glyph, coloured by its strongest part", () => {
  const record = text(["I ", "🙂", "", "", "!"], [0, 0.1, 8, 0.2, 0]);
  const pieces = glyphs(record.tokens);
  expect(pieces).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 4 },
    { start: 4, end: 5 },
  ]);
  const smile = pieces[1] ?? { start: 0, end: 0 };
  expect(marksOf(record, smile, { limit: 8, peak: 1 })).toEqual({
    level: 10,
    peak: true,
    unparsed: false,
    under: 0,
  });
  expect(covers(smile, peakOf(record))).toBe(true);
  expect(otherParts(record, smile, 1)).toBe("same character: 8 (token 3), 0.2 (token 4)");
});

test("empty tokens at the start belong to the first character that shows", () => {
  expect(glyphs(["", "", "a", "b"])).toEqual([
    { start: 0, end: 3 },
    { start: 3, end: 4 },
  ]);
  expect(glyphs([])).toEqual([]);
});

test("the peak is the largest of its sign; an ignored position never is, zero never is", () => {
  expect(peakOf(warm)).toBe(2);
  expect(peakOf(cold, -1)).toBe(1);
  expect(peakOf(text(["a"], [0]))).toBeNull();
  expect(peakOf(text(["a"], [-1]))).toBeNull();
});

test("the extreme is there without a peak too, and only ignored positions leave none", () => {
  expect(extremeOf(text(["a", "b"], [-2, -1]))).toBe(1);
  expect(extremeOf(text(["a", "b"], [2, 1]), -1)).toBe(1);
  expect(extremeOf(text(["a", "b"], [0, -1], [0]))).toBe(1);
  expect(extremeOf(text(["a"], [1], [0]))).toBeNull();
});

test("an ignored position is drawn without colour", () => {
  expect(marksOf(warm, { start: 0, end: 1 }, { limit: 8, peak: null }).level).toBe(0);
});

test("a window is centred on the peak and keeps its width at both ends", () => {
  const pieces = glyphs(Array.from({ length: 64 }, () => "x"));
  const ends = (peak: number | null, context: "line" | "snippet" | "full") => {
    const shown = windowOf(pieces, peak, context);
    return [shown[0]?.start, shown.at(-1)?.end];
  };
  expect(ends(30, "line")).toEqual([25, 36]);
  expect(ends(30, "snippet")).toEqual([14, 47]);
  expect(ends(0, "line")).toEqual([0, 11]);
  expect(ends(63, "line")).toEqual([53, 64]);
  expect(ends(null, "line")).toEqual([0, 11]);
  expect(ends(30, "full")).toEqual([0, 64]);
});

test("a context widens while there is more to show", () => {
  const pieces = (size: number) => glyphs(Array.from({ length: size }, () => "x"));
  expect(wider(pieces(64), "line")).toBe("snippet");
  expect(wider(pieces(64), "snippet")).toBe("full");
  expect(wider(pieces(64), "full")).toBeNull();
  expect(wider(pieces(20), "snippet")).toBeNull();
});

test("line breaks are drawn, and a token on its own shows its spaces", () => {
  expect(drawn("a\nb\r\n\tc")).toBe("a⏎b␍⏎\tc");
  expect(named(" the ")).toBe("␣the␣");
  expect(named("  ")).toBe("␣␣");
  expect(named("\t")).toBe("⇥");
  expect(named("")).toBe("part of a character");
});

test("what has no width or would reorder later text is drawn as a mark; joiners only where they stand alone", () => {
  expect(visible("a\u202eb\r\n\tc")).toBe("a‹U+202E›b\r\n\tc");
  expect(drawn("a\u202eb\u2066\u200f")).toBe("a‹U+202E›b‹U+2066›‹U+200F›");
  expect(drawn("\u200b\ufeff\0\x1b\x85")).toBe("‹U+200B›‹U+FEFF›‹U+0000›‹U+001B›‹U+0085›");
  expect(named(" \u202d")).toBe("␣‹U+202D›");
  expect(drawn("👩\u200d👧 می\u200cخواهم é مرحبا")).toBe("👩\u200d👧 می\u200cخواهم é مرحبا");
  expect(named("\u200d")).toBe("‹U+200D›");
});

test("numbers are short in captions and as stored in the tooltip", () => {
  expect([short(8.734), short(-0.2712), short(1234.5), short(0), short(null), short(0.00001)]).toEqual([
    "8.73",
    "−0.27",
    "1,235",
    "0.00",
    "–",
    "1.0e−5",
  ]);
  expect([exact(8.734), exact(-0.01234), exact(12.3456789)]).toEqual(["8.734", "−0.01234", "12.346"]);
  expect([percent(0.0123), percent(0.5), percent(0), percent(null), percent(0.000001)]).toEqual([
    "1.2%",
    "50%",
    "0%",
    "–",
    "<0.001%",
  ]);
  expect([0.1954, 0.996, -0.8, 0.05, 0.001].map(short)).toEqual(["0.20", "1.00", "−0.80", "0.050", "0.0010"]);
  expect([3064 / 3072, 0.9996, 0.9949, 1].map(percent)).toEqual(["99.7%", ">99.9%", "99%", "100%"]);
  expect(count(1234567)).toBe("1,234,567");
});

test("a position is told by its share, its place, or why it does not count", () => {
  expect(detail(warm, 2, scale)).toBe("100% of max · token 3 of 4");
  expect(detail(warm, 0, scale)).toBe("token 1 of 4 · left out of ranking, colour and statistics");
  expect(shareOfScale(-4, { limit: 8, end: "minimum" })).toBe("−50% of the size of the minimum");
  expect(shareOfScale(0, { limit: 0, end: "maximum" })).toBe("no scale: nothing above zero");
  expect([0, 1, 2, 3].map((position) => rankOf(warm, position))).toEqual([
    null,
    "rank 2 of 3",
    "rank 1 of 3",
    "rank 3 of 3",
  ]);
  expect(spoken(warm, 2, scale)).toBe("␣sat, 8, 100% of max · token 3 of 4, rank 1 of 3");
  expect(spoken(warm, 0, scale)).toBe("The, 9, token 1 of 4 · left out of ranking, colour and statistics");
});

test("positions without a number are runs of their own, have no rank and no peak, and are never told as 0", () => {
  const record = {
    tokens: ["The", " cat", " sat", " on", " it"],
    activations: [null, null, 4, null, 0],
    ignored: [0],
  };
  const found = runs(record, glyphs(record.tokens), { limit: 10, peak: peakOf(record) });
  expect(found.map(({ text, level, unparsed }) => [text, level, unparsed])).toEqual([
    ["The", 0, false],
    [" cat", 0, true],
    [" sat", 4, false],
    [" on", 0, true],
    [" it", 0, false],
  ]);
  expect(extremeOf({ ...record, activations: [9, null, null, null, null] })).toBeNull();
  expect(rankOf(record, 1)).toBeNull();
  expect(rankOf(record, 4)).toBe("rank 2 of 2");
  const scale = { limit: 10, end: "ten" } as const;
  expect(detail(record, 1, scale)).toBe("unparsed: no number could be read · token 2 of 5");
  expect(detail(record, 0, scale)).toContain("left out of ranking");
  expect(detail(record, 2, scale)).toBe("40% of 10 · token 3 of 5");
  expect(spoken(record, 1, scale)).toBe("␣cat, unparsed: no number could be read · token 2 of 5");
});

test("a character is unparsed where any part is, and coloured by the parts that have a number", () => {
  const record = { tokens: ["🙂", "", "!"], activations: [null, 5, 1] };
  const [smile, mark] = runs(record, glyphs(record.tokens), { limit: 10, peak: null });
  expect(smile).toMatchObject({ text: "🙂", level: 5, unparsed: true, under: 0 });
  expect(mark).toMatchObject({ text: "!", level: 1, unparsed: false, under: 0 });
  expect(otherParts(record, { start: 0, end: 2 }, 1)).toBe("same character: no number (token 1)");
});

test("texts keep every token whichever numbers are missing, and a missing one is never drawn as one that is there", () => {
  const random = seeded(5);
  for (let round = 0; round < 50; round++) {
    const whole = hardText(random);
    const record = {
      ...whole,
      activations: whole.activations.map((value) => (random() < 0.4 ? null : value)),
    };
    const found = runs(record, glyphs(record.tokens), { limit: 3, peak: peakOf(record) });
    expect(found.map((run) => run.text).join("")).toBe(record.tokens.join(""));
    const missing = record.activations.some((value, at) => value === null && !record.ignored?.includes(at));
    expect(found.some((run) => run.unparsed)).toBe(missing);
  }
});
