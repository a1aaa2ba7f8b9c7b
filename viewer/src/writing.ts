/**
 * What people write, on its way to the server and back; api.ts sends it. Who one is stands in a secret that the server
 * hands out with the first write and that this browser keeps. Late: only a site that can be written loads this.
 */
import { fileUrl, getObject, Problem, send } from "./api";
import { keep, kept } from "./keeping";
import type {
  DatasetEntry,
  GivenExplanation,
  GivenText,
  Job,
  JobStarted,
  UnitAddress,
  UnitAnnotations,
  Vote,
  Votes,
  Written,
} from "./nouns";
import type { Query } from "./queries";

const OWNER = "X-Owner";
const SECRET = /^[\w-]{32,128}$/; // any other would be refused with every request

export type Unit = { dataset: DatasetEntry; at: UnitAddress };

function identity(): Record<string, string> {
  const [owner, token] = [kept("owner"), kept("token")];
  return {
    ...(owner && SECRET.test(owner) && { [OWNER]: owner }),
    ...(token && { Authorization: `Bearer ${token}` }),
  };
}

let last: Promise<unknown> = Promise.resolve();

/** What a reader shows, so that what is its own is marked. */
export function reading(): Record<string, string> {
  const { Authorization: _, ...headers } = identity();
  return headers;
}

/** One write after the other: the second goes with the secret that came with the first, and the last one counts. */
export function write<T extends object>(
  method: "POST" | "PUT" | "DELETE",
  url: string,
  body?: object,
): Promise<T> {
  const mine = last.then(async () => {
    const { answer, headers } = await send<T>(method, url, identity(), body).catch(forgetToken);
    const handedOut = headers.get(OWNER);
    if (handedOut) keep("owner", handedOut);
    return answer as T;
  });
  last = mine.catch(() => {}); // whoever asked for it is told
  return mine;
}

/** A token that is refused is no token: it is asked for again. */
function forgetToken(problem: unknown): never {
  if (problem instanceof Problem && problem.status === 401) keep("token", null);
  throw problem;
}

const datasetUrl = ({ dataset }: Unit, ...path: (string | number)[]) =>
  fileUrl("api", "datasets", dataset.name, ...path);
const unitUrl = (unit: Unit, ...path: string[]) =>
  datasetUrl(unit, "units", unit.at.layer, unit.at.unit, ...path);

/** What people wrote about a unit, with what is this reader's own marked. */
export function annotationsQuery(unit: Unit): Query<UnitAnnotations> {
  const url = datasetUrl(unit, "annotations", unit.at.layer, `${unit.at.unit}.json`);
  const ask = async (signal: AbortSignal) => {
    const found = await getObject<UnitAnnotations>(url, signal, reading());
    if (Array.isArray(found.explanations) && Array.isArray(found.votes)) return found;
    throw new Problem(200, "The answer has another shape than the viewer knows: it has no lists.");
  };
  return { key: url, ask, fleeting: true };
}

export const suggest = (unit: Unit, given: GivenExplanation) =>
  write<Written>("POST", unitUrl(unit, "explanations"), given);

export const edit = (unit: Unit, id: string, given: GivenExplanation) =>
  write<Written>("PUT", unitUrl(unit, "explanations", id), given);

export const remove = (unit: Unit, id: string) => write<never>("DELETE", unitUrl(unit, "explanations", id));

/** A vote on a person's explanation, by its id, or on one of the dataset's own, by its text's hash; 0 takes it back. */
export const vote = (unit: Unit, explanation: string, value: Vote) =>
  write<Votes>("POST", unitUrl(unit, "votes"), { explanation, value });

export const startScore = (unit: Unit, given: GivenText) =>
  write<JobStarted>("POST", unitUrl(unit, "score"), given);

const JOB_MS = 600; // how often a job is looked at; a question to a model takes about as long
export const running = (job: Job): boolean => job.state === "queued" || job.state === "running";

export function jobQuery(id: string): Query<Job> {
  const url = fileUrl("api", "jobs", id);
  return {
    key: url,
    ask: (signal) => getObject<Job>(url, signal),
    again: (job) => (running(job) ? JOB_MS : null),
  };
}

export const cancelJob = (id: string) => write<Job>("DELETE", fileUrl("api", "jobs", id));
