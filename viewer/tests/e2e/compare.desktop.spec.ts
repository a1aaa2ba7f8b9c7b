/** What a comparison shows is what the datasets' JSON says, for pairs by chance; what is missing is said; links restore. */
import type { APIRequestContext } from "@playwright/test";
import type {
  ActivationRecord,
  ComparedUnits,
  NeuronRecord,
  NeuronSimulationResults,
  UnitAddress,
} from "../../src/nouns";
import { test } from "./compared";
import {
  type Data,
  expect,
  groupsOf,
  json,
  numberIn,
  type Page,
  record,
  SEED,
  seeded,
  title,
} from "./fixtures";

const open = (page: Page, query: string) => page.goto(`./#/d/sample/compare?${query}`);
const nameOf = ({ layer, unit }: UnitAddress) => `${layer}:${unit}`;
const pane = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const keyOf = ({ source, tokens }: ActivationRecord) =>
  JSON.stringify([source?.document, source?.offset, tokens]);
const textsOf = (unit: NeuronRecord) =>
  new Map(
    groupsOf(unit)
      .flatMap(([, texts]) => texts)
      .map((text) => [keyOf(text), text]),
  );

/** One of the unit's numbers as the table has it, column by column. */
const row = async (page: Page, name: RegExp) =>
  (await pane(page, "Side by side").getByRole("row", { name }).getByRole("cell").allTextContents()).map(
    (text) => text.trim(),
  );

/** A pair that shares texts, and pairs by chance. */
function pairsOf({ units }: Data): [UnitAddress, UnitAddress][] {
  const random = seeded(SEED);
  const some = () => units[Math.floor(random() * units.length)] as UnitAddress;
  const pairs: [UnitAddress, UnitAddress][] = [
    [
      { layer: 29, unit: 237 },
      { layer: 29, unit: 990 },
    ],
  ];
  while (pairs.length < 3) {
    const [one, other] = [some(), some()];
    if (nameOf(one) !== nameOf(other)) pairs.push([one, other]);
  }
  return pairs;
}

const dash = (text: string | undefined) => (text === "–" ? null : numberIn(text ?? ""));
const near = (shown: number | null, stored: number | null | undefined) => {
  if (shown === null || stored == null) expect(shown).toBe(stored ?? null);
  else expect(Math.abs(shown - stored)).toBeLessThanOrEqual(Math.max(0.0051, Math.abs(stored) * 0.051));
};

test(`seed ${SEED} › numbers, shared texts and pairs are those of the JSON`, async ({
  page,
  request,
  data,
}) => {
  for (const pair of pairsOf(data)) {
    const query = pair.map(nameOf).join(",");
    const [one, other] = (await Promise.all(pair.map((at) => record(request, data, at)))) as [
      NeuronRecord,
      NeuronRecord,
    ];
    await open(page, `units=${query}`);
    await expect(pane(page, "Side by side").getByRole("table")).toBeVisible();
    const stored = [one, other].map(({ statistics, kurtosis, mean }) => ({ ...statistics, kurtosis, mean }));
    for (const [name, key] of [
      [/^Maximum/, "max"],
      [/^Minimum/, "min"],
      [/^Kurtosis/, "kurtosis"],
      [/^Mean/, "mean"],
    ] as const) {
      const cells = await row(page, name);
      expect(cells.length).toBe(2);
      for (const place of [0, 1]) near(dash(cells[place]), stored[place]?.[key]);
    }
    const texts = [textsOf(one), textsOf(other)] as const;
    const both = [...texts[0].keys()].filter((key) => texts[1].has(key));
    const distinct = new Set(texts.flatMap((held) => [...held.keys()])).size;
    const shared = pane(page, "On the same texts");
    await expect(shared).toContainText(
      new RegExp(
        `^On the same texts.*${both.length || "None"} of ${distinct} different texts (is|are) in the records of both`,
      ),
    );
    await compareTexts(page, texts, both.length);
    await comparePair(page, await comparisonOf(request, data, query), texts, both);
  }
});

type Texts = readonly [Map<string, ActivationRecord>, Map<string, ActivationRecord>];

/** Every shared text is drawn once per unit, its colours those of that unit's activations on the common scale. */
async function compareTexts(page: Page, texts: Texts, both: number): Promise<void> {
  const all = page.locator("#same-texts .stacked > li");
  const more = page.getByRole("button", { name: `Show all ${both} texts` });
  if (both > 6) await more.click();
  await expect(all).toHaveCount(both);
  const drawn = await all.evaluateAll((some) =>
    some.map((text) => [...text.querySelectorAll(".heatmap")].map(({ textContent }) => textContent ?? "")),
  );
  for (const rows of drawn) {
    expect(rows.length).toBe(2);
    expect(rows[0]).toBe(rows[1]);
  }
  const held = [...texts[0].values()].filter((text) => texts[1].has(keyOf(text)));
  const written = (text: string) => text.replaceAll(/[\s⏎␍]|‹U\+....›/g, "");
  expect(new Set(drawn.map(([text]) => written(text ?? "")))).toEqual(
    new Set(
      held.map(({ tokens }) =>
        written(tokens.join("").replaceAll(/[\u200b-\u200f\u202a-\u202e\ufeff\u00ad\u2060-\u206f]/g, "")),
      ),
    ),
  );
}

const comparisonOf = (request: APIRequestContext, { dataset }: Data, units: string) =>
  json<ComparedUnits>(request, `${dataset.root}/compare?units=${units}`);

async function comparePair(
  page: Page,
  { pairs }: ComparedUnits,
  texts: Texts,
  both: string[],
): Promise<void> {
  const [pair] = pairs;
  const card = pane(page, "How alike");
  const value = async (name: string) =>
    (await card
      .locator("dl > div")
      .filter({ hasText: new RegExp(`^${name}`) })
      .locator("dd")
      .first()
      .textContent()) ?? "";
  near(dash(await value("On the same texts")), pearson(texts, both));
  const { coactivation, token_overlap: overlap, tokens } = pair ?? {};
  const together = await value("Active together");
  if (coactivation?.value != null) near(dash(together), coactivation.value);
  else if (coactivation?.at_most != null) near(dash(together.replace("≤ ", "")), coactivation.at_most);
  else expect(together).toBe("–");
  near(dash((await value("Shared tokens")).replace("%", "")), 100 * (overlap?.value ?? 0));
  await expect(card.getByRole("list", { name: /^Tokens of/ }).getByRole("listitem")).toHaveCount(
    tokens?.length ?? 0,
  );
  await expect(card).toContainText("the dataset has no nearest units by decoder direction");
}

function pearson(texts: Texts, both: string[]): number | null {
  const pairs = both.flatMap((key) => {
    const [one, other] = texts.map((held) => held.get(key)) as [ActivationRecord, ActivationRecord];
    return one.activations.flatMap((value, place) =>
      one.ignored?.includes(place) ? [] : [[value, other.activations[place] ?? 0] as const],
    );
  });
  if (pairs.length === 0) return null;
  const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [left, right] = [mean(0), mean(1)];
  const sum = (of: (x: number, y: number) => number) =>
    pairs.reduce((all, [x, y]) => all + of(x - left, y - right), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

test(`seed ${SEED} › whatever was changed restores from its copied link in a new window`, async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const random = seeded(SEED + 5);
  await open(page, "units=2:36,9:1095,29:999");
  await expect(page.locator("#own-texts .heatmap").first()).toBeVisible();
  const toggles = page.locator(
    ".toolbar label, #same-texts button[aria-expanded], .group button[aria-expanded], .heatmap.widens",
  );
  for (let step = 0; step < 8; step++) {
    await toggles.nth(Math.floor(random() * (await toggles.count()))).click({ position: { x: 5, y: 5 } });
    await page.mouse.move(1, 1);
  }
  await page
    .getByRole("button", { name: "Show all 20 of 9:1095" })
    .or(page.getByRole("button", { name: "Show fewer of 9:1095" }))
    .click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const changed = await shown(page);
  await page.keyboard.press("c");
  await expect(page.locator(".copied")).toHaveText("Copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect.poll(() => shown(other), link).toEqual(changed);
  await other.close();
});

const shown = (page: Page) =>
  page.locator("main").evaluate((main) => ({
    text: [...main.querySelectorAll(".pane")].map(({ textContent }) => textContent),
    chosen: [...main.querySelectorAll("input")].map(({ checked }) => checked),
    drawn: [...main.querySelectorAll(".heatmap")].map(({ className }) => className),
    // the words: a text that is being read, or in which some are selected, has a span for each token
    coloured: [...main.querySelectorAll(".heatmap span[class]")]
      .map(({ textContent }) => textContent)
      .join(""),
  }));

test("a unit that does not hold a text says so, and is not drawn as silent", async ({ page }) => {
  await open(page, "units=2:36,9:1095,29:999");
  const text = page.locator("#same-texts .stacked > li").last();
  await expect(text.locator(".heatmap")).toHaveCount(2);
  await expect(text.locator(".row").filter({ hasText: "29:999" })).toContainText(
    "not among this unit's texts",
  );
});

test("a record that is missing, one that is refused, and a unit that does not exist leave the others", async ({
  page,
}) => {
  await page.route("**/collated-activations/9/1095.json", (route) =>
    route.fulfill({ status: 404, json: { detail: "gone" } }),
  );
  await open(page, "units=2:36,9:1095,2:37");
  await expect(pane(page, "Side by side")).toContainText("There is no record of its activations.");
  await expect(pane(page, "Side by side")).toContainText(
    "Layer 2 of this dataset has no neuron 37; it has 50 neurons.",
  );
  const [maximum] = [await row(page, /^Maximum/)];
  expect([maximum?.[0], maximum?.slice(1)]).toEqual(["11.52", ["–", "–"]]);
  await expect(pane(page, "On the same texts")).toContainText("Fewer than two of them have a record");
  await expect(pane(page, "How alike")).toContainText("15 of the 85 tokens");
  let refused = true;
  const damaged = { status: 500, json: { detail: "the zip of this layer is damaged" } };
  await page.route("**/collated-activations/29/999.json", (route) =>
    refused ? route.fulfill(damaged) : route.continue(),
  );
  await open(page, "units=2:36,29:999");
  await expect(pane(page, "Side by side").getByRole("alert")).toContainText(
    "29:999: the zip of this layer is damaged",
  );
  refused = false;
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.locator("#own-texts .group")).toHaveCount(2);
});

test("five are refused in a sentence; with one taken away the others are compared", async ({ page }) => {
  await open(page, "units=2:36,9:1095,29:999,29:1165,29:717");
  await expect(page.getByRole("alert")).toHaveText(
    "This link names 5 neurons; side by side there is room for 2 to 4. Take some of them away.",
  );
  await expect(page.locator(".pane")).toHaveCount(0);
  await page.getByRole("button", { name: "Remove 9:1095" }).click();
  await expect(title(page)).toHaveText("Compare 2:36, 29:999, 29:1165 and 29:717");
  await expect(page.locator("#own-texts .group")).toHaveCount(4);
});

test("units are picked from those related and from a search, and replaced", async ({ page }) => {
  await open(page, "units=9:746");
  await page
    .getByRole("list", { name: "Active together" })
    .getByRole("button", { name: "Add 23:610" })
    .click();
  await expect(page).toHaveURL(/units=9:746,23:610$/);
  await page.getByText("Search for a neuron").click();
  const search = page.locator(".pick").getByRole("searchbox");
  await search.fill("the tokens");
  await search.press("Enter");
  const found = page.getByRole("list", { name: "Found" }).getByRole("button").first();
  await page.getByRole("button", { name: "Replace 23:610" }).click();
  const [, , name] = ((await found.textContent()) ?? "").split(" ");
  await found.click();
  await expect(page).toHaveURL(new RegExp(`units=9:746,${name}$`));
  await page.goBack();
  await expect(page).toHaveURL(/units=9:746,23:610$/);
});

test("two explanations: words, scores and simulations are the file's, the furthest apart first", async ({
  page,
  request,
  data,
}) => {
  const { scored_explanations: all } = await json<NeuronSimulationResults>(
    request,
    `${data.dataset.root}/explanations/9/746.json`,
  );
  await open(page, "unit=9:746");
  const [a, b] = ["A", "B"].map((letter) => page.getByRole("region", { name: `Explanation ${letter}` }));
  const best = all.toSorted(
    (one, other) =>
      (other.scored_simulation?.ev_correlation_score ?? 0) -
      (one.scored_simulation?.ev_correlation_score ?? 0),
  );
  for (const [place, side] of [a, b].entries()) {
    await expect(side?.locator(".explanation") ?? page.locator("none")).toHaveText(
      best[place]?.explanation.trim() ?? "",
    );
    await expect(side?.locator(".scores b").first() ?? page.locator("none")).toHaveText(
      (best[place]?.scored_simulation?.ev_correlation_score ?? 0).toFixed(2),
    );
  }
  const parts = pane(page, "Where they part");
  await expect(parts).toContainText("10 of 10 texts were simulated from both");
  const apart = (await parts.locator("h3").allTextContents()).map((text) =>
    Number(/are ([\d.]+)%/.exec(text)?.[1]),
  );
  expect(apart.length).toBe(6);
  expect(apart).toEqual(apart.toSorted((one, other) => other - one));
  for (const label of ["Real", "A", "B", "A − B"])
    await expect(
      parts
        .locator(".stacked > li")
        .first()
        .locator(".row b")
        .filter({ hasText: new RegExp(`^${label}$`) }),
    ).toHaveCount(1);
  await a?.getByRole("combobox").selectOption(String(all.indexOf(best[1] as (typeof all)[number])));
  await expect(page).toHaveURL(/unit=9:746&explanations=\d,\d$/);
  await expect(a?.locator(".explanation") ?? page.locator("none")).toHaveText(
    best[1]?.explanation.trim() ?? "",
  );
  await expect(b?.locator(".explanation") ?? page.locator("none")).toHaveText(
    best[0]?.explanation.trim() ?? "",
  );
  await open(page, "unit=2:36");
  await expect(page.locator("main")).toContainText(
    "This neuron has no explanation: there are no two to compare.",
  );
});

test("one unit in two datasets of the same text: all of it is the same, and what no server tells has a reason", async ({
  page,
}) => {
  await open(page, "units=9:746");
  await page.getByRole("link", { name: "9:746 in twin" }).click();
  await expect(page).toHaveURL(/unit=9:746&with=twin$/);
  await expect(pane(page, "The two datasets")).toContainText("the numbers compare directly");
  await expect(pane(page, "How alike")).toContainText("On the same texts1.00");
  await expect(pane(page, "How alike")).toContainText("50 of the 50 tokens");
  await expect(pane(page, "How alike")).toContainText("the two are in different datasets");
  await expect(pane(page, "On the same texts")).toContainText(
    "65 of 65 different texts are in the records of both neurons",
  );
  const heads = page.locator(".heads a");
  await expect(heads.nth(0)).toHaveAttribute("href", "#/d/sample/9/746");
  await expect(heads.nth(1)).toHaveAttribute("href", "#/d/twin/9/746");
  await open(page, "unit=9:746&with=nowhere");
  await expect(page.locator("main")).toContainText("There is no dataset with the name nowhere.");
});

test("a partner by activation is compared as the file names it; without one the page says how there would be", async ({
  page,
}) => {
  await open(page, "unit=9:746&with=twin");
  const which = pane(page, "Which unit of twin");
  await expect(which).toContainText("over the 193,536 tokens that both datasets count");
  await which.getByText("9:794 (0.25)").click();
  await expect(page).toHaveURL(/unit=9:746&with=twin&match=2$/);
  await expect(page.locator(".heads a").nth(1)).toHaveAttribute("href", "#/d/twin/9/794");
  await expect(pane(page, "How alike").getByRole("heading", { level: 3 })).toHaveText(
    "sample 9:746 and twin 9:794",
  );
  await open(page, "unit=9:746&with=twin&match=7");
  await expect(page.locator("main")).toContainText("9:746 has no partner 7 in twin.");
  await open(page, "unit=2:36&with=twin");
  await expect(which).toContainText("Compared by number alone");
  await expect(which).toContainText("neuronscope match");
  await expect(page.locator(".heads a")).toHaveCount(2);
});

test("other weights and other texts are said to differ, and what that means", async ({ page }) => {
  await page.route("**/datasets/twin/dataset.json", async (route) => {
    const response = await route.fetch();
    const manifest = await response.json();
    manifest.model.hash = "sha256:other";
    manifest.corpus.hash = "sha256:other";
    await route.fulfill({ response, json: manifest });
  });
  await open(page, "unit=9:746&with=twin");
  await expect(pane(page, "The two datasets")).toContainText("They differ in weights and texts.");
  await expect(pane(page, "The two datasets")).toContainText(
    "Maxima, densities and ranks are over different texts",
  );
  await expect(pane(page, "On the same texts")).toContainText(
    "Texts count as the same here where their tokens are.",
  );
});
