/** The page that compares, over a pretended network: what a site does not offer, and what people wrote. */
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { App } from "../src/App";
import "../src/pages/ComparePage"; // here already, so that it is not waited for
import { Queries, QueriesContext } from "../src/queries";
import { answers, dataset, explained, manifest, site, unit } from "./samples";

const ROOT = "api/datasets/sample";
const OWN = { neuron_id: unit.neuron_id, scored_explanations: [{ explanation: "sitting" }, explained] };
const files: Record<string, unknown> = {
  "api/site.json": site,
  [`${ROOT}/dataset.json`]: manifest,
  [`${ROOT}/collated-activations/5/131.json`]: unit,
  [`${ROOT}/collated-activations/5/40.json`]: unit,
  [`${ROOT}/explanations/5/131.json`]: OWN,
};

function open(query: string, more: Record<string, unknown> = {}): void {
  vi.stubGlobal("fetch", answers({ ...files, ...more }));
  window.history.replaceState(null, "", `#/d/sample/compare?${query}`);
  render(
    <QueriesContext value={new Queries()}>
      <App />
    </QueriesContext>,
  );
}
const pane = async (name: string) => within(await screen.findByRole("region", { name }));

test("a site that answers no comparison says so at its numbers, and the texts are compared all the same", async () => {
  open("units=5:131,5:40");
  const alike = await pane("How alike");
  expect(await alike.findAllByText(/the server does not compare units/)).toHaveLength(3);
  expect(alike.getByText("1.00")).toBeVisible();
  const same = await pane("On the same texts");
  expect(same.getByText(/^5 of 5 different texts are in the records of both neurons/)).toBeVisible();
});

test("a unit that is not there is said, and does not take another's place", async () => {
  open("units=5:131,5:40,99:1,x");
  expect(await screen.findByText(/^This link also says/)).toHaveTextContent("x, which means nothing here");
  expect(await screen.findByText("A sample has no neuron 99:1.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Remove 99:1" }));
  expect(screen.queryByText("A sample has no neuron 99:1.")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Replace 5:40" }));
  await userEvent.type(
    screen.getByRole("textbox", { name: "Replace by layer and neuron" }),
    "5:99999{Enter}",
  );
  expect(screen.getByText("A sample has no neuron 5:99999.")).toBeVisible();
  expect(window.location.hash).toContain("units=5:131,5:40");
  expect(window.location.hash).not.toContain("99999");
});

test("the related ones fold away once there are two", async () => {
  open("units=5:131");
  expect((await screen.findByText("Neurons related to 5:131")).closest("details")).toHaveAttribute("open");
  await userEvent.type(screen.getByRole("textbox", { name: "Add layer and neuron" }), "5:40{Enter}");
  expect(screen.getByText("Neurons related to 5:131").closest("details")).not.toHaveAttribute("open");
  await vi.waitFor(() => expect(screen.getByRole("textbox", { name: "Add layer and neuron" })).toHaveFocus());
});

test("a comparison that fails can be asked for again", async () => {
  const broken = Response.json({ detail: "a list of the nearest is damaged" }, { status: 500 });
  open("units=5:131,5:40", { [`${ROOT}/compare`]: broken });
  const alike = await pane("How alike");
  expect(await alike.findByRole("alert")).toHaveTextContent("a list of the nearest is damaged");
  expect(alike.getByRole("button", { name: "Retry" })).toBeVisible();
});

test("what people wrote is compared too, and what was never simulated has no texts to part on", async () => {
  const written = {
    id: "0123abcd0123abcd0123abcd0123abcd",
    explanation: "where cats sit",
    author: "Ada",
    created: "2026-01-02T03:04:05+00:00",
    edited: null,
    up: 1,
    down: 0,
    vote: 0,
    own: false,
    scores: explained.scores,
    baselines: explained.baselines,
  };
  open("unit=5:131&explanations=1,p.0123abcd", {
    "api/site.json": { ...site, datasets: [dataset], writing: true },
    [`${ROOT}/annotations/5/131.json`]: { explanations: [written], votes: [] },
  });
  const other = await pane("Explanation B");
  expect(other.getByText("where cats sit")).toBeVisible();
  expect(other.getByText("by Ada")).toBeVisible();
  expect(other.getByText(/correlation of simulated with real activations over 640 tokens/)).toBeVisible();
  expect((await pane("Where they part")).getByText(/^B was never simulated here/)).toBeVisible();
  await userEvent.selectOptions(other.getByRole("combobox"), "1"); // that of A: the two change places
  expect(window.location.hash).toBe("#/d/sample/compare?unit=5:131&explanations=p.0123abcd,1");
});

test("an explanation that is nobody's is said, with those there are", async () => {
  open("unit=5:131&explanations=0,9");
  expect(await screen.findByText("This neuron has no explanation 9; it has 0, 1.")).toBeVisible();
});
