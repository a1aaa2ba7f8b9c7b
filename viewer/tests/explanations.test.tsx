import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { Explanations } from "../src/components/Explanations";
import { TooltipProvider } from "../src/components/Tooltip";
import type { NeuronRecord, ScoredExplanation } from "../src/nouns";
import { FIRST_VIEW } from "../src/view";
import { explained, score, simulated, unit } from "./samples";

/** As a published file holds it: no scores by name, no baselines, no provenance. */
const published = (text: string, correlation: number | null): ScoredExplanation => ({
  explanation: text,
  scored_simulation: {
    ev_correlation_score: correlation,
    scored_sequence_simulations: [simulated([1, 2], [1, 2])],
  },
});

function Shown({ explanations, of }: { explanations: ScoredExplanation[]; of?: NeuronRecord }) {
  const [view, onView] = useState(FIRST_VIEW);
  return (
    <TooltipProvider>
      <Explanations {...{ explanations, view, onView }} unit={of} />
    </TooltipProvider>
  );
}
const show = (...explanations: ScoredExplanation[]) =>
  render(<Shown explanations={explanations} of={unit} />);

test("an explanation has its words, its writer, its scores and the baselines", () => {
  show(explained);
  expect(screen.getByText("words for sitting")).toBeVisible();
  expect(screen.getByText("by tiny-explainer")).toBeVisible();
  const [correlation, detection] = screen
    .getAllByRole("listitem")
    .filter(({ parentElement }) => parentElement?.className === "scores");
  expect(correlation).toHaveTextContent(
    "0.52 correlation of simulated with real activations over 640 tokens, 95% interval 0.41 to 0.63",
  );
  expect(correlation).toHaveTextContent(
    "shuffled 0.02 · token lookup 0.3110 texts · 12 unparsed · 10 left out",
  );
  expect(detection).toHaveTextContent("0.70 detection balanced accuracy over 20 answers");
});

test("a score that is not reliable is flagged with its reason, and a reliable one is not", () => {
  const note = "not reliable: only 4 of 8 sequences";
  const { container, rerender } = show({
    explanation: "a",
    scores: { correlation: score({ reliable: false, note }) },
  });
  expect(screen.getByText(note)).toBeVisible();
  expect(container.querySelector(".doubtful")).not.toBeNull();
  rerender(<Shown explanations={[explained]} />);
  expect(container).not.toHaveTextContent("not reliable");
  expect(container.querySelectorAll(".scores > li:not(.doubtful)")).toHaveLength(2);
});

test("an undefined correlation is words, not a number and not an empty bar", () => {
  const { container } = show({
    explanation: "a",
    scores: { correlation: score({ value: null, interval: null, reason: "nothing was parsed" }) },
  });
  expect(container).toHaveTextContent("over 640 tokens undefined: nothing was parsed");
  expect(container.querySelector(".scores b, .meter")).toBeNull();
});

test("published files have their number; what was never simulated says so", () => {
  const judged = { explanation: "judged", scores: { detection_balanced_accuracy: score() } };
  const { container } = show({ explanation: "a guess" }, judged, published("words", -0.517));
  const [first, second, third] = container.querySelectorAll(".explanations > li");
  expect(first).toHaveTextContent(
    "words−0.52 correlation of simulated with real activations over 2 tokens1 text · 0 unparsed",
  );
  expect(second).toHaveTextContent("a guessnot scored: it was never simulated");
  expect(third).toHaveTextContent("judged0.52 detection balanced accuracy");
  expect(screen.queryByText("How it was made")).toBeNull();
});

test("three explanations are shown at once, best first; the others are asked for", async () => {
  const some = [0.1, 0.4, 0.3, 0.2, 0.5].map((value) => published(`scored ${value}`, value));
  const { container, rerender } = show(...some);
  const words = () => [...container.querySelectorAll(".explanation")].map((one) => one.textContent);
  expect(words()).toEqual(["scored 0.5", "scored 0.4", "scored 0.3"]);
  await userEvent.click(screen.getByText("2 more explanations"));
  await screen.findByText("scored 0.1");
  expect(words()).toEqual(["scored 0.5", "scored 0.4", "scored 0.3", "scored 0.2", "scored 0.1"]);
  rerender(<Shown explanations={some.slice(0, 3)} />);
  expect(screen.queryByText(/more explanation/)).toBeNull();
});

test("how it was made and the other scores wait behind a line", async () => {
  show(explained);
  expect(screen.queryByText("tiny-simulator")).toBeNull();
  await userEvent.click(screen.getByText("How it was made"));
  expect(await screen.findByText("tiny-simulator")).toBeVisible();
  expect(screen.getByText("unparsed: 3 · timeout: 1")).toBeVisible();
  await userEvent.click(screen.getByText("1 more score"));
  expect(
    await screen.findByText(
      "correlation in the random texts alone over 640 tokens undefined: all real activations are the same",
    ),
  ).toBeVisible();
});

test("simulated texts stand beside the real ones; an unparsed token is told as that, never as 0", async () => {
  show(explained);
  await userEvent.click(screen.getByText("Real and simulated texts"));
  const text = await screen.findByRole("group", { name: "Simulated, Top 1 of 1" });
  expect(screen.getByText(/1 of 7 positions unparsed: no number could be read/)).toBeVisible();
  const drawn = [...text.querySelectorAll("span")].map((span) => [span.textContent, span.className]);
  expect(drawn).toEqual([
    [" w1", "l1"],
    [" w2", "unparsed"],
    [" w3", "l10 peak"],
  ]);
  expect(within(text).queryByText(" w0")).toBeNull(); // left out: neither coloured nor unparsed
  fireEvent.pointerEnter(text);
  fireEvent.pointerOver(text.querySelectorAll("span")[2] as Element);
  const tip = screen.getByRole("tooltip");
  expect(tip).toHaveTextContent("unparsed: no number could be read · token 3 of 4");
  expect(tip.querySelector("[data-part=value]")).not.toBeVisible();
  fireEvent.pointerOver(text.querySelectorAll("span")[3] as Element);
  expect(tip).toHaveTextContent("␣w310100% of 10 · token 4 of 4");
  const real = screen.getByRole("group", { name: "Real, Top 1 of 1" });
  expect(real.querySelector(".l10")).toHaveTextContent("w2");
  expect(real.querySelector(".unparsed")).toBeNull();
});

test("without the unit's own record colours are those of the texts", async () => {
  render(<Shown explanations={[published("words", 0.4)]} />);
  await userEvent.click(screen.getByText("Real and simulated texts"));
  expect(await screen.findByText(/^Full colour at 2.00 for real activations/)).toBeVisible();
  expect(screen.getByRole("group", { name: "Real, Texts 1 of 1" }).querySelector(".l10")).toHaveTextContent(
    "w1",
  );
});

test("overlaid, what is simulated is a bar under what is real, and both are told", async () => {
  show(explained);
  await userEvent.click(screen.getByText("Real and simulated texts"));
  await userEvent.click(await screen.findByRole("radio", { name: "Overlaid" }));
  expect(screen.getByText(/the bar under it simulated/)).toBeVisible();
  const text = screen.getByRole("group", { name: "Real over simulated, Top 1 of 1" });
  const classes = () => [...text.querySelectorAll("span")].map((span) => [span.textContent, span.className]);
  expect(classes()).toEqual([
    [" w1", "sim u1"],
    [" w2", "l10 unparsed peak"],
    [" w3", "l5 sim u10"],
  ]);
  fireEvent.pointerEnter(text);
  fireEvent.pointerOver(text.querySelectorAll("span")[3] as Element);
  expect(screen.getByRole("tooltip")).toHaveTextContent("simulated 10 · 100% of 10");
  fireEvent.pointerOver(text.querySelectorAll("span")[2] as Element);
  expect(screen.getByRole("tooltip")).toHaveTextContent("simulated: unparsed: no number could be read");
});

test("the difference is orange where too much was expected, blue where too little, and none where unparsed", async () => {
  show(explained);
  await userEvent.click(screen.getByText("Real and simulated texts"));
  await userEvent.click(await screen.findByRole("radio", { name: "Difference" }));
  expect(screen.getByText(/a simulated 10 counting as 8.00: orange where too much/)).toBeVisible();
  const text = screen.getByRole("group", { name: "Simulated minus real, Top 1 of 1" });
  expect(text.querySelector(".unparsed")).toHaveTextContent("w2");
  expect(text.querySelector(".l5")).toHaveTextContent("w3"); // 8 less 4, of 8
});
