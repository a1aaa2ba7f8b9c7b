/** Units related to a unit: the files' lists in, titled lists of rows with what is known of each unit out. Pure. */
import type {
  ConnectedNeurons,
  LayerInfo,
  Neighbours,
  RelatedNeurons,
  UnitAddress,
  UnitGlance,
} from "./nouns";
import type { Relation } from "./related";
import { percent, short, twoDecimals } from "./tokens";
import { plural } from "./words";

/** `at` is null where `name` is no unit's; `known`: its score, or its maximum, in words; `value` as it is written. */
export type RelatedRow = {
  at: UnitAddress | null;
  name: string;
  value: string;
  explanation: string | null;
  known: string;
};

const FIRST = 5;
const NAME = /^(\d{1,9})_(\d{1,9})$/;

/** The units before and after one, by weight; of a gated one also those by its, or by their, up projections. */
export function connections(found: RelatedNeurons, name: string, noneBefore: string, noneAfter: string) {
  const { c_fc: up, c_proj: down, c_fc_up: upAgain, c_proj_up: downAgain } = found;
  const gated = upAgain || downAgain;
  const writers = `${name}s of earlier layers, by their weight into`;
  const readers = `${name}s of later layers, by its weight into`;
  return [
    connected("Upstream", `${writers} ${gated ? "its gate" : "it"}`, up, noneBefore),
    ...again("Upstream, up projection", `${writers} its up projection`, upAgain),
    connected("Downstream", `${readers} ${gated ? "their gates" : "them"}`, down, noneAfter),
    ...again("Downstream, up projections", `${readers} their up projections`, downAgain),
  ];
}

/** Without an end its sentence stands in the place of what the relation is about. */
function connected(
  title: string,
  about: string,
  end: ConnectedNeurons | null,
  none: string,
): Relation<RelatedRow> {
  if (!end) return { title, about: none, sides: [], first: 0 };
  const sides = [
    {
      name: "Positive",
      rows: rowsOf(end.top_positive_neurons, end.top_positive_weights, end.top_positive_units),
    },
    {
      name: "Negative",
      rows: rowsOf(end.top_negative_neurons, end.top_negative_weights, end.top_negative_units),
    },
  ];
  return { title, about, sides, first: FIRST };
}

/** The lists of a second projection wait until they are asked for. */
const again = (
  title: string,
  about: string,
  end: ConnectedNeurons | null | undefined,
): Relation<RelatedRow>[] => (end ? [{ ...connected(title, about, end, ""), first: 0 }] : []);

const rowsOf = (
  names: readonly string[],
  weights: readonly number[],
  units: readonly UnitGlance[] | null | undefined,
): RelatedRow[] =>
  names.map((name, place) => {
    const [, layer, unit] = NAME.exec(name) ?? [];
    const at = layer === undefined ? null : { layer: Number(layer), unit: Number(unit) };
    return rowOf(at, name, short(weights[place]), units?.[place]);
  });

function rowOf(
  at: UnitAddress | null,
  name: string,
  value: string,
  about: UnitGlance | null | undefined,
): RelatedRow {
  const { explanation = null, score = null, max = null } = about ?? {};
  const scored = score === null ? "" : `score ${twoDecimals(score)}`;
  return {
    at,
    name: at ? `${at.layer}:${at.unit}` : name,
    value,
    explanation,
    known: scored || (max === null ? "" : `max ${short(max)}`),
  };
}

const MEASURES: Record<string, readonly [title: string, about: string]> = {
  pearson: ["Active together", "correlation of the largest activations per text"],
  jaccard: ["Firing together", "of the texts in which either fires, the share in which both do"],
  "decoder cosine": ["Decoder direction", "cosine of the two decoder directions"],
};

/** Neighbours by measure, in the order of the file; `sequences`: over how many texts activations were compared. */
export function neighbourhoods({ neighbours }: Neighbours, sequences: number | null): Relation<RelatedRow>[] {
  const measures = [...new Set(neighbours.map(({ measure }) => measure))];
  return measures.map((measure) => {
    const [title, about] = (Object.hasOwn(MEASURES, measure) && MEASURES[measure]) || [measure, ""];
    const said = measure === "jaccard" ? percent : short; // a share; 99.9% is not all
    const over = measure === "pearson" && sequences !== null ? `, over ${plural(sequences, "text")}` : "";
    const rows = neighbours
      .filter((one) => one.measure === measure)
      .map(({ layer, unit, value, about: known }) => rowOf({ layer, unit }, "", said(value), known));
    return { title, about: about + over, sides: [{ name: "", rows }], first: FIRST };
  });
}

/** Why nothing is before or after the units of a layer. */
export function endOf(
  layers: readonly LayerInfo[] | undefined,
  layer: number,
  end: "first" | "last",
): string {
  const side = end === "first" ? "before" : "after";
  const others = layers?.filter(
    ({ index, units }) => units > 0 && (side === "before" ? index < layer : index > layer),
  );
  return others?.length === 0
    ? `None: this is the dataset's ${end} layer.`
    : `None: the file names no unit ${side} this layer.`;
}
