/** What is missing or broken is a sentence in its place; the rest of the page works. */
import { test as unwatched } from "@playwright/test";
import { expect, link, openUnit, test, title, unitAt } from "./fixtures";

const RECORDS = "**/collated-activations/**";
const problem = (status: number, detail: string) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "about:blank", title: "Broken", status, detail }),
});

test("an error says what is wrong and Retry brings the data", async ({ page, data }) => {
  await page.route(RECORDS, (route) => route.fulfill(problem(500, "the zip of this layer is damaged")));
  await page.goto(`./${link(data, unitAt(data, 0.5))}`);
  const activations = page.getByRole("region", { name: "Activations" });
  await expect(activations.getByRole("alert")).toContainText("the zip of this layer is damaged");
  await expect(page.getByRole("region", { name: "Explanation" })).toBeVisible();
  await page.unroute(RECORDS);
  await activations.getByRole("button", { name: "Retry" }).click();
  await expect(activations.locator(".heatmap").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Statistics" })).toContainText("Kurtosis");
});

test("a unit that the dataset lacks is one sentence with the nearest; so is a layer", async ({
  page,
  data,
}) => {
  const at = { layer: unitAt(data, 0).layer, unit: 999_999_999 };
  await page.goto(`./${link(data, at)}`);
  await expect(page.getByText(`Layer ${at.layer} of this dataset has no`)).toBeVisible();
  await expect(page.getByRole("link", { name: /Previous/ })).toBeVisible();
  await expect(page.getByRole("region")).toHaveCount(0);
  await page.locator(".lede a").click();
  await expect(page.locator("#activations .records").first()).toBeVisible();
  await page.goto(`./${link(data, { layer: 999_999, unit: 0 })}`);
  await expect(page.getByText(/^This dataset has no layer 999999; it has layers? \d/)).toBeVisible();
});

test("a dataset that is being opened shows itself once it is open", async ({ page, data }) => {
  const opening = { ...data.dataset, status: "opening", detail: null };
  let asked = 0;
  await page.route("**/api/site.json", (route) =>
    asked++ < 2 ? route.fulfill({ json: { title: "Far", datasets: [opening] } }) : route.continue(),
  );
  await page.goto("./");
  await expect(title(page)).toHaveText(`Opening ${opening.title} …`);
  await expect(title(page)).toHaveText(data.dataset.model ?? data.dataset.title);
});

test("answers that are objects of another shape are sentences", async ({ page }) => {
  for (const name of ["**/api/site.json", "**/dataset.json"]) {
    await page.route(name, (route) => route.fulfill({ json: {} }));
    await page.goto("./");
    await page.reload();
    await expect(page.getByRole("alert").first()).toContainText("another shape than the viewer knows");
    await page.unroute(name);
  }
});

test("a record that was cut off, and one of an unknown shape, are told", async ({ page, data }) => {
  const alert = page.getByRole("region", { name: "Activations" }).getByRole("alert");
  for (const [body, sentence] of [
    ['{"neuron_id": {"layer', "not a JSON object"],
    ['{"random_sample": [{"tokens": ["<img src=x onerror=alert(1)>"], "activations": []}]}', "broken"],
  ] as const) {
    await page.route(RECORDS, (route) =>
      route.fulfill({ status: 200, contentType: "application/json", body }),
    );
    await page.goto(`./${link(data, unitAt(data, 0.5))}`);
    await page.reload();
    await expect(alert).toContainText(sentence);
    await page.unroute(RECORDS);
  }
});

test("tokens that look like markup are text", async ({ page, data }) => {
  const tokens = [
    "<script>",
    "alert(1)",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "&amp;",
    "\u202e",
    "𝄞",
  ];
  const body = JSON.stringify({
    neuron_id: { layer_index: 0, neuron_index: 0 },
    most_positive_activation_records: [{ tokens, activations: tokens.map((_, place) => place) }],
  });
  await page.route(RECORDS, (route) => route.fulfill({ status: 200, contentType: "application/json", body }));
  await openUnit(page, link(data, unitAt(data, 0.5), "?context=full"));
  const box = page.locator(".heatmap").first();
  const text = tokens.join("").replace("\u202e", "‹U+202E›");
  expect(await box.textContent()).toBe(text);
  await box.hover();
  expect(await box.textContent()).toBe(text);
  expect(await page.locator(".heatmap :is(script, img)").count()).toBe(0);
});

test("a server that does not answer is a sentence, and Retry reaches it again", async ({ page, data }) => {
  await page.route("**/api/site.json", (route) => route.abort());
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("Is the server running?");
  await page.unroute("**/api/site.json");
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(data.dataset.model ?? data.dataset.title);
});

test("home works without a table and without lists", async ({ page }) => {
  await page.route("**/units/*.json", (route) => route.fulfill(problem(404, "no table")));
  await page.route("**/lists.json", (route) => route.fulfill(problem(500, "lists are broken")));
  await page.goto("./");
  await expect(page.getByText(/This dataset has no table of layer/)).toBeVisible();
  await expect(page.locator(".unit-row").first()).toBeVisible();
});

test("an address that names nothing is a page with a way on", async ({ page }) => {
  await page.goto("./#/nowhere/at/all");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not found");
  await page.getByRole("link", { name: "To the start" }).click();
  await expect(page.locator(".unit-row").first()).toBeVisible();
});

const BUILT = new URL("../../../server/neuronscope_server/static/", import.meta.url).pathname;
const UNSTARTED = ".unstarted";

test("a page whose script does not come says so after a while, and one that comes leaves nothing of it", async ({
  page,
}) => {
  await page.route(/viewer\.\w+\.js$/, (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("./");
  const told = page.locator(UNSTARTED);
  await expect(told).toHaveCount(1);
  await expect(told).toBeHidden(); // a script may take a while
  await expect(told).toBeVisible();
  await expect(told).toContainText("its script did not come");
  await page.unroute(/viewer\.\w+\.js$/);
  await page.reload();
  await expect(title(page)).toBeVisible();
  await expect(told).toHaveCount(0);
});

// the browser itself complains of what it does not load from there
unwatched("a page that is opened from a disk says what to do", async ({ page }) => {
  await page.goto(`file://${BUILT}index.html`);
  await expect(page.locator(UNSTARTED)).toBeVisible();
  await expect(page.locator(UNSTARTED)).toContainText("serve its folder");
});
