/** What people write about a unit, over a pretended server that keeps it; and sites that cannot be written. */
import { act, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { App } from "../src/App";
import { unfinished } from "../src/keeping";
import type { Site } from "../src/nouns";
import { Queries, QueriesContext } from "../src/queries";
import { explained, manifest, site, unit } from "./samples";
import { FIRST, job, refusal, scored, Writable, written } from "./writable";

const ROOT = "api/datasets/sample";
const EXPLANATIONS = `${ROOT}/explanations/5/131.json`;
const model: Site["models"][0] = { name: "tiny-llm", use: "scoring", status: "ready", detail: null };
const files = {
  "api/site.json": { ...site, writing: true },
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/collated-activations/5/131.json`]: unit,
  [EXPLANATIONS]: { neuron_id: unit.neuron_id, scored_explanations: [explained] },
};
const scoring = { "api/site.json": { ...site, writing: true, scoring: true, models: [model] } };

function open(server: Writable, fetch = server.fetch): ReturnType<typeof render> {
  vi.stubGlobal("fetch", fetch);
  window.history.replaceState(null, "", "#/d/sample/5/131");
  return render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
}
/** What asks a server whose answers to some addresses wait until `answer` is called. */
function holding(server: Writable, some: RegExp): { held: typeof fetch; answer: () => void } {
  let answer = () => {};
  const called = new Promise<void>((done) => {
    answer = done;
  });
  const held: typeof fetch = async (input, init) => {
    if (some.test(String(input))) await called;
    return server.fetch(input, init);
  };
  return { held, answer };
}
const user = userEvent.setup();
const people = () => screen.findByRole("region", { name: "From people" });
const button = (name: string | RegExp) => screen.findByRole("button", { name });
const field = (name: RegExp) => screen.findByRole("textbox", { name });
const votesOn = (text: string) => screen.findByRole("group", { name: `Votes on “${text}”` });
/** A click of its own, however soon after another. */
const press = async (name: string | RegExp) => {
  const found = await button(name);
  act(() => found.click());
};
const settled = () => act(() => new Promise((done) => setTimeout(done, 30)));

// The late part is read from disk when it is first asked for, and a step of these tests is a whole page's.
vi.setConfig({ testTimeout: 30_000 });
beforeAll(async () => {
  configure({ asyncUtilTimeout: 5000 });
  await import("../src/panes/People");
});
afterAll(() => configure({ asyncUtilTimeout: 1000 }));
afterEach(() => {
  localStorage.clear();
  unfinished.clear();
});

test("a site that cannot be written shows nothing of it and asks for nothing", async () => {
  const server = new Writable({ ...files, "api/site.json": site });
  open(server);
  expect(await screen.findByText("words for sitting")).toBeVisible();
  await settled();
  expect(screen.queryByRole("region", { name: "From people" })).toBeNull();
  expect(screen.queryByRole("button", { name: /Suggest|vote|Score/ })).toBeNull();
  expect(server.asked.filter(({ path }) => /annotations|jobs/.test(path))).toEqual([]);
});

test("people's explanations stand below the dataset's, newest first, with their writers and times", async () => {
  const server = new Writable(files);
  server.people = [
    written({ id: "a", explanation: "verbs of rest", edited: "2026-01-03T12:00:00Z" }),
    written({ id: "b", explanation: "<script>alert(1)</script> مرحبا", author: null, up: 0, down: 1 }),
  ];
  open(server);
  const list = within(await people());
  expect(await list.findByRole("heading", { name: "From people" })).toBeVisible();
  const items = list.getAllByRole("listitem");
  expect(items.map((item) => item.querySelector(".explanation")?.textContent)).toEqual([
    "<script>alert(1)</script> مرحبا",
    "verbs of rest",
  ]);
  expect(items[0]).toHaveTextContent("by somebody · 2 Jan 2026");
  expect(items[1]).toHaveTextContent("by Bo · 2 Jan 2026 · edited 3 Jan 2026");
  expect(items[1]).toHaveTextContent("not scored");
  expect(list.queryByRole("button", { name: /^(Edit|Delete)/ })).toBeNull(); // others wrote them
});

test("many explanations of people: the newest five are shown and the others asked for", async () => {
  const server = new Writable(files);
  server.people = Array.from({ length: 7 }, (_, place) =>
    written({ id: `${place}`, explanation: `no ${place}` }),
  );
  open(server);
  expect(await screen.findByText("no 2")).toBeVisible();
  expect(screen.queryByText("no 1")).toBeNull();
  await user.click(screen.getByText("2 older explanations"));
  expect(await screen.findByText("no 0")).toBeVisible();
  expect(window.location.hash).toContain("open=older");
});

test("a unit that nobody has explained says so until somebody does", async () => {
  const server = new Writable({ ...files, [EXPLANATIONS]: undefined });
  open(server);
  const sentence = "This neuron has not been explained in words yet.";
  expect(await screen.findByText(sentence)).toBeVisible();
  await user.click(await button("Suggest an explanation"));
  await user.type(await field(/What does this neuron respond to/), " rest {Enter}and sleep ");
  await user.type(await field(/Your name/), "Ada");
  await user.click(await button("Suggest"));
  expect(await screen.findByText("Your explanation is kept.")).toBeVisible();
  await waitFor(async () => expect(await people()).toHaveTextContent("by Ada · 2 Jan 2026 · yours"));
  expect(screen.queryByText(sentence)).toBeNull();
  expect(await button("Suggest an explanation")).toHaveFocus();
  expect(server.writes()).toEqual([
    expect.objectContaining({ owner: null, body: { text: " rest \nand sleep ", author: "Ada" } }),
  ]);
  expect(server.asked.at(-1)).toMatchObject({ method: "GET", owner: FIRST }); // asked again, and as who one is
  await user.click(await button("Suggest an explanation"));
  expect(await field(/Your name/)).toHaveValue("Ada");
  expect(await field(/What does this/)).toHaveValue("");
});

test("nothing can be pressed before it is known what stands above it", async () => {
  const server = new Writable({ ...files, [EXPLANATIONS]: undefined });
  const { held, answer } = holding(server, /\/annotations\//);
  open(server, held);
  await people();
  await settled();
  expect(screen.queryByRole("button", { name: "Suggest an explanation" })).toBeNull();
  answer();
  await button("Suggest an explanation");
  expect(screen.getByText("This neuron has not been explained in words yet.")).toBeVisible();
});

test("what is refused is a sentence at its field, and nothing that was written is lost", async () => {
  const server = new Writable(files);
  open(server);
  await user.click(await button("Suggest an explanation"));
  const text = await field(/What does this/);
  expect(text).toHaveFocus();
  await user.click(await button("Suggest"));
  await waitFor(() => expect(text).toHaveAccessibleDescription(/^The explanation is empty/));
  expect(text).toBeInvalid();
  expect(text).toHaveFocus();
  await user.type(text, "rest");
  server.next.push(refusal(422, "The author has 90 characters; at most 80 are kept. Shorten the name."));
  await user.click(await button("Suggest"));
  await waitFor(async () => expect(await field(/Your name/)).toBeInvalid());
  expect(text).toBeValid();
  for (const [answer, sentence] of [
    [
      refusal(409, "This unit has 200 explanations that people wrote; no more are kept."),
      /has 200 explanations/,
    ],
    [new TypeError("refused"), /No answer from localhost:3000/],
  ] as const) {
    server.next.push(answer);
    await user.click(await button("Suggest"));
    expect(await screen.findByText(sentence)).toBeVisible();
    expect(text).toBeValid();
    expect(text).toHaveValue("rest");
  }
  await user.click(await button("Close"));
  await user.click(await button("Go on writing"));
  expect(await field(/What does this/)).toHaveValue("rest");
});

test("while it is sent the button says so, and a second click sends nothing", async () => {
  const server = new Writable(files);
  open(server);
  await user.click(await button("Suggest an explanation"));
  await user.type(await field(/What does this/), "rest");
  let answer: (response: Response) => void = () => {};
  server.next.push(new Promise((give) => (answer = give)));
  await user.click(await button("Suggest"));
  await user.click(await button("Sending …"));
  expect(server.writes()).toHaveLength(1);
  await act(async () => answer(Response.json(written(), { status: 201 })));
  expect(await screen.findByText("Your explanation is kept.")).toBeVisible();
});

test("a draft waits while other pages are looked at", async () => {
  open(new Writable(files));
  await user.click(await button("Suggest an explanation"));
  await user.type(await field(/What does this/), "half a thought");
  await act(async () => {
    window.location.hash = "#/d/sample/5/40";
  });
  expect(await button("Suggest an explanation")).toBeVisible();
  await act(async () => {
    window.location.hash = "#/d/sample/5/131";
  });
  await user.click(await button("Go on writing"));
  expect(await field(/What does this/)).toHaveValue("half a thought");
});

test("one's own is edited in its place, and one can leave that", async () => {
  localStorage.setItem("neuronscope-owner", FIRST);
  const server = new Writable(files);
  server.people = [
    { ...written({ id: "mine" }), writer: FIRST },
    written({ id: "other", explanation: "naps" }),
  ];
  open(server);
  await user.click(await button("Edit “verbs of rest”"));
  expect(screen.getByText(/changed words begin without any/)).toBeVisible();
  await user.type(await field(/What does this/), " and sleep");
  await user.click(await button("Cancel"));
  expect(await button("Edit “verbs of rest”")).toHaveFocus();
  await user.click(await button("Edit “verbs of rest”"));
  expect(await field(/What does this/)).toHaveValue("verbs of rest");
  await user.type(await field(/What does this/), " and sleep");
  await user.click(await button("Keep the change"));
  expect(await button("Edit “verbs of rest and sleep”")).toHaveFocus();
  expect(await people()).toHaveTextContent("edited 3 Jan 2026 · yours");
  expect(server.writes()).toEqual([
    expect.objectContaining({
      method: "PUT",
      path: "api/datasets/sample/units/5/131/explanations/mine",
      owner: FIRST,
      body: { text: "verbs of rest and sleep", author: "Bo" },
    }),
  ]);
  expect(screen.queryByRole("button", { name: "Edit “naps”" })).toBeNull();
});

test("one's own is deleted by a second click, and its words can be written again", async () => {
  localStorage.setItem("neuronscope-owner", FIRST);
  const server = new Writable(files);
  server.people = [{ ...written({ id: "mine" }), writer: FIRST }];
  open(server);
  await user.dblClick(await button("Delete “verbs of rest”")); // the second click is not yet an answer
  expect(server.writes()).toEqual([]);
  await user.tab();
  expect(await button("Delete “verbs of rest”")).toBeVisible(); // left: it no longer asks
  server.next.push(new TypeError("refused"));
  await press("Delete “verbs of rest”");
  await press("Click again to delete “verbs of rest”");
  expect(await screen.findByText(/No answer from/)).toBeVisible();
  (await button("Delete “verbs of rest”")).focus();
  await user.keyboard("{Enter}{Escape}{Enter}{Enter}");
  expect(await screen.findByText("Deleted, with its votes: “verbs of rest”")).toBeVisible();
  expect(await button("Write it again")).toHaveFocus();
  await waitFor(() => expect(screen.queryByRole("button", { name: /^Edit/ })).toBeNull());
  await user.click(await button("Write it again"));
  expect(await button("Edit “verbs of rest”")).toBeVisible();
  expect(server.writes().at(-1)?.body).toEqual({ text: "verbs of rest", author: "Bo" });
});

test("a vote stays pressed, is taken back by a second click, and says its counts in words", async () => {
  const server = new Writable(files);
  server.people = [written()];
  open(server);
  const mine = within(await votesOn("verbs of rest"));
  await user.click(mine.getByRole("button", { name: "2 votes for it" }));
  expect(
    await mine.findByRole("button", { name: "3 votes for it, with yours", pressed: true }),
  ).toBeVisible();
  await user.click(mine.getByRole("button", { name: "0 votes against it" }));
  expect(await mine.findByRole("button", { name: "1 vote against it, with yours" })).toBeVisible();
  expect(mine.getByRole("button", { name: "2 votes for it", pressed: false })).toBeVisible();
  await user.click(mine.getByRole("button", { name: "1 vote against it, with yours" }));
  expect(await mine.findByRole("button", { name: "0 votes against it" })).toBeVisible();
  expect(server.writes().map(({ owner, body }) => [owner, body])).toEqual([
    [null, { explanation: written().id, value: 1 }],
    [FIRST, { explanation: written().id, value: -1 }],
    [FIRST, { explanation: written().id, value: 0 }],
  ]);
});

test("the dataset's own explanations are voted on too; a refusal is a sentence beside", async () => {
  const server = new Writable(files);
  open(server);
  const own = within(await votesOn("words for sitting"));
  server.next.push(refusal(404, "sample has no explanation of this unit whose text has this SHA-256."));
  await user.click(own.getByRole("button", { name: "1 vote for it" }));
  expect(await screen.findByText(/has no explanation of this unit/)).toBeVisible();
  await user.click(own.getByRole("button", { name: "1 vote for it" }));
  expect(await own.findByRole("button", { name: "2 votes for it, with yours" })).toBeVisible();
  expect(screen.queryByText(/has no explanation of this unit/)).toBeNull();
  expect(server.writes().at(-1)?.body).toEqual({ explanation: "f".repeat(64), value: 1 });
});

test("a site that asks for a token takes it before it offers anything, and again once it is refused", async () => {
  const server = new Writable({ ...files, "api/site.json": { ...site, writing: true, token: true } });
  server.people = [written()];
  open(server);
  expect(await screen.findByText("2 votes for it, 0 votes against it")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Suggest an explanation" })).toBeNull();
  await user.click(screen.getByText("Write and vote here"));
  const token = await screen.findByLabelText(/asks for a token/);
  await user.type(token, "two words");
  await user.click(await button("Use this token"));
  expect(await screen.findByText(/no spaces/)).toBeVisible();
  await user.clear(token);
  await user.type(token, "wrong-wrong-wrong");
  await user.click(await button("Use this token"));
  await user.click(await button("Suggest an explanation"));
  await user.type(await field(/What does this/), "rest");
  server.next.push(refusal(401, "This site asks for a token before anything is written or run."));
  await user.click(await button("Suggest"));
  expect(await screen.findByText(/before anything is written or run\./)).toBeVisible();
  await user.type(await screen.findByLabelText(/asks for a token/), "right-right-right");
  await user.click(await button("Use this token"));
  expect(await field(/What does this/)).toHaveValue("rest");
  await user.click(await button("Suggest"));
  expect(await screen.findByText("Your explanation is kept.")).toBeVisible();
  expect(server.writes().map(({ token: sent }) => sent)).toEqual([
    "Bearer wrong-wrong-wrong",
    "Bearer right-right-right",
  ]);
  expect(server.asked.filter(({ method, token: sent }) => method === "GET" && sent)).toEqual([]);
});

test("words that cannot be fetched are a sentence with Retry, beside the dataset's own", async () => {
  const all: Record<string, unknown> = {
    ...files,
    [`${ROOT}/annotations/5/131.json`]: refusal(500, "The database is away."),
  };
  open(new Writable(all));
  expect(await within(await people()).findByRole("alert")).toHaveTextContent("The database is away.");
  expect(screen.getByText("words for sitting")).toBeVisible();
  all[`${ROOT}/annotations/5/131.json`] = { explanations: [written()], votes: [] };
  await user.click(await button("Retry"));
  expect(await screen.findByText("verbs of rest")).toBeVisible();
});

test("a text is scored: a step at a time, with baselines, and shown beside what was written", async () => {
  const server = new Writable({ ...files, ...scoring, [EXPLANATIONS]: undefined });
  server.people = [written()];
  server.jobs = [job("queued"), job("running", { progress: { done: 1, total: 4 } }), scored("verbs of rest")];
  open(server);
  expect(await screen.findByText("not scored yet")).toBeVisible();
  const score = await button("Score this text “verbs of rest”");
  await user.click(score);
  expect(await screen.findByText("Waiting until other texts are scored.")).toBeVisible();
  expect(await screen.findByText("1 of 4 questions answered by tiny-llm")).toBeVisible();
  expect(screen.getByRole("progressbar", { name: "Questions answered" })).toHaveValue(1);
  expect(await screen.findByText("Scored by tiny-llm.")).toBeVisible();
  expect(await people()).toHaveTextContent(
    "0.52 correlation of simulated with real activations over 640 tokens, 95% interval 0.41 to 0.63",
  );
  expect(await people()).toHaveTextContent("shuffled 0.02 · token lookup 0.31");
  expect(score).toHaveFocus();
  expect(server.writes()).toEqual([
    expect.objectContaining({
      path: "api/datasets/sample/units/5/131/score",
      body: { text: "verbs of rest" },
    }),
  ]);
});

test("a score is cancelled, fails, and is tried again", async () => {
  const server = new Writable({ ...files, ...scoring });
  server.people = [written()];
  server.jobs = [job("running", { progress: { done: 0, total: 4 } })];
  open(server);
  await user.click(await button("Score this text “verbs of rest”"));
  await screen.findByText("0 of 4 questions answered by tiny-llm");
  await press("Cancel “verbs of rest”");
  expect(await screen.findByText("Cancelled: not scored.")).toBeVisible();
  expect(server.writes().at(-1)).toMatchObject({
    method: "DELETE",
    path: expect.stringMatching(/^api.jobs.j/),
  });

  server.jobs = [job("failed", { detail: "This unit has no records to score on." })];
  await press("Score this text “verbs of rest”");
  expect(await screen.findByText("This unit has no records to score on.")).toBeVisible();
  server.next.push(refusal(503, "tiny-llm is still loading; try again in a little while."));
  await press("Try again “verbs of rest”");
  expect(await screen.findByText(/still loading/)).toBeVisible();
  server.jobs = [refusal(404, "There is no job 'j'.")];
  await press("Try again “verbs of rest”");
  expect(await screen.findByText(/no longer knows about this score/)).toBeVisible();
  server.jobs = [scored("verbs of rest")];
  await press("Try again “verbs of rest”");
  expect(await screen.findByText("Scored by tiny-llm.")).toBeVisible();
});

test("a score is cancelled before the server has said that it began", async () => {
  const server = new Writable({ ...files, ...scoring });
  server.people = [written()];
  server.jobs = [job("running", { progress: { done: 0, total: 4 } })];
  const { held, answer } = holding(server, /\/score$/);
  open(server, held);
  await user.click(await button("Score this text “verbs of rest”"));
  await screen.findByText("Asking for it …");
  await press("Cancel “verbs of rest”");
  expect(server.writes()).toEqual([]);
  answer();
  expect(await screen.findByText("Cancelled: not scored.")).toBeVisible();
  expect(server.writes().map(({ method }) => method)).toEqual(["POST", "DELETE"]);
});

test("what is not yet suggested is scored too; its scores say what they are of", async () => {
  const server = new Writable({ ...files, ...scoring });
  server.jobs = [scored("rest")];
  open(server);
  await user.click(await button("Suggest an explanation"));
  await user.type(await field(/What does this/), " rest");
  await user.click(await button("Score this text “rest”"));
  expect(await screen.findByText("Scored by tiny-llm.")).toBeVisible();
  await user.type(await field(/What does this/), " and sleep");
  expect(await screen.findByText("These scores are of “rest”, not of what stands here now.")).toBeVisible();
});

test("a site that scores and keeps nothing offers that alone", async () => {
  const server = new Writable({
    ...files,
    "api/site.json": { ...site, scoring: true, models: [model] },
    [EXPLANATIONS]: undefined,
  });
  server.jobs = [scored("rest")];
  open(server);
  expect(await screen.findByText(/not been explained in words yet/)).toBeVisible();
  await user.click(await button("Score a text"));
  await user.type(await field(/What does this/), "rest{Enter}");
  expect(screen.queryByRole("button", { name: "Suggest" })).toBeNull();
  await user.click(await button("Score this text “rest”"));
  expect(await screen.findByText("Scored by tiny-llm.")).toBeVisible();
  expect(server.asked.filter(({ path }) => path.includes("annotations"))).toEqual([]);
});

test("a model that could not be opened is a sentence, with no button", async () => {
  const broken = { ...model, status: "failed", detail: "There is no folder tiny-llm." };
  const server = new Writable({
    ...files,
    "api/site.json": { ...scoring["api/site.json"], models: [broken] },
  });
  server.people = [written()];
  open(server);
  expect(await screen.findByText("Texts cannot be scored now: There is no folder tiny-llm.")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Score/ })).toBeNull();
});
