/** A published site is searched without a server, and finds what the server finds: the same hits, marks and counts. */
import type { SearchAnswer, SearchHit } from "../../src/nouns";
import { expect, json, SEED, seeded, title } from "./fixtures";
import { test } from "./published";

const QUERIES = process.env["NIGHTLY"] ? 300 : 150;
const MOST = 200; // hits of a page
const SORTS = ["", "&sort=score", "&sort=score&order=asc", "&sort=max", "&sort=max&order=asc", "&sort=layer"];

/** All but what only orders hits, in an order of its own: that of equal hits is nobody's promise. */
const settled = ({ snapshot: _, cursor, hits, ...counts }: SearchAnswer) => ({
  ...counts,
  more: cursor !== null,
  hits: hits.map((hit) => JSON.stringify({ ...hit, rank: hit.rank === null })).sort(),
});

const numbersOf = (hits: readonly SearchHit[], name: "rank" | "score" | "max" | "layer") =>
  hits.map((hit) => hit[name]).map((value) => (value === null ? null : Number(value.toPrecision(4))));

test(`words, beginnings, fragments, filters and orders find what the server's do, seed ${SEED}`, async ({
  request,
  data,
  published,
}) => {
  test.slow();
  const random = seeded(SEED);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const all = await json<SearchAnswer>(request, `${data.dataset.root}/search?limit=${MOST}`);
  const words = all.hits.flatMap(({ snippet: { text } }) => text.match(/[\p{L}\p{N}]+/gu) ?? []);
  const piece = (word: string) => {
    const start = Math.floor(random() * word.length);
    return word.slice(start, start + 1 + Math.floor(random() * 5));
  };
  const term = (): string => {
    const word = one(words);
    return one([
      ...[word, word, word.toUpperCase(), piece(word), `${word.slice(0, 1 + Math.floor(random() * 4))}*`],
      ...[
        `"${one(words)} ${word}"`,
        `NOT ${word}`,
        `(${word} OR ${piece(one(words))})`,
        `${word}~`,
        `${word}-x`,
      ],
    ]);
  };
  const query = () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, term).join(one([" ", " ", " OR "]));
  for (let asked = 0; asked < QUERIES; asked++) {
    const place = one(["", "", "&in=explanations", "&in=tokens"]);
    const layer = one(["", "", "", `&layer=${one(data.manifest.layers).index}`]);
    const score = one(["", "", "", `&min_score=${Math.floor(random() * 9) / 10}`]);
    const sort = one(["", "", ...SORTS, "&sort=layer&order=desc"]);
    const search = `?q=${encodeURIComponent(query())}${place}${layer}${score}${sort}`;
    const live = await json<SearchAnswer>(request, `${data.dataset.root}/search${search}&limit=${MOST}`);
    const found = published.find(search, MOST);
    if (live.cursor === null) expect(settled(found), search).toEqual(settled(live));
    else expect([found.total, found.by_author], search).toEqual([live.total, live.by_author]);
    for (const name of ["rank", "score", "max", "layer"] as const)
      if (sort.includes(name) || (name === "rank" && sort === ""))
        expect(numbersOf(found.hits, name), `${name} of ${search}`).toEqual(numbersOf(live.hits, name));
  }
});

test("pages go on where the one before ended", async ({ request, data, published }) => {
  const whole = published.find("?q=a*", 60).hits;
  let [cursor, hits]: [string | null, SearchHit[]] = [null, []];
  for (let page = 0; page < 3; page++) {
    const found: SearchAnswer = published.find(`?q=a*${cursor ? `&cursor=${cursor}` : ""}`, 20);
    [cursor, hits] = [found.cursor, [...hits, ...found.hits]];
  }
  expect(hits).toEqual(whole);
  const live = await json<SearchAnswer>(request, `${data.dataset.root}/search?q=a*&limit=60`);
  expect(hits.length).toBe(live.hits.length);
});

test("the page of a search shows what the server's shows, marks and more of it too", async ({
  page,
  published,
}) => {
  test.slow(); // four searches, on two sites
  for (const query of ["?q=the", "?q=wor*&in=tokens", "?q=a&min_score=0.3&sort=score", "?q=e&pages=2"]) {
    const shown = async (site: string) => {
      await page.goto("about:blank");
      await page.goto(`${site}#/d/sample/search${query}`);
      await expect(page.locator("#found p[role=status]")).toHaveText(/\d of \d/);
      await page.waitForLoadState("networkidle"); // what stands beside hits comes after them
      return page.locator("#found").evaluate((found) => {
        const copy = found.cloneNode(true) as Element;
        // Lines for a server, and files that no server makes.
        for (const only of copy.querySelectorAll(".how, [aria-busy] > .who")) only.remove();
        return copy.innerHTML.replaceAll(/ (id|aria-labelledby)="[^"]*"/g, "");
      });
    };
    expect(await shown(published.url), query).toEqual(await shown("./"));
  }
});

test("a search goes with the letters, all of them one step back; the server's waits for Enter", async ({
  page,
  published,
}) => {
  const [field, status] = [page.getByRole("searchbox"), page.locator("#found p[role=status]")];
  const written = page.locator("#found mark").first();
  await page.goto(`${published.url}#/d/sample/search?q=the&in=explanations`);
  await expect(status).toHaveText(/^[\d,]+ found/);
  const before = await status.textContent();
  await field.focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" number", { delay: 30 });
  await expect(page).toHaveURL(/\?q=the\+number&in=explanations$/);
  await expect(status).not.toHaveText(before ?? "");
  await expect(written).toBeVisible();
  await expect(field).toBeFocused();
  await page.keyboard.press("Space"); // stays, and is not searched for
  await expect(field).toHaveValue("the number ");
  await page.keyboard.press("Enter");
  await expect(page.locator("#found")).toBeFocused();
  await expect(page).toHaveURL(/\?q=the\+number&in=explanations$/);
  await page.goBack();
  await expect(page).toHaveURL(/\?q=the&in=explanations$/);
  await expect(field).toHaveValue("the");
  await expect(status).toHaveText(before ?? "");
  await page.goto("./#/d/sample/search?q=the");
  await expect(status).toHaveText(/^[\d,]+ found/);
  await field.fill("words");
  await expect(page).toHaveURL(/\?q=the$/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?q=words$/);
});

test("from the bar and the palette to hits; what needs a server is said in a sentence", async ({
  page,
  published,
}) => {
  await page.goto(`${published.url}#/d/sample/9/746`);
  await page.getByRole("searchbox").fill("tokens");
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Search");
  await expect(page.locator(".hits li").first()).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Pages and actions" })).toBeFocused();
  await page.keyboard.type("tokens");
  await page
    .getByRole("option", { name: /\d+:\d+/ })
    .first()
    .click();
  await expect(title(page)).toHaveText(/^Layer \d+ · \w+ \d+$/);
  await page.goto(`${published.url}#/d/sample/search?q=a.c&mode=regex`);
  await expect(page.getByRole("alert")).toHaveText(/^Regular expressions need a server, .* by words/);
  await page.goto(`${published.url}#/d/sample/search?q=((((((((((((((((((a`);
  await expect(page.getByRole("alert")).toContainText("brackets more than 16 deep");
  await page.getByText("How to write a search").click();
  await expect(page.getByText(/which your browser searches itself: by words/)).toBeVisible();
});

test("a file that was cut off is said to be; the next attempt reads it again", async ({
  page,
  published,
}) => {
  let cut = true;
  await page.route("**/explanations.words", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: cut ? body.subarray(0, body.length / 2) : body });
  });
  await page.goto(`${published.url}#/d/sample/search?q=the`);
  await expect(page.getByText(/explanations.words is not what it should be/)).toBeVisible();
  cut = false;
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.locator(".hits li").first()).toBeVisible();
});
