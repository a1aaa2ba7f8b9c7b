/** What the page's script is given, as neuronscope/dashboards/shapes.py writes it; a field that is null may be left out. */
import type {
  LogitTable,
  Manifest,
  NeuronRecord,
  ScoredExplanation,
  TokensByActivation,
  TokensByWeight,
} from "./nouns";

/** A page of another form cannot be read by this script. */
export const FORM = 1;

export type ScaleOf = "unit" | "shared"; // full colour at each unit's own maximum, or at the largest of all

/** Above and below zero, of the first unit and of a second: "#rrggbb". */
export type Colours = readonly (readonly [string, string])[];

export type Look = { scale: ScaleOf; colours?: Colours | null; css?: string | null };

/** `key`: "12:345", or "7" where there are no layers. */
export type Entry = { key: string; name?: string | null; max?: number | null };

/** `tips`: what else is said of each token, a list per text: most positive, most negative, random, each quantile's. */
export type ShownUnit = {
  key: string;
  record: NeuronRecord;
  name?: string | null;
  explanations?: ScoredExplanation[] | null;
  tokens_by_activation?: TokensByActivation | null;
  tokens_by_weight?: TokensByWeight | null;
  logits?: LogitTable | null;
  tips?: (string | null)[][] | null;
};

/** One unit on a typed text; `max`: where its colour scale ends, above 0. */
export type OnlineUnit = {
  key: string;
  name?: string | null;
  max?: number | null;
  activations: (number | null)[];
};

export type OnlineAnswer = { text: string; tokens: string[]; units: OnlineUnit[]; ignored?: number[] | null };

export type Online = {
  text: string;
  units: string[];
  highlighted: string[];
  tooltip: string[];
  responds: boolean;
  answer?: OnlineAnswer | null;
};

export type Head = {
  title: string;
  form: number;
  kind: "records" | "online";
  look: Look;
  directory: Entry[];
  total: number;
  block: number;
  provenance?: Omit<Manifest, "layers"> | null;
  online?: Online | null;
  version?: string | null;
};

export type Payload = { head: Head; units: ShownUnit[] };

/** A whole file, which somebody may save. */
export type Saving = { name: string; html: string };
