/** What a live model says of a prompt as it stands, kept while it is asked anew. */
import { liveQuery } from "../liveAsking";
import type { DatasetEntry, LiveActivations, Predictions } from "../nouns";
import { expectingOf, type Given, givenOf, type Prompting } from "../prompt";
import { type Latest, useLatest } from "./useLatest";

export const TOP = 10; // alternatives to each token

export type Prompted = {
  given: (Given & { dataset: string }) | null; // null: there is nothing to read
  predictions: Latest<Predictions>;
  activations: Latest<LiveActivations>;
};

export function usePrompted(
  model: string,
  dataset: DatasetEntry,
  state: Prompting,
  typing: boolean,
): Prompted {
  const read = givenOf(state);
  const given = read && { ...read, dataset: dataset.name };
  const asked = given && { ...given, top_k: TOP, answers: [...state.answers], ...expectingOf(state) };
  const predictions = useLatest(asked && liveQuery(model, "predictions", asked), typing);
  const units = given && state.units.length > 0 && { ...given, units: [...state.units] };
  const activations = useLatest(units ? liveQuery(model, "activations", units) : null, typing);
  return { given, predictions, activations };
}
