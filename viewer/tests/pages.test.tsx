/** The whole page over a pretended network: each file there, missing, refused, or broken. */
import { act, cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App";
import "../src/panes/Rail"; // here already, so that a pane of it is waited for no longer than the others
import { Queries, QueriesContext } from "../src/queries";
import { answers, dataset, manifest, site, table, unit } from "./samples";

const ROOT = "api/datasets/sample";
const RECORD = `${ROOT}/collated-activations/5/131.json`;
const EXPLANATIONS = `${ROOT}/explanations/5/131.json`;
const lists = {
  lists: [
    {
      title: "First steps",
      note: "Easy ones.",
      units: [{ layer: 5, unit: 131, label: "Sitting", description: "cats" }],
    },
  ],
};
const full: Record<string, unknown> = {
  "api/site.json": site,
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/lists.json`]: lists,
  [`${ROOT}/units/2.json`]: table,
  [RECORD]: unit,
  [EXPLANATIONS]: { neuron_id: unit.neuron_id, scored_explanations: [{ explanation: "words for sitting" }] },
  [`${ROOT}/collated-activations/2/8.json`]: { ...unit, neuron_id: { layer_index: 2, neuron_index: 8 } },
};

function open(hash: string, files: Record<string, unknown> = full, network = answers(files)): void {
  vi.stubGlobal("fetch", network);
  window.history.replaceState(null, "", hash);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
}
const pane = (name: string) => screen.findByRole("region", { name });
const settled = () => act(() => new Promise((done) => setTimeout(done, 20)));

beforeEach(() => {
  document.title = "";
});

test("home shows what the dataset is, its lists, and a layer's most selective units with a piece of text", async () => {
  open("#/");
  expect(await screen.findByRole("heading", { level: 1, name: "tiny" })).toBeVisible();
  expect(
    await screen.findByText(/4 neurons in 2 layers of the model's 12, over 100 texts of 64 tokens/),
  ).toBeVisible();
  expect(within(await pane("Worth a look")).getByRole("link", { name: /Sitting/ })).toHaveAttribute(
    "href",
    "#/d/sample/5/131",
  );
  expect(screen.getByRole("link", { name: "All lists" })).toHaveAttribute("href", "#/d/sample/lists");
  const rows = within(await pane("Neurons by layer"));
  expect((await rows.findAllByRole("link", { name: /Neuron/ })).map((link) => link.textContent)).toEqual([
    "Neuron 8",
    "Neuron 7",
    "Neuron 9",
  ]);
  expect(await rows.findByText("sat")).toHaveClass("l10", "peak"); // from the record of 2:8
  expect(rows.getByText("seven")).toBeVisible(); // no record of 2:7: its peak token from the table
  expect(document.title).toBe("A sample · Neuronscope");
});

test("home works without lists and without a table", async () => {
  const parts = ["collated-activations"];
  open("#/d/sample/5", {
    "api/site.json": { ...site, datasets: [{ ...dataset, parts }] },
    [`${ROOT}/dataset.json`]: manifest,
  });
  expect(
    await screen.findByText("This dataset has no table of layer 5; its neurons by number:"),
  ).toBeVisible();
  expect(screen.queryByRole("region", { name: "Worth a look" })).toBeNull();
});

test("a table that is offered and yet missing leaves the units by number", async () => {
  open("#/d/sample/5");
  expect(await screen.findByText(/has no table of layer 5/)).toBeVisible();
});

test("a layer that the dataset lacks is told in place of its page, with the layers that it has", async () => {
  open("#/d/sample/3");
  expect(await screen.findByText("A sample has no layer 3; it has layers 2, 5.")).toBeVisible();
  expect(document.title).toBe("Not found · Neuronscope");
  expect(screen.queryByRole("region")).toBeNull();
  await userEvent.click(screen.getByRole("link", { name: "To the start" }));
  expect(await screen.findByRole("link", { name: "Layer 5" })).toHaveAttribute("href", "#/d/sample/5");
});

test("surprise me goes to a unit of the dataset", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.6);
  open("#/");
  await userEvent.click(await screen.findByRole("button", { name: "Surprise me" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Layer 5 · Neuron 131" })).toHaveFocus();
});

test("a unit's page has its title, its neighbours, and every pane", async () => {
  open("#/d/sample/5/131");
  expect(await screen.findByRole("heading", { level: 1, name: "Layer 5 · Neuron 131" })).toBeVisible();
  expect(await screen.findByRole("link", { name: /Previous: 40/ })).toHaveAttribute(
    "href",
    "#/d/sample/5/40",
  );
  expect(screen.getByRole("link", { name: /Next: 900/ })).toBeVisible();
  expect(await pane("Explanation")).toHaveTextContent("words for sitting");
  expect(
    within(await pane("Activations"))
      .getAllByRole("heading", { level: 3 })
      .map((h) => h.textContent),
  ).toEqual(["Top", "Most negative", "Random", "Rank 50–90%", "Rank 0–50%"]);
  expect(await pane("Statistics")).toHaveTextContent("Kurtosis1,235");
  expect(await pane("How it was made")).toHaveTextContent("Modeltiny");
  expect(screen.getByRole("link", { name: "record as JSON" })).toHaveAttribute(
    "download",
    "sample-5-131.json",
  );
  expect(document.title).toBe("Layer 5 · Neuron 131 · A sample");
});

test("panes that come together are drawn together; a file that keeps one waiting holds up no other", async () => {
  const answer = answers(full);
  open("#/d/sample/5/131");
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) =>
    url.includes("/explanations/") ? new Promise(() => {}) : answer(url, options),
  );
  expect(await screen.findByRole("heading", { level: 1, name: "Layer 5 · Neuron 131" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "Activations" })).toBeNull();
  expect(await within(await pane("Activations")).findByText("sat")).toBeVisible();
  expect(within(await pane("Explanation")).getByRole("status")).toBeVisible();
});

test("the old form of a link shows the first dataset", async () => {
  open("#/layers/5/neurons/131?context=full");
  expect(await within(await pane("Statistics")).findByText("Maximum")).toBeVisible();
  expect(screen.getByRole("radio", { name: "Full text" })).toBeChecked();
});

test("toggles change the link in place, and the link restores them", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131");
  await user.click(await screen.findByRole("radio", { name: "One line" }));
  await user.click(screen.getByRole("button", { name: "Show all 6 of Top" }));
  expect(window.location.hash).toBe("#/d/sample/5/131?context=line&open=top");
  expect(screen.getByRole("link", { name: /Next/ })).toHaveAttribute(
    "href",
    "#/d/sample/5/900?context=line&open=top",
  );
  expect(screen.getByRole("button", { name: "Show fewer of Top" })).toBeVisible();
});

test("keys go to the neighbours, to another layer, to the field and to help; not from a field or with a modifier", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131");
  await screen.findByRole("link", { name: /Next/ });
  const title = () => screen.getByRole("heading", { level: 1 }).textContent;
  await user.keyboard("j");
  await settled();
  expect(title()).toBe("Layer 5 · Neuron 900");
  expect(screen.getByText(/none, this is the last neuron of the dataset/)).toBeInTheDocument();
  await user.keyboard("kk[[");
  await settled();
  expect(title()).toBe("Layer 2 · Neuron 7");
  await user.keyboard("{Control>}j{/Control}");
  await user.keyboard("g");
  const field = screen.getByRole("textbox");
  expect(field).toHaveFocus();
  await user.keyboard("j5 131");
  expect(field).toHaveValue("j5 131");
  expect(title()).toBe("Layer 2 · Neuron 7");
  await user.keyboard("{Escape}?");
  expect(await screen.findByRole("dialog")).toBeVisible();
});

test("e shows every text, and then fewer", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131?context=full");
  await screen.findByRole("button", { name: "Show all 6 of Top" });
  await user.keyboard("e");
  expect(window.location.hash).toBe("#/d/sample/5/131?context=full&open=top");
  await user.keyboard("e");
  expect(window.location.hash).toBe("#/d/sample/5/131?context=full");
});

test("the field is written over by g, emptied by a new page, and a pasted link keeps its state", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131");
  await screen.findByRole("link", { name: /Next/ });
  const field = () => screen.getByRole<HTMLInputElement>("textbox");
  await user.type(field(), "five{Enter}{Escape}");
  expect(screen.getByRole("alert")).toBeVisible();
  await user.keyboard("g");
  expect(field().selectionEnd).toBe(4);
  await user.keyboard("{Escape}j");
  await settled();
  expect(field()).toHaveValue("");
  expect(screen.queryByText(/Write a layer/)).toBeNull();
  await user.type(field(), "http://elsewhere.example/#/d/sample/5/131?context=full{Enter}");
  expect(window.location.hash).toBe("#/d/sample/5/131?context=full");
});

test("help closes when another page comes", async () => {
  open("#/d/sample/5/131");
  await userEvent.click(await screen.findByRole("button", { name: "Keys and words" }));
  expect(screen.getByRole("dialog")).toBeVisible();
  await act(async () => {
    window.location.hash = "#/d/sample/5/900";
  });
  await settled();
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("copy link copies the address, and says so where it may not", async () => {
  const user = userEvent.setup();
  open("#/d/sample/5/131");
  await user.click(await screen.findByRole("button", { name: "Copy link" }));
  expect(await screen.findByText("Copied")).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe(window.location.href);
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("denied"));
  await user.keyboard("c");
  expect(await screen.findByText(/Copying is not allowed/)).toBeVisible();
});

test("without explanations the pane says so, whether the file or the whole part is missing", async () => {
  const { [EXPLANATIONS]: _gone, ...rest } = full;
  open("#/d/sample/5/131", rest);
  expect(await screen.findByText("This neuron has not been explained in words yet.")).toBeVisible();
  expect(await pane("Statistics")).toHaveTextContent("Maximum");
});

test("a unit that is not there is one sentence with the nearest, and its neighbours are still reachable", async () => {
  open("#/d/sample/5/500?context=full");
  const sentence = await screen.findByText(/Layer 5 of this dataset has no neuron 500; it has 3 neurons/);
  expect(within(sentence).getByRole("link", { name: "neuron 131" })).toHaveAttribute(
    "href",
    "#/d/sample/5/131?context=full",
  );
  expect(await screen.findByRole("link", { name: /Next: 900/ })).toBeVisible();
  expect(screen.queryByRole("region")).toBeNull();
});

test("a layer that is not there is one sentence with the layers that are", async () => {
  open("#/d/sample/3/1");
  expect(await screen.findByText("This dataset has no layer 3; it has layers 2, 5.")).toBeVisible();
  expect(screen.queryByRole("region")).toBeNull();
});

test("a record that a dataset holds and that is missing is a sentence in each pane", async () => {
  const { [RECORD]: _gone, ...rest } = full;
  open("#/d/sample/5/131", rest);
  expect(await screen.findByText("This dataset holds no activations of layer 5, neuron 131.")).toBeVisible();
});

test("an error is the server's sentence with Retry in its pane, and Retry brings the data", async () => {
  const problem = Response.json(
    { title: "Broken", status: 500, detail: "layer 5 has a damaged zip" },
    { status: 500 },
  );
  const files = { ...full, [RECORD]: problem };
  open("#/d/sample/5/131", files);
  const activations = within(await pane("Activations"));
  expect(await activations.findByRole("alert")).toHaveTextContent("layer 5 has a damaged zip");
  expect(await pane("Explanation")).toHaveTextContent("words for sitting");
  expect(await pane("Statistics")).toHaveTextContent("See Activations.");
  expect(screen.getAllByRole("alert")).toHaveLength(1);
  files[RECORD] = unit as unknown as Response;
  await userEvent.click(activations.getByRole("button", { name: "Retry" }));
  expect(await activations.findByRole("heading", { name: "Top" })).toBeVisible();
});

test.each([
  ["a cut-off file", new Response('{"neuron_id": '), "not a JSON object"],
  [
    "counts that differ",
    { ...unit, random_sample: [{ tokens: ["a"], activations: [1, 2] }] },
    "The record is broken",
  ],
  ["a shape nobody knows", { ...unit, statistics: { groups: 7, histogram: 3 } }, "This cannot be drawn"],
])("%s is told in its pane and the rest of the page works", async (_, body, sentence) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  open("#/d/sample/5/131", { ...full, [RECORD]: body });
  expect((await within(await pane("Activations")).findByRole("alert")).textContent).toContain(sentence);
  expect(await pane("Explanation")).toHaveTextContent("words for sitting");
});

test("addresses that name nothing, and datasets that are not there or not open, are told", async () => {
  open("#/nowhere");
  expect(await screen.findByText("No page has the address /nowhere.")).toBeVisible();
  await act(async () => {
    window.location.hash = "#/d/other/1/2";
  });
  expect(await screen.findByText("There is no dataset with the name other.")).toBeVisible();
});

test("a dataset that is being opened says so and shows itself once it is open", async () => {
  const looking = { ...site, datasets: [{ ...dataset, status: "opening" }] };
  const files: Record<string, unknown> = { ...full, "api/site.json": looking };
  open("#/", files);
  expect(await screen.findByRole("heading", { level: 1, name: "Opening A sample …" })).toBeVisible();
  expect(screen.getByRole("status")).toHaveTextContent("Loading");
  files["api/site.json"] = site;
  expect(await screen.findByRole("heading", { level: 1, name: "tiny" }, { timeout: 3000 })).toBeVisible();
});

test("a dataset that failed to open says why, and Retry asks again", async () => {
  const failed = { ...dataset, status: "failed", detail: "The host did not answer." };
  const files: Record<string, unknown> = { ...full, "api/site.json": { ...site, datasets: [failed] } };
  open("#/", files);
  expect(await screen.findByRole("alert")).toHaveTextContent("The host did not answer.");
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("A sample could not be opened");
  files["api/site.json"] = site;
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(await screen.findByRole("heading", { level: 1, name: "tiny" })).toBeVisible();
});

test("an answer of another shape fails where it is used and nowhere else", async () => {
  open("#/", { "api/site.json": {} });
  expect(await screen.findByRole("alert")).toHaveTextContent("it has no datasets");
  cleanup();
  open("#/", { ...full, [`${ROOT}/lists.json`]: {} });
  expect(await within(await pane("Worth a look")).findByRole("alert")).toHaveTextContent("it has no lists");
  expect(await screen.findByText(/4 neurons in 2 layers/)).toBeVisible();
  cleanup();
  open("#/", { ...full, [`${ROOT}/dataset.json`]: {} });
  expect(await screen.findByRole("heading", { level: 1, name: "tiny" })).toBeVisible();
  expect(await within(await pane("Worth a look")).findByText("Sitting")).toBeVisible();
  expect(await screen.findAllByRole("alert")).toHaveLength(2); // the summary and the layers
});

test("a site without datasets, and a site that does not answer, are sentences", async () => {
  open("#/", { "api/site.json": { ...site, datasets: [] } });
  expect(await screen.findByText("This site has no datasets yet.")).toBeVisible();
});

test("a site that does not answer can be asked again", async () => {
  const files: Record<string, unknown> = { ...full, "api/site.json": new TypeError("refused") };
  open("#/", files);
  expect(await screen.findByRole("alert")).toHaveTextContent("No answer from localhost:3000");
  files["api/site.json"] = site;
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(await screen.findByRole("heading", { level: 1, name: "tiny" })).toBeVisible();
});

test("with several datasets one is picked in the bar", async () => {
  const other = { ...dataset, name: "other", title: "Another", model: "large", source: "sae" };
  open("#/", { ...full, "api/site.json": { ...site, datasets: [dataset, other] } });
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Dataset" }), "Another");
  expect(await screen.findByRole("heading", { level: 1, name: "large" })).toBeVisible();
  expect(screen.getByRole("textbox", { name: "Go to layer and feature" })).toBeVisible();
});

const WORDS = { ...dataset, parts: ["explanations", "units"] };
/** Opens a page of it; gives the addresses that are asked for, as they come. */
function openWords(hash: string): () => string[] {
  const network = vi.fn(answers({ ...full, "api/site.json": { ...site, datasets: [WORDS] } }));
  open(hash, {}, network);
  return () => network.mock.calls.map(([url]) => String(url));
}

test("of a dataset of words alone a unit shows them, a sentence stands for activations, and none are asked for", async () => {
  const asked = openWords("#/d/sample/5/131");
  expect(await pane("Explanation")).toHaveTextContent("words for sitting");
  expect(await pane("Activations")).toHaveTextContent("holds no activations of layer 5, neuron 131");
  expect(await pane("Statistics")).toHaveTextContent("holds no statistics");
  const made = within(await pane("How it was made"));
  expect(await made.findByText("of no unit")).toBeVisible();
  expect(made.queryByRole("link", { name: "record as JSON" })).toBeNull();
  expect(made.getByRole("link", { name: "explanations" })).toBeVisible();
  expect(asked().some((url) => url.includes("explanations"))).toBe(true);
  expect(asked().filter((url) => url.includes("collated-activations"))).toEqual([]);
});

test("its home does not promise texts, and asks for none", async () => {
  const asked = openWords("#/d/sample/2");
  expect(await screen.findByText(/holds words alone/)).toBeVisible();
  expect(await screen.findByText(/first those that have an explanation, by number/)).toBeVisible();
  expect(asked().filter((url) => url.includes("collated-activations"))).toEqual([]);
});
