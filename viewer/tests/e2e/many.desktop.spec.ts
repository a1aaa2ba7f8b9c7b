/** 300,000 units: the first rows, sorting, filtering and the plot are soon enough, and memory is enough. */
import { expect } from "./fixtures";
import { type Figures, LEAST_FRAMES, MOST, measure, test } from "./many";

// The bench compares with the aims themselves, on a machine that does nothing else; here other tests run beside, so the
// best of some tries counts.
const SLACK = 3;
const TRIES = 3;

test("300,000 units are shown, sorted, filtered and moved fast enough @nightly", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto("./"); // the server has opened the dataset
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  let best = await measure(page);
  for (let more = 1; more < TRIES && slow(best).length > 0; more++) best = better(best, await measure(page));
  expect(slow(best), JSON.stringify(best)).toEqual([]);
  await expect(page.locator(".filters-pane [role=status]")).toHaveText(/^[\d,]+ of 300,000 neurons$/);
});

const slow = ({ frames, ...most }: Figures): string[] => [
  ...Object.entries(MOST)
    .filter(([name, aim]) => most[name as keyof typeof most] > (name === "memory" ? aim : SLACK * aim))
    .map(([name]) => name),
  ...(frames < LEAST_FRAMES / SLACK ? ["frames"] : []),
];

const better = (one: Figures, other: Figures): Figures => ({
  rows: Math.min(one.rows, other.rows),
  sort: Math.min(one.sort, other.sort),
  filter: Math.min(one.filter, other.filter),
  memory: Math.min(one.memory, other.memory),
  frames: Math.max(one.frames, other.frames),
});
