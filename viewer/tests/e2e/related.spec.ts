/** The rail's relations on the real server: what is drawn is what the JSON holds, and a fault stays in its place. */

import type { APIRequestContext, Locator, Page } from "@playwright/test";
import type {
  ConnectedNeurons,
  LogitTable,
  Neighbours,
  RelatedNeurons,
  TokensByActivation,
  TokensByWeight,
  UnitAddress,
} from "../../src/nouns";
import { axe } from "./axe";
import { asDrawn, type Data, expect, json, link, numberIn, openUnit, test, title, unitAt } from "./fixtures";

const SHOTS = new URL("../../../artefacts/screenshots/", import.meta.url).pathname;

const file = <T>(request: APIRequestContext, { dataset }: Data, part: string, { layer, unit }: UnitAddress) =>
  json<T>(request, `${dataset.root}/${part}/${layer}/${unit}.json`);
const pane = (page: Page, name: string | RegExp): Locator => page.getByRole("region", { name, exact: true });
const tokensPane = (page: Page) => pane(page, "Related tokens");
const unitsPane = (page: Page) => pane(page, /^Related \w+s$/).and(page.locator("#related-units"));
const logitsPane = (page: Page) => pane(page, "Output logits");

const BESIDE = ":is(.rail, .below)"; // and below the texts

/** Opens a unit and every relation that can be opened. */
async function openAll(page: Page, data: Data, at: UnitAddress): Promise<void> {
  await openUnit(page, link(data, at));
  for (const which of [tokensPane(page), unitsPane(page), logitsPane(page)])
    await expect(which.locator("ol").first()).toBeVisible();
  await expect(page.locator(`${BESIDE} .loading`)).toHaveCount(0);
  const closed = page.locator(BESIDE).getByRole("button", { name: /^Show all/ });
  while ((await closed.count()) > 0) await closed.first().click();
}

const token = (text: string): string =>
  asDrawn({
    tokens: [text.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length))],
    activations: [0],
  }).replaceAll("\t", "⇥");

/** Tokens and numbers of a list, against what a file holds; numbers to what two decimals can tell. */
async function expectTokens(list: Locator, tokens: string[], strengths: (number | null)[]): Promise<void> {
  const rows = await list
    .locator("li")
    .evaluateAll((all) =>
      all.map((row) => [row.querySelector("code")?.textContent, row.querySelector("b")?.textContent]),
    );
  expect(rows.map(([drawn]) => drawn)).toEqual(tokens.map(token));
  for (const [place, strength] of strengths.entries()) expectNumber(rows[place]?.[1], strength);
}

/** Two decimals, two figures of what is below 0.1, whole numbers from 100 on. */
const slackOf = (size: number): number => (size < 0.1 ? 0.051 * size : Math.max(0.00501, size / 199));

function expectNumber(shown: string | null | undefined, value: number | null, slack?: number): void {
  if (value === null) {
    expect(shown).toBe("–");
    return;
  }
  expect(shown?.startsWith("−")).toBe(value < 0);
  const told = numberIn(shown?.replaceAll("−", "-") ?? null);
  expect(Math.abs(told - value), `${shown} for ${value}`).toBeLessThanOrEqual(
    slack ?? slackOf(Math.abs(value)),
  );
}

const list = (page: Page, name: string): Locator => page.getByRole("list", { name, exact: true });
const SIDES = ["positive", "negative"] as const;

test.beforeEach(({ data }) => {
  const parts = ["related-tokens/activation-based", "related-neurons/weight-based", "logits"];
  test.skip(!parts.every((part) => data.dataset.parts.includes(part)), "the dataset has no relations");
});

// The first, a middle and the last layer, each by one unit.
const SOME = [0, 0.45, 0.99];

for (const share of SOME)
  test(`related tokens and logits are those of the JSON, unit at ${share}`, async ({
    page,
    request,
    data,
    isMobile,
  }) => {
    test.skip(isMobile && share !== 0.45, "one unit tells whether a narrow screen has the same");
    const at = unitAt(data, share);
    await openAll(page, data, at);
    const active = await file<TokensByActivation>(request, data, "related-tokens/activation-based", at);
    await expectTokens(list(page, "By mean activation"), active.tokens, active.average_activations);
    const counts = await list(page, "By mean activation").locator("small").allTextContents();
    expect(counts).toEqual((active.counts ?? []).map((times) => `over ${times.toLocaleString("en-US")}`));
    const found = await file<TokensByWeight>(request, data, "related-tokens/weight-based", at);
    for (const [name, key] of [
      ["Input", "input"],
      ["Output", "output"],
      ["Input, up projection", "up"],
    ] as const)
      for (const sign of SIDES) {
        const side = found[`${key}_${sign}`];
        if (side) await expectTokens(list(page, `${name}, ${sign}`), side.tokens, side.strengths);
        else await expect(list(page, `${name}, ${sign}`)).toHaveCount(0);
      }
    const logits = await file<LogitTable>(request, data, "logits", at);
    await expectTokens(list(page, "Tokens, more likely"), logits.top.tokens, logits.top.strengths);
    await expectTokens(list(page, "Tokens, less likely"), logits.bottom.tokens, logits.bottom.strengths);
    await expect(logitsPane(page)).toContainText(
      `Over ${logits.tokens?.toLocaleString("en-US")} tokens: mean`,
    );
  });

for (const share of SOME)
  test(`related units are those of the JSON and links to their pages, unit at ${share}`, async ({
    page,
    request,
    data,
    isMobile,
  }) => {
    test.skip(isMobile && share !== 0.45, "one unit tells whether a narrow screen has the same");
    const href = (at: UnitAddress) => link(data, at);
    const at = unitAt(data, share);
    await openAll(page, data, at);
    const found = await file<RelatedNeurons>(request, data, "related-neurons/weight-based", at);
    const ends: [string, ConnectedNeurons | null | undefined][] = [
      ["Upstream", found.c_fc],
      ["Downstream", found.c_proj],
      ["Upstream, up projection", found.c_fc_up],
      ["Downstream, up projections", found.c_proj_up],
    ];
    for (const [name, end] of ends)
      for (const sign of SIDES)
        await expectUnits(
          list(page, `${name}, ${sign}`),
          (end?.[`top_${sign}_neurons`] ?? []).map((one) => {
            const [layer = 0, unit = 0] = one.split("_").map(Number);
            return href({ layer, unit });
          }),
          end?.[`top_${sign}_weights`] ?? [],
        );
    const near = await file<Neighbours>(request, data, "related-neurons/activation-based", at);
    for (const [name, measure, factor, slack] of [
      ["Active together", "pearson", 1, undefined],
      ["Firing together", "jaccard", 100, 0.51], // in percent
    ] as const) {
      const these = near.neighbours.filter((one) => one.measure === measure);
      await expectUnits(
        list(page, name),
        these.map(href),
        these.map(({ value }) => value && factor * value),
        slack,
      );
    }
  });

async function expectUnits(
  drawn: Locator,
  hrefs: string[],
  values: (number | null)[],
  slack?: number,
): Promise<void> {
  if (hrefs.length === 0) return expect(drawn.locator("li")).toHaveCount(0);
  const rows = await drawn
    .locator("li")
    .evaluateAll((all) =>
      all.map((row) => [row.querySelector("a")?.getAttribute("href"), row.querySelector("b")?.textContent]),
    );
  expect(rows.map(([href]) => href)).toEqual(hrefs);
  for (const [place, value] of values.entries())
    expectNumber(rows[place]?.[1]?.replace(/[<>%]/g, ""), value, slack);
}

test("the first layer has nothing upstream, the last nothing downstream, and both say so", async ({
  page,
  data,
}) => {
  await openUnit(page, link(data, unitAt(data, 0)));
  await expect(unitsPane(page)).toContainText("Upstream" + "None: this is the dataset's first layer.");
  await openUnit(page, link(data, unitAt(data, 1)));
  await expect(unitsPane(page)).toContainText("Downstream" + "None: this is the dataset's last layer.");
});

test("a related unit's link opens it, with lists as they are at first", async ({ page, data }) => {
  await openUnit(page, link(data, unitAt(data, 0.45)));
  await tokensPane(page)
    .getByRole("button", { name: /of By mean activation$/ })
    .click();
  const first = list(page, "Downstream, positive").getByRole("link").first();
  const [, place] = ((await first.textContent()) ?? "").split(" ");
  const [layer, unit] = (place ?? "").split(":");
  await first.click();
  await expect(title(page)).toHaveText(new RegExp(`^Layer ${layer} · \\w+ ${unit}$`));
  await expect(title(page)).toBeFocused();
  await expect(tokensPane(page).getByRole("button", { name: /of By mean activation$/ })).toHaveAttribute(
    "aria-expanded",
    "false",
  );
  await page.goBack();
  await expect(list(page, "Downstream, positive")).toBeVisible();
});

const problem = { title: "Broken", status: 500, detail: "the zip of this layer is damaged" };
const cut = { status: 200, contentType: "application/json", body: '{"tokens": ["a' };
const FAULTS = [
  ["related-tokens", "missing", { status: 404, json: { ...problem, status: 404 } }, /This dataset holds no/],
  ["related-neurons", "refused", { status: 500, json: problem }, /the zip of this layer is damaged/],
  ["logits", "cut off", cut, /not a JSON object/],
  [
    "related-neurons",
    "of another shape",
    { status: 200, json: { neighbours: 7, c_fc: {} } },
    /file is broken/,
  ],
] as const;

for (const [part, what, answer, sentence] of FAULTS)
  test(`${part} that are ${what} are told in their pane, and the others work`, async ({
    page,
    data,
    isMobile,
  }) => {
    test.skip(isMobile, "the same code on every screen");
    await page.route(`**/${part}/**`, (route) => route.fulfill(answer));
    await openUnit(page, link(data, unitAt(data, 0.45)));
    const panes = { "related-tokens": tokensPane, "related-neurons": unitsPane, logits: logitsPane };
    for (const [name, found] of Object.entries(panes))
      if (name === part) await expect(found(page)).toContainText(sentence);
      else await expect(found(page).locator("li").first()).toBeVisible();
    await expect(pane(page, "Statistics")).toContainText("Kurtosis");
    if (what === "missing") return;
    await page.unroute(`**/${part}/**`);
    const retry = panes[part](page).getByRole("button", { name: "Retry" });
    for (let left = await retry.count(); left > 0; left--) {
      await retry.first().click();
      await expect(retry).toHaveCount(left - 1);
    }
    await expect(panes[part](page).locator("li").first()).toBeVisible();
  });

test("what is hostile is text, and moves nothing", async ({ page, data }) => {
  const tokens = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u202e",
    "\n",
    "",
    "w".repeat(400),
  ];
  const strengths = [1e308, -1e308, 1e-320, 0, null, 12345678.9];
  const side = { tokens, strengths };
  const about = { explanation: "<img src=x onerror=alert(2)>".repeat(20), score: 1e300, max: -1e300 };
  const row = { layer: 2, unit: 40, value: 1e300, about };
  const names = ["javascript:alert(3)", "999999999_999999999", `${"9".repeat(200)}_1`];
  const bodies = {
    "**/related-tokens/activation-based/**": {
      tokens,
      average_activations: strengths,
      counts: [1, 2, 3, 4, 5, 1e15],
    },
    "**/related-tokens/weight-based/**": {
      input_positive: side,
      input_negative: side,
      output_positive: side,
      output_negative: side,
    },
    "**/logits/**": {
      top: side,
      bottom: side,
      mean: 1e308,
      tokens: 1e15,
      histogram: { lowest: 2 ** 53, width: 2, counts: [5, 1e300, 3] },
    },
    "**/related-neurons/activation-based/**": { neighbours: [{ ...row, measure: "<b>measure</b>" }] },
    "**/related-neurons/weight-based/**": {
      c_fc: {
        top_positive_neurons: names,
        top_positive_weights: [1e308, 0, -5e-324],
        top_positive_units: [about, about, about],
        top_negative_neurons: [],
        top_negative_weights: [],
      },
      c_proj: null,
    },
  };
  for (const [where, body] of Object.entries(bodies))
    await page.route(where, (route) => route.fulfill({ json: body }));
  await page.setViewportSize({ width: 360, height: 740 });
  await openUnit(page, link(data, unitAt(data, 0.45)));
  for (const sideName of ["By mean activation", "Input, positive", "Tokens, less likely"])
    await expect(list(page, sideName).locator("code")).toHaveText([
      ...tokens.slice(0, 2).map(String),
      "‹U+202E›",
      "⏎",
      "part of a character",
      tokens[5] ?? "",
    ]);
  await expect(list(page, "<b>measure</b>").getByRole("link")).toHaveAttribute("href", link(data, row));
  const upstream = list(page, "Upstream, positive");
  await expect(upstream.locator("li")).toHaveCount(3);
  await expect(upstream.getByRole("link")).toHaveAttribute(
    "href",
    link(data, { layer: 999999999, unit: 999999999 }),
  );
  expect(await page.locator(`${BESIDE} :is(script, img)`).count()).toBe(0);
  await expect(page.locator(BESIDE).getByRole("alert")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("on a narrow screen the rail stands below the texts in the order of the chips, and nothing scrolls sideways", async ({
  page,
  data,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openAll(page, data, unitAt(data, 0.45));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  const ids = [
    "explanation",
    "activations",
    "related-tokens",
    "related-units",
    "logits",
    "statistics",
    "provenance",
  ];
  const tops = await page.evaluate(
    (all) => all.map((id) => document.getElementById(id)?.getBoundingClientRect().top ?? Number.NaN),
    ids,
  );
  expect(tops).toEqual(tops.toSorted((one, other) => one - other));
  const chips = page.getByRole("navigation", { name: "Parts of this page" }).getByRole("button");
  await expect(chips).toHaveCount(ids.length);
  for (const [place, id] of ids.entries()) {
    await chips.nth(place).click();
    await expect(page.locator(`#${id}`)).toBeFocused();
  }
});

for (const theme of ["light", "dark"] as const)
  test(`relations, ${theme}: accessible, and seen`, async ({ page, data }, { project }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await openUnit(page, link(data, unitAt(data, 0.45)));
    await expect(logitsPane(page).locator("figure")).toBeVisible();
    await page.screenshot({ path: `${SHOTS}${project.name}-related-${theme}.png`, fullPage: true });
    await unitsPane(page)
      .getByRole("button", { name: /^Show all \d+ of Downstream/ })
      .last()
      .click();
    const { violations } = await axe(page).include(BESIDE).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
