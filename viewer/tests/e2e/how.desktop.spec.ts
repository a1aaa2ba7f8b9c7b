/** "How?": every line is run as it stands, against the real server, and gives the number that the page has. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { howLines } from "../../src/how";
import type { LiveQuestion, Question } from "../../src/questions";
import { FIRST_SEARCH } from "../../src/search";
import { askedAgain } from "../../src/traceForm";
import { PARTNERS, test as twins } from "./compared";
import { type Data, expect, openUnit, SEED, seeded, test } from "./fixtures";
import { finished, ROOT, withServer, withStandIn } from "./processes";
import { seen } from "./seen";

test.describe.configure({ mode: "default" }); // the lines take two processors as it is

/** What a line prints, run as a person would: in a shell, with our commands on its path. */
async function shell(line: string): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${ROOT}.venv/bin:${process.env["PATH"]}`,
    XDG_CACHE_HOME: cache,
    XDG_DATA_HOME: cache,
  };
  return (await promisify(execFile)("bash", ["-c", line], { env, maxBuffer: 1e8 })).stdout;
}

/** The words of each command as the shell reads them. */
async function wordsOf(commands: readonly string[]): Promise<string[][]> {
  const told = await shell(`neuronscope() { printf '%s\\0' "$@"; printf '\\1'; }\n${commands.join("\n")}`);
  return told.split("\x01").slice(0, -1).map((words) => words.split("\0").slice(0, -1)); // biome-ignore format: short
}

type Printed = { commands: string[]; lines: string[] };

/** What commands and Python lines print, in one process: most of the time that one takes is its start. */
async function printed(commands: readonly string[], lines: readonly string[]): Promise<Printed> {
  const env = { ...process.env, XDG_CACHE_HOME: cache, XDG_DATA_HOME: cache };
  const run = promisify(execFile)(`${ROOT}.venv/bin/python`, [`${import.meta.dirname}/runlines.py`], {
    env,
    maxBuffer: 1e8,
  });
  run.child.stdin?.end(JSON.stringify({ commands: await wordsOf(commands), lines }));
  return JSON.parse((await run).stdout);
}

let cache = "";
test.beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "how-"));
});
test.afterAll(() => rmSync(cache, { recursive: true, force: true }));

const numbersIn = (text: string): Set<number> =>
  new Set((text.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi) ?? []).map(Number));

type Found = Record<string, unknown>;
/** The numbers of an object, however deep. */
const leaves = (value: unknown): number[] =>
  typeof value === "number"
    ? [value]
    : typeof value === "object" && value
      ? Object.values(value).flatMap(leaves)
      : [];
/** Each kind, and the numbers that its answer is about. */
type Asked = { question: Question; of: (answer: never) => number[] };

function asked({ units, dataset }: Data): Asked[] {
  const draw = seeded(SEED);
  const drawn = () => units[Math.floor(draw() * units.length)] ?? { layer: 0, unit: 0 };
  const [at, other] = [drawn(), drawn()];
  const offers = (part: string) => dataset.parts.includes(part);
  const tables: Question[] = [
    { kind: "related-tokens", by: "activation-based", at },
    { kind: "related-tokens", by: "weight-based", at },
    { kind: "related-neurons", by: "weight-based", at },
    { kind: "related-neurons", by: "activation-based", at },
  ];
  return [
    { question: { kind: "manifest" }, of: (one: { layers: { units: number }[] }) => one.layers.map(({ units }) => units) },
    { question: { kind: "lists" }, of: (one: { lists: { units: { unit: number }[] }[] }) => one.lists[0]?.units.map(({ unit }) => unit) ?? [] },
    { question: { kind: "record", at }, of: (one: { most_positive_activation_records: { activations: number[] }[] }) => one.most_positive_activation_records[0]?.activations ?? [] },
    { question: { kind: "statistics", at }, of: (one: { kurtosis: number; statistics: { max: number } }) => [one.kurtosis, one.statistics.max] },
    { question: { kind: "logits", at }, of: (one: { top: { strengths: number[] } }) => one.top.strengths.slice(0, 5) },
    ...tables
      .filter((question) => "by" in question && offers(`${question.kind}/${question.by}`))
      .map((question) => ({ question, of: (one: Found) => leaves(one).slice(0, 5) })),
    { question: { kind: "units", sort: "kurtosis", layers: [at.layer], limit: 5 }, of: (one: { units: { kurtosis: number }[] }) => one.units.map(({ kurtosis }) => kurtosis) },
    { question: { kind: "units", sort: "density", order: "asc", dead: false, maxDensity: 0.001, limit: 3 }, of: (one: { units: { density: number }[]; total: number }) => [one.total, ...one.units.map(({ density }) => density)] },
    { question: { kind: "search", search: { ...FIRST_SEARCH, q: "h*", where: "tokens", sort: "max", layer: at.layer } }, of: (one: { total: number; hits: { max: number }[] }) => [one.total, ...one.hits.map(({ max }) => max)] },
    { question: { kind: "compare", units: [at, other] }, of: (one: { pairs: { token_overlap: { value: number } }[] }) => [one.pairs[0]?.token_overlap.value ?? Number.NaN] },
    { question: { kind: "reports" }, of: (one: { runs: { prompt_tokens: number }[] }) => one.runs.map((run) => run.prompt_tokens) },
  ] as Asked[]; // biome-ignore format: a table
}

test(`every line of every kind gives the number, seed ${SEED}`, async ({ data, baseURL, request }) => {
  test.slow();
  const place = { root: `${baseURL}${data.dataset.root}`, site: baseURL ?? "", name: data.dataset.name };
  const { runs } = await (await request.get(`${data.dataset.root}/reports.json`)).json();
  const { traces } = await (await request.get(`${data.dataset.root}/traces.json`)).json();
  const more: Asked[] = [
    { question: { kind: "trace", id: traces[0].id }, of: (one: { report: { value: number; nodes: { effect: number }[] } }) => [one.report.value, ...one.report.nodes.slice(0, 5).map(({ effect }) => effect)] },
    { question: { kind: "report", run: runs[0].run }, of: (one: { prompt_tokens: number }) => [one.prompt_tokens] },
    { question: { kind: "explanations", at: await explained(request, data) }, of: scoresIn },
    { question: { kind: "scores" }, of: (one: { layers: { quartiles?: number[] }[]; explainers: { mean?: number }[] }) => [...one.layers.flatMap(({ quartiles }) => quartiles ?? []), ...one.explainers.flatMap(({ mean }) => mean ?? [])] },
  ] as Asked[]; // biome-ignore format: a table
  const all = [...asked(data), ...more].map((one) => ({ ...one, lines: howLines(place, one.question) }));
  const [said, curls] = await Promise.all([
    printed(all.map(({ lines }) => lines.command), all.map(({ lines }) => lines.python)),
    shell(all.map(({ lines }) => `${lines.curl}; echo`).join("\n")),
  ]); // biome-ignore format: two of a kind
  const answers = curls.split("\n").filter(Boolean); // a stored line has an end of its own
  expect(answers).toHaveLength(all.length);
  for (const [place, { question, lines, of }] of all.entries()) {
    const told = JSON.stringify(question);
    const numbers = of(JSON.parse(answers[place] ?? "") as never);
    expect(numbers.length, told).toBeGreaterThan(0);
    expect(numbers.every(Number.isFinite), told).toBe(true);
    const [command, python] = [said.commands[place], said.lines[place]].map((text) => numbersIn(text ?? ""));
    expect(
      numbers.filter((one) => !command?.has(one)),
      `${told}: ${lines.command}`,
    ).toEqual([]);
    expect(
      numbers.filter((one) => !python?.has(one)),
      `${told}: ${lines.python}`,
    ).toEqual([]);
  }
});

const scoresIn = (one: { scored_explanations: { scores: Record<string, { value: number | null }> }[] }) =>
  one.scored_explanations.flatMap(({ scores }) => Object.values(scores).flatMap(({ value }) => value ?? []));

/** A unit that has an explanation. */
async function explained(request: Parameters<Parameters<typeof test>[2]>[0]["request"], data: Data) {
  const found = await (await request.get(`${data.dataset.root}/units?sort=score&limit=1`)).json();
  return { layer: found.units[0].layer, unit: found.units[0].unit };
}

test("partners in another dataset and people's words are given by their lines @nightly", async ({ data }) => {
  const at = { layer: 9, unit: 746 };
  const sample = join(cache, "sample");
  cpSync(join(ROOT, "data/sample"), sample, { recursive: true });
  await finished("python", ["-c", PARTNERS, sample]);
  const words = join(cache, "neuronscope", "annotations.sqlite"); // where the command looks for them
  mkdirSync(dirname(words), { recursive: true });
  await withServer([sample, "--writable", "--annotations", `sqlite:///${words}`], cache, async (site) => {
    const place = { root: `${site}${data.dataset.root}`, site, name: data.dataset.name };
    const written = `${place.root}/units/${at.layer}/${at.unit}`;
    const body = JSON.stringify({ text: "one that counts 4242 words" });
    const answer = await fetch(`${written}/explanations`, { method: "POST", body, headers: { "content-type": "application/json" } }); // biome-ignore format: one request
    expect(answer.status, await answer.text()).toBe(201);
    const partners = howLines(place, { kind: "matches", other: "twin", layer: at.layer });
    const people = howLines(place, { kind: "written", at });
    const both = [partners, people];
    const said = await printed(both.map(({ command }) => command), both.map(({ python }) => python)); // biome-ignore format: two of a kind
    const curled = await Promise.all(both.map(({ curl }) => shell(curl)));
    const { tokens } = JSON.parse(curled[0] ?? "");
    for (const [place, number] of [tokens, 4242].entries())
      for (const text of [curled[place], said.commands[place], said.lines[place]])
        expect(numbersIn(text ?? "")).toContain(number);
  });
});

/** Panes in which no number stands that was not counted on the page itself. */
const WITHOUT = ["Which explanation made these activations?", "In this browser", "On this site", "Datasets"];

twins("every pane with numbers has the button", async ({ page, data }) => {
  const { name } = data.dataset;
  const ways = ["9/746", "explore", "compare?units=9:746,9:794", "compare?unit=9:746&explanations=0,1", "compare?unit=9:746&with=twin", "compare?unit=9:746&with=twin&match=2", "workbench/9/746", "lists/own-1", "lists", "reports", "trace/capital-of-japan", "search?q=the"]; // biome-ignore format: a list
  for (const way of ways) {
    await page.goto(`./#/d/${name}/${way}`);
    await expect(page.locator(".pane h2").first(), way).toBeVisible();
    await expect(page.locator(".loading, .wait")).toHaveCount(0);
    const panes = await page.locator(".pane:not(:has(.how))").locator("h2").allTextContents();
    expect(panes.filter((title) => !WITHOUT.includes(title)), way).toEqual([]); // biome-ignore format: short
  }
});

test("a score is the same by the command, by the job and by Python @nightly", async ({ data }) => {
  test.slow();
  const at = data.units[0] ?? { layer: 0, unit: 0 };
  await withStandIn((llm) =>
    withServer(["data/sample", "--llm", llm], cache, async (site) => {
      const place = { root: `${site}${data.dataset.root}`, site, name: data.dataset.name };
      const lines = howLines(place, { kind: "score", at, text: "it's $(echo words)", seed: 3, model: llm });
      await ready(site);
      const [command, curl] = await Promise.all([shell(lines.command), shell(lines.curl)]);
      const { scores, text } = JSON.parse(command);
      expect(text).toBe("it's $(echo words)");
      const job = JSON.parse(/event: done\ndata: (.*)/.exec(curl)?.[1] ?? "{}");
      expect(job.result.scores).toEqual(scores);
      const [line = ""] = (await printed([], [lines.python])).lines;
      expect(numbersIn(line)).toContain(scores.correlation.value);
    }),
  );
});

test("a trace that a live model made is made again by its lines, of a text and of a conversation @nightly", async ({
  data,
}) => {
  test.setTimeout(480_000);
  const smollm2 = join(ROOT, ".cache/smollm2");
  await withServer(["data/sample", "--model", `m=${smollm2}`], cache, async (site) => {
    await ready(site);
    const { root, name } = data.dataset;
    const place = { root: `${site}${root}`, site, name };
    const metric = "difference: Wednesday, Friday";
    const texts = { text: "Monday, Tuesday,", metric };
    const turns = { messages: [{ role: "user", content: "it's $(echo day)" }, { role: "assistant", content: "It is" }], metric: "logit: a", bos: false }; // biome-ignore format: one ask
    for (const asked of [texts, turns]) {
      const given = { ...asked, layers: [20, 29], keep: 30, verify: 8, edges: 6 };
      const { id } = await answered(`${site}api/models/m/trace`, given);
      const look = async () => (await fetch(`${site}api/models/m/traces/${id}.json`)).json();
      await expect(async () => expect((await look()).state).toBe("done")).toPass({ timeout: 120_000 });
      const { result } = await look();
      for (const checked of [false, true]) {
        const body = { ...askedAgain(result, checked), dataset: name };
        const lines = howLines(place, { kind: "live-trace", model: "m", source: "mlp", body });
        const [command, python] = [lines.command, lines.python].map((line) => line.replace("MODEL", smollm2)) as [string, string]; // biome-ignore format: two of a kind
        const [said, curl] = [await printed([command], [python]), await shell(lines.curl)];
        const { report } = result;
        const numbers = checked
          ? [
              report.verify.correlation,
              ...report.verify.points.map(({ measured }: { measured: number }) => measured),
            ]
          : [report.value, report.nodes[29].effect, report.edges[0].effect, report.completeness.measured];
        for (const text of [said.commands[0], said.lines[0], curl]) {
          const there = [...numbersIn(text ?? "")];
          const near = (one: number) =>
            there.some((other) => Math.abs(one - other) <= 2e-4 * Math.abs(one) + 1e-6);
          expect(
            numbers.filter((one: number) => !near(one)),
            JSON.stringify(lines),
          ).toEqual([]);
        }
      }
    }
  });
});

/** What is asked of a live model, and the numbers that its answer is about. */
const LIVE: { path: LiveQuestion["path"]; body: LiveQuestion["body"]; of: (answer: never) => number[] }[] = [
  { path: "activations", body: { units: [{ layer: 9, unit: 746 }, { layer: 16, unit: 750 }] }, of: (one: { units: { record: { activations: number[] } }[] }) => one.units.flatMap(({ record }) => record.activations) },
  { path: "predictions", body: { top_k: 3, answers: [" noon"] }, of: (one: { loss: number; answers: { logit: number; probability: number }[] }) => [one.loss, ...one.answers.flatMap(({ logit, probability }) => [logit, probability])] },
  { path: "top-units", body: { k: 2, per: "token", among: "all" }, of: (one: { positions: { activation: number }[][] }) => one.positions.flat().map(({ activation }) => activation) },
]; // biome-ignore format: a table

test("what a live model answers is given by its lines @nightly", async ({ data }) => {
  test.setTimeout(400_000); // the model is loaded by the server, and for every line
  const model = join(ROOT, ".cache/smollm2");
  await withServer([join(ROOT, "data/sample"), "--model", `m=${model}`], cache, async (site) => {
    await ready(site);
    const place = { root: `${site}${data.dataset.root}`, site, name: data.dataset.name };
    const all = LIVE.map(({ path, body }) => {
      const given = { text: "We met at noon, at the 'station'.", dataset: data.dataset.name, ...body };
      return howLines(place, { kind: "live", path, model: "m", body: given });
    });
    const filled = (line: string) => line.replace(/\bMODEL\b/, model);
    const said = await printed(
      all.map(({ command }) => filled(command)),
      all.map(({ python }) => filled(python)),
    );
    for (const [at, { of }] of LIVE.entries()) {
      const { curl, command, python } = all[at] as (typeof all)[number];
      const numbers = of(JSON.parse(await shell(curl)) as never).filter((one) => one !== null);
      expect(numbers.length, curl).toBeGreaterThan(2);
      for (const [line, text] of [[command, said.commands[at]], [python, said.lines[at]]] as const) // biome-ignore format: both
        expect(
          numbers.filter((one) => !near(one, numbersIn(text ?? ""))),
          line,
        ).toEqual([]);
    }
  });
});

async function answered(url: string, body: object) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return answer.json();
}

/** Another number of threads adds up in another order. */
const near = (one: number, others: Set<number>): boolean =>
  [...others].some((other) => Math.abs(one - other) <= 1e-3 * Math.max(1e-3, Math.abs(one)));

async function ready(site: string): Promise<void> {
  await expect(async () => {
    const { models } = await (await fetch(`${site}api/site.json`)).json();
    expect(models[0]?.status).toBe("ready");
  }).toPass({ timeout: 180_000 });
}

const dialog = (page: Page) => page.getByRole("dialog", { name: /^How\?/ });

test("the button opens the lines of its pane, copies one, and has the focus back after Esc", async ({
  page,
  data,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const at = data.units[0] ?? { layer: 0, unit: 0 };
  await openUnit(page, `#/d/${data.dataset.name}/${at.layer}/${at.unit}`);
  const button = page.getByRole("button", { name: /^How\? Statistics/ });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toContainText(`neuronscope show ${page.url().split("#")[0]}api/datasets/`);
  await seen(page, "desktop-how");
  await page.getByRole("button", { name: "Copy: Python" }).click();
  await expect(dialog(page).getByRole("status").filter({ hasText: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    `record(${at.layer}, ${at.unit})`,
  );
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(button).toBeFocused();
});
