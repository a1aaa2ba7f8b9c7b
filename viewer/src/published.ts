/**
 * The names that fields have in files of later releases, made those that this viewer knows: an object as it was published in,
 * the same in today's form out. By the place in which an object stands, as explainer/neuronscope/codec.py has it. Pure.
 */

type Shape = {
  names?: Readonly<Record<string, string>>; // today's name by the other
  digits?: readonly string[]; // fields whose numbers may be texts
  inside?: Readonly<Record<string, Shape>>; // what stands in a field, alone or in a list
};

const ID: Shape = {
  names: { layer: "layer_index", idx: "neuron_index" },
  digits: ["layer_index", "neuron_index"],
};
const SIMULATION: Shape = { names: { unit: "activation_scale" } };
const SCORED_SEQUENCE: Shape = {
  names: { sequence_simulation: "simulation" },
  inside: { simulation: SIMULATION },
};
const EXPLANATION: Shape = {
  names: { explanation_or_baseline: "explanation" },
  inside: { scored_simulation: { inside: { scored_sequence_simulations: SCORED_SEQUENCE } } },
};

const SHAPES: Readonly<Record<string, Shape>> = {
  "collated-activations": { inside: { neuron_id: ID } },
  explanations: {
    names: { scored_explanation_or_baseline_list: "scored_explanations" },
    inside: { neuron_id: ID, scored_explanations: EXPLANATION },
  },
};

/** The object of a unit's file, whose names are those of this viewer; of parts that were never renamed as it is. */
export const inTodaysForm = <T extends object>(found: T, part: string): T =>
  SHAPES[part] ? (named(found, SHAPES[part]) as T) : found;

function named(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return value.map((one) => named(one, shape));
  if (typeof value !== "object" || value === null) return value;
  const { names = {}, digits = [], inside = {} } = shape;
  const made: Record<string, unknown> = {};
  for (const [key, content] of Object.entries(value)) {
    const name = names[key] ?? key;
    if (name !== key && name in value) continue; // both are there: today's counts
    made[name] = inside[name] ? named(content, inside[name]) : content;
  }
  for (const name of digits) {
    const written = made[name];
    if (typeof written === "string" && /^\d{1,15}$/.test(written)) made[name] = Number(written);
  }
  return made;
}
