/** A prompt is traced by a live model: begins its job, looks at it, cancels it. Late: only a site with such a model loads this. */
import { fileUrl, getObject, Problem, send } from "./api";
import { kept } from "./keeping";
import type { GivenTrace, TraceJob } from "./nouns";
import type { Query } from "./queries";

const JOB_MS = 700; // how often a job is looked at

const jobUrl = (model: string, id: string) => fileUrl("api", "models", model, "traces", `${id}.json`);

function armed(): Record<string, string> {
  const token = kept("token");
  return token ? { Authorization: `Bearer ${token}` } : {};
}

export const running = ({ state }: TraceJob): boolean => state === "queued" || state === "running";

/** How a trace stands, with its result once it is done; looked at until then. */
export function traceJobQuery(model: string, id: string): Query<TraceJob> {
  const url = jobUrl(model, id);
  return {
    key: url,
    ask: (signal) => getObject<TraceJob>(url, signal, armed()),
    again: (job) => (running(job) ? JOB_MS : null),
  };
}

/** The id of the trace that was begun. Throws Problem. */
export async function startTrace(model: string, given: GivenTrace): Promise<string> {
  const { answer } = await send<TraceJob>("POST", fileUrl("api", "models", model, "trace"), armed(), given);
  if (typeof answer?.id === "string") return answer.id;
  throw new Problem(200, "The answer has another shape than the viewer knows: it has no id.");
}

export const cancelTrace = (model: string, id: string) => send("DELETE", jobUrl(model, id), armed());

const keptUrl = (model: string, id: string, dataset: string) =>
  fileUrl("api", "models", model, "traces", id, "kept", dataset);

/** Puts the trace into the dataset, by an id of its words. Throws Problem, such as where that is taken. */
export const keepTrace = async (model: string, id: string, dataset: string): Promise<void> => {
  await send("PUT", keptUrl(model, id, dataset), armed());
};

/** Takes it out again. Throws Problem, where the dataset has another one in its place. */
export const removeKept = async (model: string, id: string, dataset: string): Promise<void> => {
  await send("DELETE", keptUrl(model, id, dataset), armed());
};
