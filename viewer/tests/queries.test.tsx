import { act, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Queries, QueriesContext, type Query, useQuery } from "../src/queries";

/** A query whose answers are given by hand, one call after the other. */
function byHand(key = "unit", again?: (data: string) => number | null) {
  const calls: { give: (data: string) => void; fail: () => void; signal: AbortSignal }[] = [];
  const ask = (signal: AbortSignal) =>
    new Promise<string>((give, fail) => {
      calls.push({ give, fail: () => fail(new Error("refused")), signal });
      signal.addEventListener("abort", () => fail(new Error("called off")));
    });
  const query: Query<string> = again ? { key, ask, again } : { key, ask };
  return { query, calls };
}
const soon = () => act(() => vi.advanceTimersByTimeAsync(1));

function Shown({
  query,
  wanted = true,
  name = "shown",
}: {
  query: Query<string>;
  wanted?: boolean;
  name?: string;
}) {
  const { data, error, isFetching, refetch } = useQuery(query, wanted);
  return (
    <button type="button" aria-label={name} onClick={refetch}>
      {`${data ?? "-"} ${error?.message ?? "-"} ${isFetching}`}
    </button>
  );
}
const within = (queries: Queries, children: React.ReactNode) => (
  <StrictMode>
    <QueriesContext value={queries}>{children}</QueriesContext>
  </StrictMode>
);
const shown = (name = "shown") => screen.getByRole("button", { name }).textContent;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("an answer is asked for once, for everybody, and is there at once for whoever comes later", async () => {
  const queries = new Queries();
  const { query, calls } = byHand();
  const both = [<Shown key="one" query={query} />, <Shown key="two" query={{ ...query }} name="other" />];
  const { unmount } = render(within(queries, both));
  await soon();
  expect(shown()).toBe("- - true");
  calls[0]?.give("hello");
  await soon();
  expect([shown(), shown("other")]).toEqual(["hello - false", "hello - false"]);
  unmount();
  await soon();
  render(within(queries, <Shown query={query} name="later" />));
  expect(shown("later")).toBe("hello - false");
  expect(calls).toHaveLength(1);
});

test("a failure is said, and asked for again only on demand; what was known stays", async () => {
  const { query, calls } = byHand();
  render(within(new Queries(), <Shown query={query} />));
  calls[0]?.fail();
  await soon();
  expect(shown()).toBe("- refused false");
  act(() => screen.getByRole("button").click());
  expect(shown()).toBe("- refused true");
  calls[1]?.give("hello");
  await soon();
  expect(shown()).toBe("hello - false");
  act(() => screen.getByRole("button").click());
  calls[2]?.fail();
  await soon();
  expect(shown()).toBe("hello refused false");
  expect(calls).toHaveLength(3);
});

test("what nobody waits for any more is called off, and asked for anew by the next", async () => {
  const queries = new Queries();
  const { query, calls } = byHand();
  const { unmount } = render(within(queries, <Shown query={query} />));
  expect(calls).toHaveLength(1); // strict mode mounts twice
  unmount();
  await soon();
  expect(calls[0]?.signal.aborted).toBe(true);
  render(within(queries, <Shown query={query} />));
  expect(shown()).toBe("- - true");
  calls[1]?.give("hello");
  await soon();
  expect(shown()).toBe("hello - false");
});

test("nothing is asked for that is not wanted", async () => {
  const { query, calls } = byHand();
  const queries = new Queries();
  const { rerender } = render(within(queries, <Shown query={query} wanted={false} />));
  await soon();
  expect([shown(), calls.length]).toEqual(["- - false", 0]);
  rerender(within(queries, <Shown query={query} />));
  await soon();
  expect([shown(), calls.length]).toEqual(["- - true", 1]);
});

test("what may be wanted next is there when it is, and is not called off", async () => {
  const queries = new Queries();
  const { query, calls } = byHand();
  queries.prefetch(query);
  queries.prefetch(query);
  calls[0]?.give("hello");
  await soon();
  render(within(queries, <Shown query={query} />));
  expect([shown(), calls.length]).toEqual(["hello - false", 1]);
});

test("what failed before anybody wanted it is tried anew by the first who does", async () => {
  const queries = new Queries();
  const { query, calls } = byHand();
  queries.prefetch(query);
  calls[0]?.fail();
  await soon();
  render(within(queries, <Shown query={query} />));
  expect([shown(), calls.length]).toEqual(["- - true", 2]);
});

test("an answer that may change is asked for again while somebody looks", async () => {
  const { query, calls } = byHand("site", (data) => (data === "opening" ? 1000 : null));
  const { unmount } = render(within(new Queries(), <Shown query={query} />));
  calls[0]?.give("opening");
  await soon();
  await act(() => vi.advanceTimersByTimeAsync(1000));
  expect(calls).toHaveLength(2);
  calls[1]?.fail(); // what is known may still change
  await soon();
  await act(() => vi.advanceTimersByTimeAsync(1000));
  calls[2]?.give("opening");
  await soon();
  unmount();
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(calls).toHaveLength(3);
});

test("what has changed is asked for anew, also while an answer from before is on its way", async () => {
  const queries = new Queries();
  const { query, calls } = byHand();
  const { unmount } = render(within(queries, <Shown query={query} />));
  act(() => queries.changed("unit"));
  expect(calls[0]?.signal.aborted).toBe(true);
  calls[0]?.give("before");
  calls[1]?.give("after");
  await soon();
  expect(shown()).toBe("after - false");
  act(() => queries.changed("unit"));
  expect(shown()).toBe("after - true"); // what is known stays until it is replaced
  calls[2]?.give("later");
  await soon();
  expect(shown()).toBe("later - false");
  unmount();
  await soon();
  queries.changed("unit");
  queries.changed("nobody asked for this");
  expect(calls).toHaveLength(3); // nobody looks
  expect(queries.known(query).data).toBeUndefined();
});

test("what others may change is asked for anew by whoever comes when nobody looks", async () => {
  const queries = new Queries();
  const { query: plain, calls } = byHand();
  const query = { ...plain, fleeting: true };
  const one = <Shown key="one" query={query} />;
  const first = render(within(queries, [one]));
  calls[0]?.give("hello");
  await soon();
  first.rerender(within(queries, [one, <Shown key="two" query={query} name="other" />]));
  await soon();
  expect(calls).toHaveLength(1);
  first.unmount();
  await soon();
  render(within(queries, <Shown query={query} />));
  expect(shown()).toBe("hello - true");
  calls[1]?.give("hello again");
  await soon();
  expect(shown()).toBe("hello again - false");
});

test("what was used longest ago is forgotten", async () => {
  const queries = new Queries();
  const asked = vi.fn(async () => "x");
  const query = (place: number): Query<string> => ({ key: `unit ${place}`, ask: asked });
  for (let place = 0; place < 300; place++) {
    queries.prefetch(query(place));
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(queries.known(query(299)).data).toBe("x");
  expect(queries.known(query(0)).data).toBeUndefined();
});

test("the first answer is waited for, good or bad, and what is known is there without asking", async () => {
  const queries = new Queries();
  const { query, calls } = byHand();
  const first = queries.first(query);
  calls[0]?.give("hello");
  expect(await first).toEqual({ data: "hello", error: null, isFetching: false });
  expect((await queries.first(query)).data).toBe("hello");
  expect(calls).toHaveLength(1);
  const refused = byHand("other");
  const second = queries.first(refused.query);
  refused.calls[0]?.fail();
  expect((await second).error?.message).toBe("refused");
});
