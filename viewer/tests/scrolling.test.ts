/** Which rows a scroller shows, however many there are. */
import { expect, test } from "vitest";
import { contentHeight, rowByKey, scrolledTo, windowAt } from "../src/scrolling";

const port = (rows: number) => ({ rows, rowHeight: 32, height: 480 });

test.each([1, 14, 15, 16, 250, 250_000, 300_000, 5_000_000])(
  "of %i rows the first and the last can be seen",
  (rows) => {
    const bottom = Math.max(0, contentHeight(port(rows)) - 480);
    expect(contentHeight(port(rows))).toBeLessThanOrEqual(8_000_000);
    expect(windowAt(port(rows), 0)).toMatchObject({ first: 0, shift: 0, end: Math.min(rows, 15) });
    expect(windowAt(port(rows), bottom).end).toBe(rows);
    expect(windowAt(port(rows), bottom + 1000).end).toBe(rows);
    expect(windowAt(port(rows), -50).first).toBe(0);
  },
);

test("a long table moves all of its rows past in the height that a browser can draw", () => {
  const seen = Array.from({ length: 400 }, (_, step) => windowAt(port(300_000), step * 19_998));
  for (const [at, { first, end }] of seen.entries()) {
    expect(end - first).toBeLessThanOrEqual(16);
    expect(first).toBeGreaterThanOrEqual(seen[at - 1]?.first ?? 0);
  }
});

test.each([250, 300_000])(
  "of %i rows any row can be brought into sight, and one in sight moves nothing",
  (rows) => {
    for (const row of [0, 7, 120, rows - 2, rows - 1]) {
      const to = scrolledTo(port(rows), 3000, row);
      const { first, end, shift } = windowAt(port(rows), to);
      expect(row >= first && row < end, `${row}`).toBe(true);
      if (row === first) expect(shift).toBeLessThan(0.01);
      expect(scrolledTo(port(rows), to, row)).toBeCloseTo(to, 3);
    }
  },
);

test("keys walk by row and page and stop at the ends; other keys mean nothing", () => {
  const by = (key: string, row: number, rows = 100) => rowByKey(key, row, port(rows));
  expect([by("ArrowDown", 0), by("ArrowUp", 0), by("PageDown", 3), by("PageUp", 3)]).toEqual([1, 0, 17, 0]);
  expect([by("Home", 50), by("End", 50), by("ArrowDown", 99)]).toEqual([0, 99, 99]);
  expect([by("a", 5), by("toString", 5), by("ArrowDown", 0, 0)]).toEqual([null, null, null]);
});
