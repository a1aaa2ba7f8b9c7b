/**
 * What a person chose on a unit's workbench, and its link: the path and the query in, the choice out, and back. What a
 * link says wrongly is as it was at first. Pure.
 */
import type { UnitAddress } from "./nouns";
import type { Beside } from "./simulated";

/** Which of the two explanations the mistakes are shown of. */
export type Side = "before" | "after";

/**
 * `before` and `after` name explanations as candidates.ts does, null what the page itself would choose; `over` and
 * `under` are how many mistakes of each kind are listed; `open` names those shown with their whole text.
 */
export type Bench = {
  before: string | null;
  after: string | null;
  side: Side;
  beside: Beside;
  seed: number;
  over: number;
  under: number;
  open: readonly string[];
};

export const STEP = 10; // mistakes listed at first, and more at a time
const MOST = 500;
const LARGEST_SEED = 2 ** 31 - 1; // the server's

export const FIRST_BENCH: Bench = {
  before: null,
  after: null,
  side: "after",
  beside: "side",
  seed: 0,
  over: STEP,
  under: STEP,
  open: [],
};

const INDEX = /^\d{1,9}$/;
const CANDIDATE = /^(e\d{1,4}|t\d{1,4}|p\.[0-9a-z]{1,32})$/;
const OPEN = /^[ou]\d{1,4}\.\d{1,6}$|^texts$/;
const MOST_OPEN = 100;

/** The unit that stands behind the tool's name; null where none does. */
export function unitOf(rest: readonly string[]): UnitAddress | null {
  const [layer = "", unit = ""] = rest;
  if (rest.length !== 2 || !INDEX.test(layer) || !INDEX.test(unit)) return null;
  return { layer: Number(layer), unit: Number(unit) };
}

export function parseBench(query: string): Bench {
  const asked = new URLSearchParams(query);
  const of = (name: string) => asked.get(name) ?? "";
  const candidate = (name: string) => (CANDIDATE.test(of(name)) ? of(name) : null);
  const listed = (name: string) => Math.min(MOST, wholeNumber(of(name), STEP));
  const beside = of("beside");
  return {
    before: candidate("before"),
    after: candidate("after"),
    side: of("side") === "before" ? "before" : "after",
    beside: beside === "overlaid" || beside === "difference" ? beside : "side",
    seed: seedOf(of("seed")) ?? 0,
    over: Math.max(STEP, listed("over")),
    under: Math.max(STEP, listed("under")),
    open: of("open")
      .split(",")
      .filter((name) => OPEN.test(name))
      .slice(0, MOST_OPEN),
  };
}

const wholeNumber = (text: string, otherwise: number): number =>
  INDEX.test(text) ? Number(text) : otherwise;

/** A seed as it was typed; null where it is none that the server takes. */
export function seedOf(text: string): number | null {
  const seed = /^\d{1,10}$/.test(text.trim()) ? Number(text) : null;
  return seed === null || seed > LARGEST_SEED ? null : seed;
}

/** The query of a link, shortest form: what is as it was at first is left out. */
export function formatBench(bench: Bench): string {
  const names = Object.keys(FIRST_BENCH) as (keyof Bench)[];
  const changed = names.filter((name) => String(bench[name] ?? "") !== String(FIRST_BENCH[name] ?? ""));
  return changed.map((name) => `${name}=${String(bench[name])}`).join("&");
}

export type BenchChange = (from: (bench: Bench) => Bench) => void;
