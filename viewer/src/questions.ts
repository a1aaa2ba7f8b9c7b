/** What can be asked of a dataset, and how each kind of line names the dataset. Pure. */
import type {
  DatasetEntry,
  GivenActivations,
  GivenGeneration,
  GivenPredictions,
  GivenTopUnits,
  GivenTrace,
  UnitAddress,
} from "./nouns";
import { pythonString as py, shellWord } from "./quoting";
import type { Search } from "./search";

export const MOST_ASKED = 500; // units that the server gives at once

export type UnitPartKind = "record" | "statistics" | "explanations" | "logits" | "written";
export type TokensBy = "activation-based" | "weight-based";
export type NeuronsBy = TokensBy | "decoder-based";

/** Units in an order, as `units` of the server and of the command line know them; what is left out is as it is at first. */
export type UnitsQuestion = {
  kind: "units";
  sort?: string;
  order?: "asc" | "desc";
  layers?: readonly number[];
  where?: readonly string[]; // such as density<=0.01
  units?: readonly UnitAddress[];
  dead?: boolean;
  minScore?: number;
  maxDensity?: number;
  limit?: number;
};

/** What is asked of a live model, as it is sent; `token`: the site asks for one. */
export type LiveQuestion = {
  kind: "live";
  path: "activations" | "top-units" | "predictions" | "generate";
  model: string;
  body: Partial<GivenActivations & GivenTopUnits & GivenPredictions & GivenGeneration>;
  token?: boolean;
};

/** A trace that a live model made, as it would be asked for again; `source`: what kind of units these are. */
export type LiveTraceQuestion = {
  kind: "live-trace";
  model: string;
  source: string;
  body: GivenTrace;
  token?: boolean;
};

/** `dataset`: another one than the page is about. */
export type Question = Asked & { dataset?: DatasetEntry };
type Asked =
  | { kind: "manifest" | "lists" | "puzzles" | "puzzle-results" | "traces" | "reports" | "scores" }
  | { kind: UnitPartKind; at: UnitAddress }
  | { kind: "related-tokens"; by: TokensBy; at: UnitAddress }
  | { kind: "related-neurons"; by: NeuronsBy; at: UnitAddress }
  | UnitsQuestion
  | { kind: "search"; search: Search; limit?: number }
  | LiveQuestion
  | { kind: "compare"; units: readonly UnitAddress[] }
  | { kind: "matches"; other: string; layer: number }
  | { kind: "report"; run: string }
  | { kind: "trace"; id: string }
  | LiveTraceQuestion
  | { kind: "score"; at: UnitAddress; text: string; seed: number; model?: string; token?: boolean };

/** `root`: the whole address of the dataset's files; `site`: that of the page, below which is `api/`. */
export type Place = { root: string; site: string; name: string };
export type Lines = { title: string; command: string; curl: string; python: string; notes: string[] };

/** What answers one question, before it is said where that runs. */
export type Written = Omit<Lines, "notes"> & { notes?: string[] };

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\//;

/**
 * The address of a dataset of a site of files, as commands read it: where it stays as it is on another host. Null where its
 * parts lie in folders of the site, each of which holds but one of them.
 */
export function addressOf({ places }: Pick<DatasetEntry, "places">): string | null {
  const roots = Object.entries(places ?? {}).map(([part, place]) =>
    /^https?:/.test(place) && place.endsWith(`/${part}`) ? place.slice(0, -part.length - 1) : null,
  );
  return new Set(roots).size === 1 ? (roots[0] ?? null) : null;
}

/** The dataset as each kind of line names it. */
export class Where {
  readonly readable: boolean;
  private readonly root: string;
  constructor(private readonly place: Place) {
    this.root = place.root.replace(/\/+$/, "");
    this.readable = LOOPBACK.test(`${this.root}/`) || this.root.startsWith("https://");
  }
  private get dataset(): string {
    return this.readable ? this.root : `./${this.place.name}`;
  }
  get word(): string {
    return shellWord(this.dataset);
  }
  get python(): string {
    return `open_dataset(${py(this.dataset)})`;
  }
  get string(): string {
    return py(this.dataset);
  }
  url(path: string): string {
    return `${this.root}/${path}`;
  }
  api(path: string): string {
    return new URL(`api/${path}`, this.place.site).href;
  }
}

export const OPEN = "from neuronscope.dataset import open_dataset; ";
export const get = (url: string): string => `curl -gsS --compressed ${shellWord(url)}`;
