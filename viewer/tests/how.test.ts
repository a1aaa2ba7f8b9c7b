/** Lines that anybody may paste: whatever stands in a question stays a word of the shell and a string of Python. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { howLines, reportPage } from "../src/how";
import { addressOf, type Place, type Question } from "../src/questions";
import { decimal, pythonString, shellWord } from "../src/quoting";
import { FIRST_SEARCH } from "../src/search";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1e6));
const HOSTILE = [
  "", "'", "\\", "$(touch owned)", "`id`", "\n", "\r", "\u001b[2J", "\u001b[201~", "!", "\u202e", "\ud800", '"',
  "; rm -rf ~", "-x", "--", "~", "*", "#", "🙂", "é", "\u2028", "%s", "{a,b}", "a", " ", "=", "&", "|", "\t", "\u0085",
]; // biome-ignore format: a list to read

function drawn(): string[] {
  let state = SEED + 1;
  const draw = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const one = () => HOSTILE[Math.floor(draw() * HOSTILE.length)] ?? "";
  return Array.from({ length: 300 }, () => Array.from({ length: 1 + Math.floor(6 * draw()) }, one).join(""));
}
const TEXTS = [...HOSTILE, ...drawn()];
const mended = (text: string) => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, "\ufffd");

test(`a shell reads every text as one word, seed ${SEED}`, () => {
  const script = `printf '%s\\0' ${TEXTS.map((text) => shellWord(text)).join(" ")}`;
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  const said = execFileSync("bash", ["-c", script], { encoding: "utf8", env });
  expect(said.split("\0").slice(0, -1)).toEqual(TEXTS.map(mended));
  expect(script).not.toMatch(/[\p{Cc}\u202e\u2028]/u); // nothing that a terminal would act on
});

test(`Python reads every text as it is, seed ${SEED}`, () => {
  const script = `import sys; sys.stdout.buffer.write("\\0".join([${TEXTS.map(pythonString).join(", ")}]).encode())`;
  const said = execFileSync("python3", ["-c", script], { encoding: "utf8" });
  expect(said.split("\0")).toEqual(TEXTS.map(mended));
});

const PLACE: Place = {
  root: "http://127.0.0.1:8000/api/datasets/sample",
  site: "http://127.0.0.1:8000/",
  name: "sample",
};
const at = { layer: 16, unit: 750 };
const hostile = (text: string): Question[] => [
  { kind: "search", search: { ...FIRST_SEARCH, q: text } },
  { kind: "units", sort: text, where: [text] },
  { kind: "report", run: text },
  { kind: "trace", id: text },
  {
    kind: "live-trace",
    model: text,
    source: "mlp",
    body: { text, metric: `logit:${text}`, baseline_text: text },
  },
  { kind: "score", at, text, seed: 0, model: text },
];

test("every line of every hostile question is one line, and its words are as many as those of a tame one", () => {
  const words = (line: string) =>
    execFileSync("bash", ["-c", `neuronscope() { echo $#; }; ${line}`], { encoding: "utf8" }).trim();
  const tame = hostile("tame").map((question) => words(howLines(PLACE, question).command));
  for (const text of ["$(touch owned)", "a'; echo b; '", "\n\u001b[2J", "a b\tc", '"']) {
    const lines = hostile(text).map((question) => howLines(PLACE, question));
    expect(lines.map(({ command }) => words(command))).toEqual(tame);
    for (const { command, curl, python } of lines)
      for (const line of [command, curl, python]) expect(line).not.toMatch(/\p{Cc}/u);
  }
});

test("a query that begins with a dash is no option", () => {
  const { command } = howLines(PLACE, { kind: "search", search: { ...FIRST_SEARCH, q: "-x" } });
  expect(command).toMatch(/ -- -x$|-- '-x'$/);
});

test("the lines name the place of the dataset, and a folder where the address cannot be read", () => {
  const told = (root: string) => howLines({ ...PLACE, root }, { kind: "logits", at });
  expect(told(PLACE.root)).toEqual({
    title: "Output logits",
    command: `neuronscope show ${PLACE.root} 16:750 --part logits --json`,
    curl: `curl -gsS --compressed ${PLACE.root}/logits/16/750.json`,
    python: `from neuronscope.dataset import open_dataset; print(open_dataset("${PLACE.root}").read("logits", 16, 750).decode())`,
    notes: [],
  });
  expect(told("https://example.org/data/").command).toContain("show https://example.org/data 16:750");
  const other = told("http://lab.example:8000/api/datasets/sample");
  expect(other.command).toBe("neuronscope show ./sample 16:750 --part logits --json");
  expect(other.curl).toContain("http://lab.example:8000/");
  expect(other.notes).toHaveLength(1);
});

test("units are asked for with everything that was chosen", () => {
  const { command, curl, python } = howLines(PLACE, {
    kind: "units",
    sort: "density",
    order: "asc",
    layers: [3, 5],
    where: ["density<=0.01", "kurtosis>=20"],
    units: [at, { layer: 3, unit: 1 }],
    dead: false,
    maxDensity: 1e-7,
    limit: 50,
  });
  expect(command).toBe(
    `neuronscope units ${PLACE.root} --sort=density --ascending --layers=3,5 --max-density=0.0000001 --alive ` +
      `--where='density<=0.01' --where='kurtosis>=20' --units=16:750,3:1 --limit 50 --json`,
  );
  const query = new URL(/'(.*)'/.exec(curl)?.[1] ?? "").searchParams;
  expect([...query]).toEqual([
    ["sort", "density"], ["order", "asc"], ["layer", "3,5"], ["max_density", "0.0000001"], ["dead", "false"],
    ["where", "density<=0.01"], ["where", "kurtosis>=20"], ["units", "16:750,3:1"], ["limit", "50"],
  ]); // biome-ignore format: a table
  expect(python).toContain('where=(read_condition("density<=0.01"), read_condition("kurtosis>=20"),)');
});

test("numbers have no exponents", () => {
  for (const [value, text] of [
    [0.5, "0.5"],
    [1e-7, "0.0000001"],
    [-2.5e-9, "-0.0000000025"],
    [3, "3"],
  ] as const)
    expect(decimal(value)).toBe(text);
});

test("the command of the whole report names its run", () => {
  expect(reportPage(PLACE, "2026-x")).toEqual({
    command: `neuronscope report ${PLACE.root} --run=2026-x --html report.html`,
    note: null,
  });
  const far = reportPage({ ...PLACE, root: "http://lab.example/api/datasets/sample" }, null);
  expect(far.command).toBe("neuronscope report ./sample --html report.html");
  expect(far.note).toMatch(/run the command where the dataset's folder is\.$/);
});

test("a folder of a site of files holds one part of a dataset, so that no command reads it", () => {
  const released = { "collated-activations": "r/1a", explanations: "r/2b", rows: "r/3c" };
  expect(addressOf({ places: released })).toBeNull();
  expect(addressOf({ places: { search: "r/1a" } })).toBeNull();
  expect(reportPage(null, null)).toEqual({
    command: "neuronscope report DATASET --html report.html",
    note: "DATASET is the folder that this site was made of.",
  });
});

test("a dataset that stays where it is has the address under which its parts lie", () => {
  const at = "https://host.example/data";
  const parts = ["collated-activations", "explanations", "related-neurons/weight-based"];
  const places = Object.fromEntries(parts.map((part) => [part, `${at}/${part}`]));
  expect(addressOf({ places })).toBe(at);
  expect(addressOf({ places: { ...places, logits: "https://other.example/logits" } })).toBeNull();
});
