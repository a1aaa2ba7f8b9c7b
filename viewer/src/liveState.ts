/** Whether a live model can be asked about a dataset, and why not, in a sentence. Pure. */
import type { DatasetEntry, Site, SiteModel } from "./nouns";
import type { LiveQuestion } from "./questions";
import { liveModel } from "./tools";

export type LiveState =
  | { state: "none"; said: string }
  | { state: "loading" | "failed" | "refused"; said: string; model: SiteModel }
  | { state: "ready"; model: SiteModel };

export function liveState(site: Site, dataset: DatasetEntry): LiveState {
  const model = liveModel(site, dataset);
  if (!model) return { state: "none", said: "This site has no model that runs, so no text can be tried." };
  if (model.status === "loading") return { state: "loading", model, said: `${model.name} is loading …` };
  if (model.status === "failed")
    return {
      state: "failed",
      model,
      said: `${model.name} could not be loaded: ${model.detail ?? "the server does not say why."}`,
    };
  if (model.datasets?.includes(dataset.name)) return { state: "ready", model };
  const why = model.refused?.[dataset.name] ?? "the server does not say why.";
  return { state: "refused", model, said: `${model.name} does not fit this dataset: ${why}` };
}

/** An ask of a live model as the lines behind "How?" put it. */
export const liveQuestion = (
  site: Site,
  model: string,
  path: LiveQuestion["path"],
  body: LiveQuestion["body"],
): LiveQuestion => ({ kind: "live", path, model, body, token: site.token === true });
