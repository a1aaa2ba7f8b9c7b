/** The pages of lists and the dialog that adds to one, over a pretended network: this browser's, the site's, the dataset's. */
import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App";
import "../src/pages/ListsPage"; // here already, so that no test waits for its script
import "../src/panes/AddToList";
import { newList } from "../src/lists";
import type { KeptList } from "../src/nouns";
import { Queries, QueriesContext } from "../src/queries";
import { packed } from "../src/shared";
import { keepLists, shelfOf } from "../src/shelf";
import { answers, manifest, site, table, unit } from "./samples";

const ROOT = "api/datasets/sample";
const own = {
  title: "First steps",
  note: "Easy ones.",
  units: [
    { layer: 5, unit: 131, label: "Sitting", description: "cats" },
    { layer: 2, unit: 7 },
  ],
};
const full: Record<string, unknown> = {
  "api/site.json": site,
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/lists.json`]: { lists: [own] },
  [`${ROOT}/units/2.json`]: { ...table, explanation: ["words for seven", null, null] },
  [`${ROOT}/collated-activations/5/131.json`]: unit,
  [`${ROOT}/explanations/5/131.json`]: { neuron_id: unit.neuron_id, scored_explanations: [] },
};
const writing = { ...full, "api/site.json": { ...site, writing: true } };

/** A pretended site that keeps lists; `fetch` answers as the server does. */
class Lists {
  kept: KeptList[] = [];
  refuse: [number, string] | null = null;

  readonly fetch: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname.slice(1);
    if (path !== `${ROOT}/lists` && !path.startsWith(`${ROOT}/lists/`)) return answers(writing)(input);
    const id = path.split("/")[4];
    const method = init?.method ?? "GET";
    if (method !== "GET" && this.refuse) return problem(...this.refuse);
    const one = this.kept.find((list) => list.id === id);
    if (id && !one) return problem(404, "Nobody keeps it here.");
    if (method === "GET") return Response.json(one ?? { lists: this.kept.map(summary) });
    if (method === "DELETE") this.kept = this.kept.filter((list) => list !== one);
    if (method === "DELETE") return new Response(null, { status: 204 });
    const body = JSON.parse(String(init?.body));
    if (one && body.version !== one.version) return problem(409, "This list has changed: open it again.");
    const made = one ?? served({ id: String(this.kept.length).padStart(32, "0") });
    Object.assign(made, body, { version: one ? one.version + 1 : 1, own: true });
    if (!one) this.kept.push(made);
    return Response.json({ ...made }, { status: one ? 200 : 201, headers: { "X-Owner": "a".repeat(43) } });
  };
}

const served = (with_: Partial<KeptList> = {}): KeptList => ({
  id: "0".repeat(32),
  title: "Shared verbs",
  note: null,
  units: [],
  created: "2026-01-02T12:00:00Z",
  edited: null,
  version: 1,
  own: false,
  ...with_,
});
const summary = ({ units, ...list }: KeptList) => ({ ...list, units: units.length, holds: null });
const problem = (status: number, detail: string) => Response.json({ title: "x", status, detail }, { status });

function open(hash: string, fetched: typeof fetch = answers(full)): void {
  vi.stubGlobal("fetch", fetched);
  window.history.replaceState(null, "", hash);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
}
const heading = (name: string | RegExp) => screen.findByRole("heading", { level: 1, name });
const pane = (name: string) => screen.findByRole("region", { name });
const rows = async () => within(await pane("Units")).findAllByRole("listitem");
const places = async () =>
  (await rows()).map((row) => within(row).getByRole("link").textContent?.replace(/^\w+ /, ""));
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const unitsHere = () =>
  shelfOf("sample").kept.map(({ list }) => list.units.map(({ layer, unit }) => `${layer}:${unit}`));
const keep = (title: string, ...units: [number, number][]) =>
  keepLists("sample", [
    newList(
      title,
      units.map(([layer, unit]) => ({ layer, unit })),
    ),
  ])[0]?.id ?? "";

beforeEach(() => localStorage.clear());

test("all lists are told by where they are kept; what a site cannot keep is not there", async () => {
  keep("Verbs", [5, 40]);
  open("#/d/sample/lists");
  expect(await heading("Lists")).toBeVisible();
  expect(within(await pane("In this browser")).getByRole("link")).toHaveTextContent("Verbs");
  expect(await within(await pane("The dataset’s own")).findByRole("link")).toHaveAttribute(
    "href",
    "#/d/sample/lists/own-1",
  );
  expect(screen.queryByRole("region", { name: "On this site" })).toBeNull();
  expect(document.title).toBe("Lists · A sample");
});

test("a list is made, and one without a title is refused at the field", async () => {
  const user = userEvent.setup();
  open("#/d/sample/lists");
  expect(await screen.findByText(/None yet/)).toBeVisible();
  await user.click(button("New list"));
  const title = screen.getByRole("textbox", { name: "Title" });
  expect(title).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(await screen.findByText(/has no title/)).toBeVisible();
  await user.type(title, "Verbs{Enter}");
  expect(await heading("Verbs")).toBeVisible();
  expect(screen.getByText(/No units yet/)).toBeVisible();
  await user.click(button("Undo"));
  expect(await screen.findByText(/not kept in this browser/)).toBeVisible();
});

test("pasted text is imported, and what cannot be read keeps the text", async () => {
  const user = userEvent.setup();
  open("#/d/sample/lists");
  await user.click(await screen.findByRole("button", { name: "Import" }));
  const field = screen.getByRole("textbox", { name: /lists.json/ });
  await user.type(field, "# Verbs{Enter}5:131 sitting{Enter}five");
  await user.click(screen.getAllByRole("button", { name: "Import" })[1] as HTMLElement);
  expect(await screen.findByText(/Line 3, “five”, names no unit/)).toBeVisible();
  await user.type(field, "{Backspace}{Backspace}{Backspace}{Backspace}2:7");
  await user.click(screen.getAllByRole("button", { name: "Import" })[1] as HTMLElement);
  expect(await screen.findByText("Imported 1 list with 2 units.")).toBeVisible();
  expect(unitsHere()).toEqual([["5:131", "2:7"]]);
});

test("a file is read into the field, and its name is the title of lines that have none", async () => {
  const user = userEvent.setup();
  open("#/d/sample/lists");
  await user.click(await screen.findByRole("button", { name: "Import" }));
  await user.upload(
    screen.getByLabelText("A file"),
    new File(["5:131 sitting"], "my verbs.txt", { type: "text/plain" }),
  );
  await waitFor(() =>
    expect(screen.getByRole("textbox", { name: /lists.json/ })).toHaveValue("5:131 sitting"),
  );
  await user.click(screen.getAllByRole("button", { name: "Import" })[1] as HTMLElement);
  await screen.findByText(/Imported 1 list/);
  expect(shelfOf("sample").kept[0]?.list.title).toBe("my verbs");
});

test("a list shows what is said and known of each unit, and which are not there", async () => {
  open(`#/d/sample/lists/${keep("Verbs", [5, 131], [2, 7], [5, 41])}`);
  expect(await places().catch(() => null)).toBeNull(); // the third is no link
  const [first, second, third] = await rows();
  expect(await within(first as HTMLElement).findByText("sat")).toHaveClass("peak");
  expect(within(first as HTMLElement).getByRole("link")).toHaveAttribute("href", "#/d/sample/5/131");
  expect(await within(second as HTMLElement).findByText("words for seven")).toBeVisible();
  expect(second).toHaveTextContent("max 1");
  expect(third).toHaveTextContent("5:41is not in this dataset");
});

test("units are moved by button and by key with the focus staying, noted, and removed; each is undone", async () => {
  const user = userEvent.setup();
  open(`#/d/sample/lists/${keep("Verbs", [5, 131], [2, 7], [5, 40])}`);
  await rows();
  expect(button("Move 5:131 up")).toBeDisabled();
  await user.click(button("Move 5:131 down"));
  await waitFor(async () => expect(await places()).toEqual(["2:7", "5:131", "5:40"]));
  expect(button("Move 5:131 down")).toHaveFocus();
  expect(screen.getByText("Moved 5:131 to place 2 of 3.")).toBeVisible();
  screen.getByRole("link", { name: /5:40/ }).focus();
  await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
  await waitFor(() => expect(unitsHere()).toEqual([["2:7", "5:40", "5:131"]]));
  await user.click(button("Undo"));
  await waitFor(() => expect(unitsHere()).toEqual([["2:7", "5:131", "5:40"]]));

  await user.click(button("Note about 2:7"));
  await user.type(screen.getByRole("textbox", { name: "Label of 2:7" }), "seven");
  await user.type(screen.getByRole("textbox", { name: "Description of 2:7" }), "a number{Escape}");
  expect(screen.queryByRole("textbox", { name: "Label of 2:7" })).toBeNull();
  await waitFor(() => expect(button("Note about 2:7")).toHaveFocus());
  await user.keyboard("{Enter}");
  await user.type(screen.getByRole("textbox", { name: "Label of 2:7" }), "seven{Enter}");
  expect(await within((await rows())[0] as HTMLElement).findByText("seven")).toBeVisible();

  await user.click(button("Remove 2:7"));
  await waitFor(async () => expect(await places()).toEqual(["5:131", "5:40"]));
  expect(screen.getByRole("link", { name: /5:131/ })).toHaveFocus();
  await user.click(button("Undo"));
  await waitFor(async () => expect(await places()).toEqual(["2:7", "5:131", "5:40"]));
  expect(screen.getByText("Undone.")).toBeVisible();
  expect(screen.getByText("Undone.").closest(".said")).toHaveFocus(); // the button is gone
});

test("j and k walk the units", async () => {
  const user = userEvent.setup();
  open(`#/d/sample/lists/${keep("Verbs", [5, 131], [2, 7])}`);
  await rows();
  await user.keyboard("jj");
  expect(screen.getByRole("link", { name: /2:7/ })).toHaveFocus();
  await user.keyboard("k");
  expect(screen.getByRole("link", { name: /5:131/ })).toHaveFocus();
});

test("a list is renamed, merged with another and deleted; it comes back from the page of all", async () => {
  const user = userEvent.setup();
  keep("Nouns", [5, 131], [5, 900], [2, 7]);
  open(`#/d/sample/lists/${keep("Verbs", [5, 131], [2, 7])}`);
  await rows();
  await user.click(button("Title and note"));
  await user.type(screen.getByRole("textbox", { name: "Title" }), " of rest{Enter}");
  expect(await heading("Verbs of rest")).toBeVisible();
  await user.click(button("Merge"));
  await user.click(
    within(
      screen.getByRole("combobox", { name: "Add the units of" }).closest("form") as HTMLElement,
    ).getByRole("button", { name: "Merge" }),
  );
  expect(await screen.findByText("Added 1 unit of “Nouns”. 2 duplicates kept once.")).toBeVisible();
  await user.click(button(/^Delete/));
  await user.click(button(/^Click again to delete/));
  expect(await heading("Lists")).toBeVisible();
  expect(screen.getByText("Deleted “Verbs of rest”.")).toBeVisible();
  await user.click(button("Undo"));
  expect(await screen.findByRole("link", { name: "Verbs of rest" })).toBeVisible();
  expect(unitsHere()).toEqual([
    ["5:131", "5:900", "2:7"],
    ["5:131", "2:7", "5:900"],
  ]);
});

test("the dataset's own can be looked at, shared and copied, and not changed", async () => {
  const user = userEvent.setup();
  open("#/d/sample/lists/own-1");
  expect(await heading("First steps")).toBeVisible();
  expect((await rows())[0]).toHaveTextContent(/5:131\s*Sitting.*cats/);
  expect(screen.queryByRole("button", { name: /Remove|Delete|Merge|Move/ })).toBeNull();
  await user.click(button("Keep a copy"));
  expect(await screen.findByText("Kept a copy, “First steps”.")).toBeVisible();
  expect(shelfOf("sample").kept[0]?.list).toEqual(own);
  cleanup();
  open("#/d/sample/lists/own-9");
  expect(await screen.findByText(/has only 1 lists/)).toBeVisible();
});

test("a list in a link alone is shown and can be kept", async () => {
  const user = userEvent.setup();
  open(
    `#/d/sample/lists?shared=${await packed(newList("Verbs", [{ layer: 5, unit: 131, label: "<b>sit</b>" }]))}`,
  );
  expect(await heading("Verbs")).toBeVisible();
  expect(screen.getByText("<b>sit</b>")).toBeVisible();
  expect(screen.getByText(/in this link alone/)).toBeVisible();
  await user.click(button("Keep a copy"));
  await screen.findByText(/Kept a copy/);
  expect(unitsHere()).toEqual([["5:131"]]);
});

test.each(["lists?shared=nonsense", "lists?shared="])("%s is refused with a sentence", async (link) => {
  open(`#/d/sample/${link}`);
  expect(await screen.findByText(/The list in this link cannot be read/)).toBeVisible();
});

test.each(["lists/nothing", "lists/own-1/more"])("%s is no list", async (link) => {
  open(`#/d/sample/${link}`);
  expect(await screen.findByText("No list has this address.")).toBeVisible();
});

test("a list that is too long for a link is offered as a file", async () => {
  const user = userEvent.setup();
  const units = Array.from({ length: 1000 }, (_, place) => ({
    layer: place % 7,
    unit: (place * 7919) % 99991,
    label: `${Math.sin(place)}`,
  }));
  const [{ id } = { id: "" }] = keepLists("sample", [newList("Many", units)]);
  open(`#/d/sample/lists/${id}`);
  await heading("Many");
  expect(await rows()).toHaveLength(50);
  await user.click(button("Share"));
  expect(
    await screen.findByText(/too long for a link: it would have [\d,]+ characters, and 8,000 is the most/),
  ).toBeVisible();
});

test("what is kept here in a later form is said, can be saved and laid aside", async () => {
  const user = userEvent.setup();
  localStorage.setItem("neuronscope-lists-sample", '{"version": 9}');
  open("#/d/sample/lists");
  expect(await screen.findByText(/A later version of this viewer keeps lists here/)).toBeVisible();
  await user.click(button("New list"));
  await user.type(screen.getByRole("textbox", { name: "Title" }), "Verbs{Enter}");
  expect(await screen.findByText(/Nothing was changed/)).toBeVisible();
  await user.click(button("Lay it aside and begin anew"));
  expect(await screen.findByText(/None yet/)).toBeVisible();
});

test("on a site that can be written a list is made, changed, and others only look", async () => {
  const user = userEvent.setup();
  const lists = new Lists();
  lists.kept.push(served({ id: "f".repeat(32) }));
  open("#/d/sample/lists", lists.fetch);
  expect(await within(await pane("On this site")).findByRole("link")).toHaveTextContent("Shared verbs");
  await user.click(button("New list"));
  await user.selectOptions(screen.getByRole("combobox", { name: "Kept" }), "site");
  await user.type(screen.getByRole("textbox", { name: "Title" }), "Verbs{Enter}");
  expect(await heading("Verbs")).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Title and note" }));
  await user.type(screen.getByRole("textbox", { name: "Title" }), " of rest{Enter}");
  expect(await heading("Verbs of rest")).toBeVisible();
  await user.click(button("Title and note"));
  await user.type(screen.getByRole("textbox", { name: "Title" }), "s{Enter}"); // of the version that was answered
  expect(await heading("Verbs of rests")).toBeVisible();
  expect(lists.kept[1]).toMatchObject({ title: "Verbs of rests", version: 3 });
  await user.click(button("Share"));
  expect(await screen.findByLabelText("The address of this list")).toHaveValue(window.location.href);
  cleanup();
  open(`#/d/sample/lists/${"f".repeat(32)}`, lists.fetch);
  expect(await heading("Shared verbs")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Delete|Title/ })).toBeNull();
});

test("a change that the site refuses is said, and the list stays as it was", async () => {
  const user = userEvent.setup();
  const lists = new Lists();
  lists.kept.push(
    served({
      own: true,
      units: [
        { layer: 5, unit: 131 },
        { layer: 2, unit: 7 },
      ],
    }),
  );
  open(`#/d/sample/lists/${"0".repeat(32)}`, lists.fetch);
  await rows();
  lists.refuse = [409, "This list has changed since it was opened: open it again."];
  await user.click(button("Remove 5:131"));
  expect(await screen.findByText(/has changed since it was opened/)).toBeVisible();
  expect(await places()).toEqual(["5:131", "2:7"]);
});

test("a adds the unit to a list by its name, the last one first, marks those that have it, and undoes it", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131");
  await heading(/Neuron 131/);
  await user.keyboard("a");
  const field = await screen.findByRole("combobox", { name: "Add 5:131 to a list" });
  expect(field).toHaveFocus();
  expect(screen.getByText(/There is no list yet/)).toBeVisible();
  await user.keyboard("Verbs{Enter}");
  expect(await screen.findByText("Added 5:131 to “Verbs”.")).toBeVisible();
  expect(unitsHere()).toEqual([["5:131"]]);
  act(() => void keep("Adverbs", [5, 40]));
  await user.keyboard("a");
  const options = await screen.findAllByRole("option");
  expect(options.map(({ textContent }) => textContent)).toEqual(["Verbsis in it", "Adverbs"]);
  expect(options[0]).toHaveAttribute("aria-selected", "true");
  await user.keyboard("{Enter}");
  expect(await screen.findByText("It is in “Verbs” already.")).toBeVisible();
  await user.keyboard("a");
  await screen.findAllByRole("option");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(await screen.findByText("Added 5:131 to “Adverbs”.")).toBeVisible();
  expect(unitsHere()).toEqual([["5:131"], ["5:40", "5:131"]]);
  await user.click(button("Undo"));
  await waitFor(() => expect(unitsHere()).toEqual([["5:131"], ["5:40"]]));
});

test("a adds to a list on the site too", async () => {
  const user = userEvent.setup();
  const lists = new Lists();
  lists.kept.push(served({ own: true, title: "Mine" }), served({ id: "f".repeat(32), title: "Not mine" }));
  open("#/d/sample/5/131", lists.fetch);
  await heading(/Neuron 131/);
  await user.click(button("Add to a list"));
  expect((await screen.findAllByRole("option")).map(({ textContent }) => textContent)).toEqual([
    "Mineon this site",
  ]);
  await user.keyboard("{Enter}");
  expect(await screen.findByText("Added 5:131 to “Mine”.")).toBeVisible();
  expect(lists.kept[0]).toMatchObject({ version: 2, units: [{ layer: 5, unit: 131 }] });
  await user.click(button("Undo"));
  await waitFor(() => expect(lists.kept[0]).toMatchObject({ version: 3, units: [] }));
});
