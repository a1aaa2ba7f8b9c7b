/**
 * What a live model is asked; api.ts sends it. An answer is known by what was asked, so the same is never asked twice,
 * and what nobody waits for any more is called off. Late: only a site with such a model loads this.
 */
import { ask, fileUrl, getObject, objectIn, objectOf, Problem } from "./api";
import { eventsOf } from "./events";
import { kept } from "./keeping";
import type {
  Generation,
  GenerationStep,
  GivenActivations,
  GivenGeneration,
  GivenPredictions,
  GivenTopUnits,
  LiveActivations,
  ModelCard,
  Predictions,
  TopUnits,
} from "./nouns";
import type { Query } from "./queries";

type Asks = {
  activations: [GivenActivations, LiveActivations];
  "top-units": [GivenTopUnits, TopUnits];
  predictions: [GivenPredictions, Predictions];
};

const MOST_PAUSE_S = 30; // a server that asks for more of it is not worth waiting for unasked

export function cardQuery(model: string, dataset: string): Query<ModelCard> {
  const url = `${fileUrl("api", "models", model)}?dataset=${encodeURIComponent(dataset)}`;
  return { key: url, ask: (signal) => getObject<ModelCard>(url, signal) };
}

/** What a live model answers to an ask of that kind. */
export function liveQuery<K extends keyof Asks>(
  model: string,
  kind: K,
  given: Asks[K][0],
): Query<Asks[K][1]> {
  const url = fileUrl("api", "models", model, kind);
  const body = JSON.stringify(given);
  return {
    key: `${url} ${body}`,
    ask: async (signal) => objectOf<Asks[K][1]>(await post(url, body, signal)),
  };
}

/** One thing of a generation: a token, or at last all of it. */
export type Said = { step: GenerationStep } | { whole: Generation };

/** A generation as it comes. Throws Problem; lets an abort through. */
export async function* generated(
  model: string,
  given: GivenGeneration,
  signal: AbortSignal,
): AsyncGenerator<Said, void> {
  const response = await post(fileUrl("api", "models", model, "generate"), JSON.stringify(given), signal);
  if (!response.ok || !response.body) await objectOf(response);
  else
    for await (const { name, data } of eventsOf(response.body)) {
      if (name === "step") yield { step: objectIn<GenerationStep>(data, 200) };
      else if (name === "failed") {
        const { status, detail } = objectIn<{ status: number; detail: string }>(data, 200);
        throw new Problem(status, detail);
      } else if (name === "done") return yield { whole: objectIn<Generation>(data, 200) };
    }
  throw new Problem(200, "The tokens ended before the model did; they may have been cut off on the way.");
}

/** Sends an ask, once more where the server says that it is too busy and when to come again. */
async function post(url: string, body: string, signal: AbortSignal): Promise<Response> {
  const token = kept("token");
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...(token && { Authorization: `Bearer ${token}` }),
  };
  const once = () => ask(url, { method: "POST", body, headers, signal });
  const response = await once();
  const wait = Number(response.headers.get("Retry-After") ?? 1);
  if (response.status !== 429 || !(wait <= MOST_PAUSE_S)) return response;
  await pause(1000 * wait, signal);
  return once();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      fail(signal.reason);
    });
  });
}
