/** The palette over a pretended network, and keys with names. */
import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App";
import "../src/pages/Palette"; // here already, so that no test waits for its script
import { actionsHere, useKeys } from "../src/keys";
import { newList } from "../src/lists";
import { Queries, QueriesContext } from "../src/queries";
import { keepLists } from "../src/shelf";
import { answer, answers, dataset, hit, manifest, site, unit } from "./samples";

const ROOT = "api/datasets/sample";
const searched = {
  ...site,
  search: true,
  datasets: [
    { ...dataset, search: "ready" },
    { ...dataset, name: "other", title: "Another" },
  ],
};
const full: Record<string, unknown> = {
  "api/site.json": searched,
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/collated-activations/5/131.json`]: unit,
  [`${ROOT}/explanations/5/131.json`]: { neuron_id: unit.neuron_id, scored_explanations: [] },
  [`${ROOT}/lists.json`]: { lists: [newList("First steps")] },
  [`${ROOT}/search`]: answer([hit({ layer: 5, unit: 40 })]),
};

async function open(hash: string, files = full) {
  vi.stubGlobal("fetch", answers(files));
  window.history.replaceState(null, "", hash);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
  await screen.findByRole("heading", { level: 1 });
  return userEvent.setup();
}
const field = () => screen.findByRole("combobox", { name: "Pages and actions" });
const options = () => within(screen.getByRole("listbox")).queryAllByRole("option");
const titles = () => options().map((option) => option.firstChild?.textContent);
const settled = () => act(() => new Promise((done) => setTimeout(done, 300)));

beforeEach(() => localStorage.clear());

test("Ctrl K opens it, also from a field, with what the page can do and its keys; Escape gives the focus back", async () => {
  const user = await open("#/d/sample/5/131");
  await screen.findByRole("link", { name: /Next/ });
  await user.keyboard("g{Control>}k{/Control}");
  expect(await field()).toHaveFocus();
  const here = within(screen.getByRole("group", { name: "On this page" }));
  expect(here.getByRole("option", { name: /Next neuron/ })).toHaveTextContent("Next neuronj");
  expect(here.getByRole("option", { name: /Add this neuron to a list/ })).toHaveTextContent(/a$/);
  expect(here.getByRole("option", { name: /theme/ })).toBeVisible();
  expect(
    within(screen.getByRole("group", { name: "Pages" })).getByRole("option", { name: /Lists/ }),
  ).toBeVisible();
  expect(within(screen.getByRole("group", { name: "Other datasets" })).getByRole("option")).toHaveTextContent(
    "Another",
  );
});

test("⌘ K opens it too; with Shift or Alt, or behind a dialog, it does not", async () => {
  const user = await open("#/");
  await user.keyboard("{Control>}{Shift>}k{/Shift}{/Control}{Alt>}k{/Alt}{Control>}{Alt>}k{/Alt}{/Control}k");
  expect(screen.queryByRole("combobox", { name: "Pages and actions" })).toBeNull();
  await user.keyboard("?");
  await screen.findByRole("dialog", { name: "Keys and words" });
  await user.keyboard("{Control>}k{/Control}");
  expect(screen.queryByRole("combobox", { name: "Pages and actions" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Close" }));
  await user.keyboard("{Meta>}k{/Meta}");
  expect(await field()).toHaveFocus();
});

test.each([
  ["3:17", "#/d/sample/3/17"],
  ["5 131", "#/d/sample/5/131"],
  ["http://x.example/#/d/other/5/40?context=full", "#/d/other/5/40?context=full"],
  ["another", "#/d/other"],
  ["home", "#/d/sample"],
  ["lists", "#/d/sample/lists"],
  ["first steps", "#/d/sample/lists/own-1"],
])("%s leads to %s", async (typed, hash) => {
  const user = await open("#/d/sample/9");
  await user.click(screen.getByRole("button", { name: "Pages and actions" }));
  await user.type(await field(), typed);
  expect(options()).not.toEqual([]);
  await user.keyboard("{Enter}");
  expect(window.location.hash).toBe(hash);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("words lead to a search and to the explanations that have them", async () => {
  const user = await open("#/d/sample/9");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await field(), "sitting cats");
  await settled();
  expect(titles()).toEqual(["Search for “sitting cats”", hit().snippet.text]);
  await user.keyboard("{ArrowDown}{Enter}");
  expect(window.location.hash).toBe("#/d/sample/5/40");
});

test("a dataset that cannot be searched offers no search, and what nothing is named is said", async () => {
  const user = await open("#/d/sample/9", { ...full, "api/site.json": site });
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await field(), "sitting cats");
  await settled();
  expect(options()).toEqual([]);
  expect(screen.getByText("Nothing here has this name.")).toBeVisible();
});

test("arrows go round, the list of this browser is found, and an action runs after it has closed", async () => {
  const [{ id } = { id: "" }] = keepLists("sample", [newList("Verbs")]);
  const user = await open("#/d/sample/9");
  await user.keyboard("{Control>}k{/Control}");
  const box = await field();
  await user.keyboard("{ArrowUp}");
  const last = options().at(-1);
  expect(last).toHaveAttribute("aria-selected", "true");
  expect(box).toHaveAttribute("aria-activedescendant", last?.id);
  await user.keyboard("{ArrowDown}");
  expect(options()[0]).toHaveAttribute("aria-selected", "true");
  await user.type(box, "verbs{Enter}");
  expect(window.location.hash).toBe(`#/d/sample/lists/${id}`);
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await field(), "go to a{Enter}");
  expect(screen.getByRole("textbox", { name: /Go to layer/ })).toHaveFocus();
});

test("where nothing is open it still leads to the datasets", async () => {
  const user = await open("#/d/nowhere");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await field(), "another{Enter}");
  expect(window.location.hash).toBe("#/d/other");
});

test("help lists the keys of the page that it is opened on, and no others", async () => {
  const user = await open("#/d/sample/9");
  await user.keyboard("?");
  expect(await screen.findByText("Go to a layer and number")).toBeVisible();
  expect(screen.queryByText("Next neuron")).toBeNull();
  await act(async () => {
    window.location.hash = "#/d/sample/5/131";
  });
  await screen.findByRole("link", { name: /Next/ });
  await user.keyboard("?");
  expect(await screen.findByText("Next neuron")).toBeVisible();
  expect(screen.getByText("Add this neuron to a list")).toBeVisible();
});

test("an action without a key is offered by name while its part is on the page", () => {
  const run = vi.fn();
  function Part() {
    useKeys({ x: run, y: ["Y", run] }, [{ title: "Z", key: null, run }]);
    return null;
  }
  const { unmount } = render(<Part />);
  expect(actionsHere()).toEqual([
    { title: "Y", key: "y", run },
    { title: "Z", key: null, run },
  ]);
  unmount();
  expect(actionsHere()).toEqual([]);
});
