/** Letters are searched for at once and come into the link when they pause, all of them one step of the history. */
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useLetters } from "../src/panes/useLetters";
import { FIRST_SEARCH, type Search } from "../src/search";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The hook on a page whose link follows; `links` are the words written into it, and whether in the place of others. */
function page(q: string) {
  const links: [string, boolean][] = [];
  const { result, rerender } = renderHook(({ search }) => useLetters(search, write), {
    initialProps: { search: { ...FIRST_SEARCH, layer: 3, pages: 2, q } },
  });
  function write(to: Search, replace: boolean) {
    links.push([to.q, replace]);
    rerender({ search: to as typeof FIRST_SEARCH & { layer: number } });
  }
  const type = (...words: string[]) => {
    for (const word of words) act(() => result.current.type(word));
  };
  const open = (words: string) => rerender({ search: { ...FIRST_SEARCH, layer: 3, pages: 2, q: words } });
  const pause = () => act(() => vi.advanceTimersByTimeAsync(400));
  return { links, type, open, pause, current: () => result.current.current };
}

test("what is typed is the search at once, on its first page, with what else was set", async () => {
  const { links, type, pause, current } = page("sit");
  type("sits", "sitse");
  expect(current()).toMatchObject({ q: "sitse", layer: 3, pages: 1 });
  expect(links).toEqual([]);
  await pause();
  expect(links).toEqual([["sitse", false]]);
  expect(current()).toMatchObject({ q: "sitse", pages: 1 });
});

test("letters after a pause take the place of those before; those over another link do not", async () => {
  const { links, type, open, pause, current } = page("");
  type("c");
  await pause();
  type("ca", "cat");
  await pause();
  expect(links).toEqual([
    ["c", true], // in the place of a page without words
    ["cat", true],
  ]);
  open("dog"); // somebody went back, or on
  expect(current().q).toBe("dog");
  type("dogs");
  await pause();
  expect(links.at(-1)).toEqual(["dogs", false]);
});

test("what was typed is forgotten when another link takes its place, and when it is taken back", async () => {
  const { links, type, open, pause, current } = page("sit");
  type("sits");
  open("ran");
  expect(current().q).toBe("ran");
  await pause();
  type("rang", "ran");
  await pause();
  expect(links).toEqual([]);
});
