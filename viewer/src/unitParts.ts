/** The files of a unit's relations: a part's name in, how to ask for one unit's file of it out, checked on arrival. */
import { Problem, unitQuery } from "./api";
import type {
  ConnectedNeurons,
  DatasetEntry,
  LogitTable,
  Neighbours,
  RelatedNeurons,
  TokensAndWeights,
  TokensByActivation,
  TokensByWeight,
  UnitAddress,
} from "./nouns";
import type { Query } from "./queries";

/** A part that a dataset may offer. */
export type UnitPart<T> = {
  part: string;
  query: (dataset: DatasetEntry, at: UnitAddress) => Query<T>;
};

type Lists = readonly (readonly unknown[])[];

/** `listsOf` names the lists that stand side by side: of different lengths, nothing of them can be drawn truthfully. */
const unitPart = <T extends object>(part: string, listsOf: (found: T) => Lists[]): UnitPart<T> => ({
  part,
  query: (dataset, at) => {
    const { key, ask } = unitQuery<T>(part)(dataset, at);
    return { key, ask: async (signal) => paired(await ask(signal), listsOf) };
  },
});

function paired<T>(found: T, listsOf: (found: T) => Lists[]): T {
  const sound = (lists: Lists) =>
    lists.every((list) => Array.isArray(list) && list.length === lists[0]?.length);
  try {
    if (listsOf(found).every(sound)) return found;
  } catch {
    // a list that must be there is not
  }
  throw new Problem(
    200,
    "The file is broken: a list is missing, or has another length than the one beside it.",
  );
}

const weighted = ({ tokens, strengths }: TokensAndWeights): Lists => [tokens, strengths];
const connected = (end: ConnectedNeurons): Lists[] => [
  [end.top_positive_neurons, end.top_positive_weights, end.top_positive_units ?? end.top_positive_neurons],
  [end.top_negative_neurons, end.top_negative_weights, end.top_negative_units ?? end.top_negative_neurons],
];
const neighbours = (found: Neighbours): Lists[] => [[found.neighbours]];

export const tokensByActivation = unitPart<TokensByActivation>(
  "related-tokens/activation-based",
  ({ tokens, average_activations: means, counts }) => [[tokens, means, counts ?? tokens]],
);

export const tokensByWeight = unitPart<TokensByWeight>("related-tokens/weight-based", (found) => {
  const always = [found.input_positive, found.input_negative, found.output_positive, found.output_negative];
  const gated = [found.up_positive, found.up_negative].filter((side) => side != null);
  return [...always, ...gated].map(weighted);
});

export const unitsByWeight = unitPart<RelatedNeurons>("related-neurons/weight-based", (found) =>
  [found.c_fc, found.c_proj, found.c_fc_up, found.c_proj_up].flatMap((end) => (end ? connected(end) : [])),
);

export const unitsByActivation = unitPart<Neighbours>("related-neurons/activation-based", neighbours);
export const unitsByDecoder = unitPart<Neighbours>("related-neurons/decoder-based", neighbours);
export const logits = unitPart<LogitTable>("logits", ({ top, bottom }) => [weighted(top), weighted(bottom)]);
