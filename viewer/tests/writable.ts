/** A pretended server that people write on: it keeps what is sent, knows its writers by X-Owner, and logs every request. */
import type { Job, ScoredExplanation, Votes, Written } from "../src/nouns";
import { answers, explained } from "./samples";

const UNIT = "api/datasets/sample/units/5/131";
const ANNOTATIONS = "api/datasets/sample/annotations/5/131.json";
export const FIRST = "a".repeat(43); // the secret that the first writer is given

export const written = (with_: Partial<Written> = {}): Written => ({
  id: "1".padStart(32, "0"),
  explanation: "verbs of rest",
  author: "Bo",
  created: "2026-01-02T12:00:00Z",
  edited: null,
  up: 2,
  down: 0,
  own: false,
  vote: 0,
  ...with_,
});

export const job = (state: Job["state"], with_: Partial<Job> = {}): Job => ({
  id: "j",
  asked: { dataset: "sample", layer: 5, unit: 131, text: "verbs of rest", seed: 0 },
  state,
  progress: { done: 0, total: null },
  result: null,
  detail: null,
  ...with_,
});

/** What a job answers with that scored a text as `explained` was scored. */
export const scored = (text: string): Job =>
  job("done", {
    asked: { ...job("done").asked, text },
    result: { ...pick(explained), unit: { layer_index: 5, neuron_index: 131 }, text } as Job["result"],
  });
const pick = ({ scores, baselines, provenance }: ScoredExplanation) => ({ scores, baselines, provenance });

type Asked = { method: string; path: string; owner: string | null; token: string | null; body: unknown };

export class Writable {
  asked: Asked[] = [];
  people: (Written & { writer?: string })[] = [];
  votes: Votes[] = [{ explanation: "f".repeat(64), up: 1, down: 0, vote: 0 }];
  next: (Response | Error | Promise<Response>)[] = []; // how the next writes are answered instead
  jobs: (Job | Response | Error)[] = []; // how a job stands, look after look; the last one stays
  private secrets = 0;

  constructor(private readonly files: Record<string, unknown>) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    const path = new URL(String(input)).pathname.slice(1);
    const method = init?.method ?? "GET";
    const owner = headers.get("X-Owner");
    const body = init?.body ? JSON.parse(String(init.body)) : undefined;
    this.asked.push({ method, path, owner, token: headers.get("Authorization"), body });
    if (method === "GET") return this.read(path, owner);
    const instead = this.next.shift();
    if (instead instanceof Error) throw instead;
    if (instead) return instead;
    return this.write(method, path, owner ?? this.secret(), body);
  };

  readonly writes = () => this.asked.filter(({ method }) => method !== "GET");

  private secret(): string {
    this.secrets += 1;
    return this.secrets === 1 ? FIRST : `${this.secrets}`.padStart(43, "b");
  }

  private async read(path: string, owner: string | null): Promise<Response> {
    if (path === ANNOTATIONS && !(ANNOTATIONS in this.files)) {
      const explanations = this.people.map(({ writer, ...one }) => ({
        ...one,
        own: writer === owner && !!owner,
      }));
      return Response.json({ layer: 5, unit: 131, explanations, votes: this.votes });
    }
    if (path.startsWith("api/jobs/")) {
      const found = this.jobs.length > 1 ? this.jobs.shift() : this.jobs[0];
      if (found instanceof Error) throw found;
      return found instanceof Response ? found.clone() : Response.json(found);
    }
    return answers(this.files)(new URL(path, document.baseURI));
  }

  // biome-ignore lint/suspicious/noExplicitAny: the body is what the page sent, which the tests look at
  private write(method: string, path: string, owner: string, body: any): Response {
    const id = path.split("/").at(-1);
    const handed = { headers: { "X-Owner": owner } };
    if (method === "POST" && path === `${UNIT}/explanations`) {
      const text = body.text.trim();
      if (!text) return refusal(422, "The explanation is empty: write what the unit responds to.");
      const one = written({ id: `n${this.people.length}`, explanation: text, author: body.author, up: 0 });
      this.people.push({ ...one, writer: owner });
      return Response.json({ ...one, own: true }, { status: 201, ...handed });
    }
    if (path === `${UNIT}/votes`) {
      const target =
        this.people.find((one) => one.id === body.explanation) ??
        this.votes.find((one) => one.explanation === body.explanation);
      if (!target) return refusal(404, "Nobody wrote it.");
      if (target.vote === 1) target.up -= 1;
      if (target.vote === -1) target.down -= 1;
      target.vote = body.value;
      if (body.value === 1) target.up += 1;
      if (body.value === -1) target.down += 1;
      return Response.json(target, handed);
    }
    if (path === `${UNIT}/score`) return Response.json({ job: `j${this.asked.length}` }, { status: 202 });
    if (path.startsWith("api/jobs/")) {
      this.jobs = [job("cancelled")];
      return Response.json(this.jobs[0]);
    }
    const one = this.people.find((other) => other.id === id);
    if (!one) return refusal(404, "Nobody wrote it.");
    if (method === "DELETE") {
      this.people = this.people.filter((other) => other !== one);
      return new Response(null, { status: 204 });
    }
    Object.assign(one, { explanation: body.text, author: body.author, edited: "2026-01-03T12:00:00Z" });
    return Response.json(one);
  }
}

export const refusal = (status: number, detail: string): Response =>
  Response.json({ title: "Refused", status, detail }, { status });
