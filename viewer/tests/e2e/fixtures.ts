/** What every browser test has: the dataset's own JSON, and a watch on errors and on requests to other hosts. */
import { type APIRequestContext, test as base, expect, type Locator, type Page } from "@playwright/test";
import type {
  ActivationRecord,
  DatasetEntry,
  Manifest,
  NeuronRecord,
  Site,
  UnitAddress,
} from "../../src/nouns";

/** Printed with each test that picks by chance; `SEED=… npm run e2e` picks the same again. */
export const SEED = Number(process.env["SEED"]);

/** Numbers from 0 to 1 that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

export type Data = { dataset: DatasetEntry; manifest: Manifest; units: UnitAddress[] };

/** `others`: addresses beside the server's that pages may ask. */
export const test = base.extend<{ data: Data; watch: undefined; others: readonly string[] }>({
  others: [[], { option: true }],
  data: async ({ request }, use) => {
    const site = await json<Site>(request, "api/site.json");
    const dataset = site.datasets[0];
    if (!dataset) throw new Error("the server has no dataset");
    const manifest = await json<Manifest>(request, `${dataset.root}/dataset.json`);
    await use({ dataset, manifest, units: unitsOf(manifest) });
  },
  watch: [
    async ({ page, baseURL, others }, use) => {
      const known = [baseURL ?? "", ...others];
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        // a refused file is what some tests ask for; a policy violation or a React warning never is
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
          faults.push(message.text());
      });
      page.on("request", (request) => {
        if (!known.some((address) => request.url().startsWith(address)))
          faults.push(`a request to ${request.url()}`);
      });
      await use(undefined);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect, type Page };

export async function json<T>(request: APIRequestContext, path: string): Promise<T> {
  const response = await request.get(path);
  expect(response.status(), path).toBe(200);
  return (await response.json()) as T;
}

function unitsOf({ layers }: Manifest): UnitAddress[] {
  return layers.flatMap(({ index, units, unit_ids }) =>
    (unit_ids ?? Array.from({ length: units }, (_, unit) => unit)).map((unit) => ({ layer: index, unit })),
  );
}

export const record = (request: APIRequestContext, { dataset }: Data, { layer, unit }: UnitAddress) =>
  json<NeuronRecord>(request, `${dataset.root}/collated-activations/${layer}/${unit}.json`);

export const link = ({ dataset }: Data, { layer, unit }: UnitAddress, query = ""): string =>
  `#/d/${dataset.name}/${layer}/${unit}${query}`;

/** Units at the start, in the middle and at the end of the dataset. */
export function unitAt({ units }: Data, share: number): UnitAddress {
  const unit = units[Math.floor(share * (units.length - 1))];
  if (!unit) throw new Error("the dataset has no units");
  return unit;
}

export const title = (page: Page): Locator => page.getByRole("heading", { level: 1 });

/** A record's text as a page draws it. */
export const asDrawn = ({ tokens }: ActivationRecord): string =>
  tokens
    .join("")
    .replaceAll("\r", "␍")
    .replaceAll("\n", "⏎")
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (unseen) => {
      return `‹U+${unseen.charCodeAt(0).toString(16).toUpperCase()}›`;
    });

/** The texts of one group on a unit's page. */
export const textsOf = (page: Page, group: string): Locator =>
  page.locator(`section[aria-labelledby="group-${group}"]`).locator(".heatmap");

/** The strongest text of the unit in the middle of the dataset. */
export async function middleTop(request: APIRequestContext, data: Data) {
  const at = unitAt(data, 0.5);
  const [first] = (await record(request, data, at)).most_positive_activation_records ?? [];
  if (!first) throw new Error(`${at.layer}:${at.unit} has no top texts`);
  return { at, first };
}

/** The groups of a unit's record under the names that a link has for them. */
export const groupsOf = (unit: NeuronRecord): [string, ActivationRecord[]][] => [
  ["top", unit.most_positive_activation_records ?? []],
  ["negative", unit.most_negative_activation_records ?? []],
  ["random", unit.random_sample ?? []],
  ...(unit.random_sample_by_quantile ?? []).map((records, place): [string, ActivationRecord[]] => [
    `q${unit.quantile_boundaries?.[place]}-${unit.quantile_boundaries?.[place + 1]}`,
    records,
  ]),
];

/** The number that a page shows; in −1.2e−5 both minus signs are the true one, and 1,200 has a comma. */
export const numberIn = (text: string | null): number =>
  Number((text ?? "").replaceAll("−", "-").replaceAll(",", ""));

/** A stored number as a page shows it: to 5 significant digits, which is all that a collated file holds. */
export const asShown = (stored: number | undefined): number => Number((stored ?? Number.NaN).toPrecision(5));

/** Opens a link and waits until its texts are there. */
export async function openUnit(page: Page, hash: string): Promise<void> {
  await page.goto(`./${hash}`);
  await expect(page.locator("#activations .records").first()).toBeVisible();
}
