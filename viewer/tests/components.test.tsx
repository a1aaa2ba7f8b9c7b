import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { scaleOf } from "../src/color";
import { Choice } from "../src/components/Choice";
import { GoTo } from "../src/components/GoTo";
import { HelpDialog } from "../src/components/HelpDialog";
import { Histogram } from "../src/components/Histogram";
import { Legend } from "../src/components/Legend";
import { MenuProvider } from "../src/components/Menu";
import { Pane } from "../src/components/Pane";
import { RecordGroup } from "../src/components/RecordGroup";
import { Empty, Failed, Loading } from "../src/components/States";
import { StatList } from "../src/components/StatList";
import { ThemeButton } from "../src/components/ThemeButton";
import { TokenHeatmap } from "../src/components/TokenHeatmap";
import { TooltipProvider } from "../src/components/Tooltip";
import { groupsOf } from "../src/groups";
import type { ActivationRecord, GroupCount } from "../src/nouns";
import { choose, useTheme } from "../src/theme";
import { type Context, drawn } from "../src/tokens";
import { FIRST_VIEW } from "../src/view";
import { hardText, seeded, text, unit, warm } from "./samples";

const scale = scaleOf(unit);

function heatmap(record: ActivationRecord, context: "line" | "snippet" | "full" = "full") {
  const Opened = () => {
    const [opened, setOpened] = useState<Context | null>(null);
    return (
      <TokenHeatmap
        {...{ record, scale, context, opened }}
        sign={1}
        label="Top 1 of 6"
        onOpened={(_, to) => setOpened(to)}
      />
    );
  };
  render(
    <TooltipProvider>
      <Opened />
    </TooltipProvider>,
  );
  return screen.getByRole("group", { name: "Top 1 of 6" });
}
const full = (open: string[] = []) => ({ ...FIRST_VIEW, context: "full" as const, open });
const long = text(
  Array.from({ length: 64 }, (_, i) => ` w${i}`),
  Array.from({ length: 64 }, (_, i) => (i === 30 ? 8 : 0)),
);

test("at rest a text has spans only for coloured tokens and its peak", () => {
  const box = heatmap(warm);
  expect(box.querySelectorAll("span")).toHaveLength(2);
  expect(box.querySelector(".peak")).toHaveTextContent("sat");
  expect(box.querySelector(".peak")).toHaveClass("l10");
});

test("the drawn text is the tokens' own, at rest and live, whatever they hold", () => {
  const random = seeded(11);
  for (let round = 0; round < 30; round++) {
    const record = hardText(random);
    const box = heatmap(record);
    const whole = drawn(record.tokens.join(""));
    expect(box.textContent).toBe(whole);
    fireEvent.focus(box);
    expect(box.textContent).toBe(whole);
    expect(box.querySelector("script")).toBeNull();
    document.body.innerHTML = "";
  }
});

test("the pointer turns a text into one span per token and back, and the tooltip has the value as stored", () => {
  const box = heatmap(warm);
  fireEvent.pointerEnter(box);
  expect(box.querySelectorAll("span")).toHaveLength(4);
  fireEvent.pointerOver(box.querySelectorAll("span")[2] as Element);
  const tip = screen.getByRole("tooltip");
  expect(tip).toHaveTextContent("␣sat8100% of max · token 3 of 4");
  fireEvent.pointerOver(box.querySelectorAll("span")[0] as Element);
  expect(tip).toHaveTextContent("The9token 1 of 4 · left out of ranking, colour and statistics");
  fireEvent.pointerLeave(box);
  expect(tip).not.toBeVisible();
  expect(box.querySelectorAll("span")).toHaveLength(2);
});

test("a character of several tokens tells the value of each", () => {
  const box = heatmap(text(["🙂", "", "!"], [1, 2, 0]));
  fireEvent.pointerEnter(box);
  fireEvent.pointerOver(box.querySelectorAll("span")[0] as Element);
  expect(screen.getByRole("tooltip")).toHaveTextContent(
    "🙂113% of max · token 1 of 3same character: 2 (token 2)",
  );
});

test("arrows walk the tokens from the peak, empty ones too, and each is announced", async () => {
  const user = userEvent.setup();
  const box = heatmap(text(["a", "🙂", "", "b"], [0, 8, 3, 1]));
  await user.tab();
  expect(box).toHaveFocus();
  const voice = document.querySelector("[aria-live]");
  const heard: (string | null)[] = [];
  for (const key of ["{ArrowRight}", "{ArrowRight}", "{ArrowRight}", "{ArrowRight}", "{ArrowLeft}"]) {
    await user.keyboard(key);
    heard.push(voice?.textContent ?? null);
  }
  expect(heard).toEqual([
    "🙂, 8, 100% of max · token 2 of 4, rank 1 of 4",
    "part of a character, 3, 38% of max · token 3 of 4, rank 2 of 4",
    "b, 1, 13% of max · token 4 of 4, rank 3 of 4",
    "b, 1, 13% of max · token 4 of 4, rank 3 of 4",
    "part of a character, 3, 38% of max · token 3 of 4, rank 2 of 4",
  ]);
  expect(box.querySelector(".current")).toHaveTextContent("🙂");
  await user.keyboard("{Escape}");
  expect(screen.getByRole("tooltip", { hidden: true })).not.toBeVisible();
  await user.keyboard("{Escape}");
  expect(box).not.toHaveFocus();
});

test("up and down stay the page's, and so do arrows with a modifier", () => {
  const box = heatmap(warm);
  fireEvent.focus(box);
  expect(fireEvent.keyDown(box, { key: "ArrowDown" })).toBe(true);
  expect(fireEvent.keyDown(box, { key: "ArrowRight", altKey: true })).toBe(true);
  expect(fireEvent.keyDown(box, { key: "ArrowRight" })).toBe(false);
});

test("Enter and a click widen a text step by step and then go back; its buttons show all at once", async () => {
  const user = userEvent.setup();
  const box = heatmap(long, "line");
  const words = () => box.textContent?.match(/w\d+/g)?.length;
  expect(words()).toBe(11);
  await user.tab();
  await user.keyboard("{Enter}");
  expect(words()).toBe(33);
  await user.click(box);
  expect(words()).toBe(64);
  await user.click(box);
  expect(words()).toBe(11);
  await user.click(within(box).getByRole("button", { name: "Show the text before" }));
  expect(words()).toBe(64);
});

test("selecting text is no click", () => {
  const box = heatmap(long, "line");
  window.getSelection()?.selectAllChildren(box);
  fireEvent.click(box);
  expect(box.textContent).not.toContain("w63");
  window.getSelection()?.removeAllRanges();
  fireEvent.click(box);
  expect(box.textContent).toContain("w46");
});

test("a tap does not widen", () => {
  const box = heatmap(long, "line");
  const tap = new MouseEvent("click", { bubbles: true });
  Object.defineProperty(tap, "pointerType", { value: "touch" });
  fireEvent(box, tap);
  expect(box.textContent).not.toContain("w46");
});

test("a group shows its first texts, then all, with denominator and peaks", async () => {
  const [group] = groupsOf(unit);
  if (!group) throw new Error("no group");
  const onOpen = vi.fn();
  const draw = (open: boolean) => (
    <RecordGroup {...{ group, scale, onOpen }} view={full(open ? ["top"] : [])} onOpened={vi.fn()} />
  );
  const { rerender } = render(draw(false));
  expect(screen.getByRole("region", { name: "Top" })).toHaveTextContent("6 texts of 100; fired in 40 (40%)");
  expect(screen.getAllByRole("listitem")).toHaveLength(4);
  expect(screen.getAllByRole("listitem")[0]).toHaveTextContent(/^8\.00The cat sat/);
  await userEvent.click(screen.getByRole("button", { name: "Show all 6 of Top" }));
  expect(onOpen).toHaveBeenCalledWith("top", true);
  rerender(draw(true));
  expect(screen.getAllByRole("listitem")).toHaveLength(6);
  expect(screen.getByRole("button", { name: "Show fewer of Top" })).toHaveAttribute("aria-expanded", "true");
});

test("a text is copied from its button or the context menu, as words or as it is stored", async () => {
  const user = userEvent.setup();
  const [group] = groupsOf(unit);
  if (!group) throw new Error("no group");
  render(
    <MenuProvider>
      <RecordGroup {...{ group, scale }} view={full()} onOpen={vi.fn()} onOpened={vi.fn()} />
    </MenuProvider>,
  );
  await user.click(screen.getByRole("button", { name: "Copy Top 1 of 6" }));
  expect(await screen.findByRole("menuitem", { name: "Copy text" })).toHaveFocus();
  await user.keyboard("{ArrowDown}{Enter}");
  expect(JSON.parse(await navigator.clipboard.readText())).toEqual(warm);
  expect(screen.queryByRole("menu")).toBeNull();
  const box = screen.getAllByRole("group")[0];
  expect(box).toHaveFocus();
  fireEvent.contextMenu(box as Element);
  await user.click(await screen.findByRole("menuitem", { name: "Copy text" }));
  expect(await navigator.clipboard.readText()).toBe("The cat sat.\n");
  fireEvent.contextMenu(box as Element);
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
  window.getSelection()?.selectAllChildren(box as Element);
  expect(fireEvent.contextMenu(box as Element)).toBe(true); // the browser's own
});

test("a group that came out short or empty says why", () => {
  const groups = groupsOf(unit);
  const draw = (key: string) => {
    const group = groups.find((one) => one.key === key);
    if (group)
      render(<RecordGroup {...{ group, scale }} view={full()} onOpen={vi.fn()} onOpened={vi.fn()} />);
  };
  draw("random");
  expect(screen.getByText("15 asked for, only 1 were left to choose from")).toBeVisible();
  expect(screen.getByRole("group", { name: "Random 1 of 1, no peak" })).toBeVisible();
  expect(screen.getByText("drawn by chance from the texts that no other group shows")).toBeVisible();
  draw("q0-0.5");
  expect(screen.getByText("5 asked for, none left")).toBeVisible();
});

test("that a unit never fired is said where the counts prove it, and nowhere else", () => {
  const [top] = groupsOf({ neuron_id: unit.neuron_id });
  if (!top) throw new Error("no group");
  const draw = (counted: GroupCount | null) => (
    <RecordGroup
      group={{ ...top, counted }}
      scale={scale}
      view={full()}
      onOpen={vi.fn()}
      onOpened={vi.fn()}
    />
  );
  const { rerender } = render(draw(null));
  expect(screen.getByText("This file holds no top texts.")).toBeVisible();
  rerender(draw({ group: "top", sequences: 100, fired: 3, kept: 0 }));
  expect(screen.getByText("This file holds no top texts.")).toBeVisible();
  rerender(draw({ group: "top", sequences: 100, fired: 0, kept: 0 }));
  expect(screen.getByText("It fired on none of the texts.")).toBeVisible();
});

test("a text without a peak has its extreme in the margin, or a dash where nothing counts", () => {
  const [top] = groupsOf(unit);
  if (!top) throw new Error("no group");
  const records = [text(["a", "b", "c"], [9, -2, -0.25], [0]), text(["a"], [9], [0])];
  const group = { ...top, records };
  render(<RecordGroup {...{ group, scale }} view={full(["top"])} onOpen={vi.fn()} onOpened={vi.fn()} />);
  expect(screen.getAllByRole("listitem").map((row) => row.textContent)).toEqual(["−0.25abc", "–a"]);
});

test("the legend names the ends of the scale, blue only where there is any", () => {
  const { container, rerender } = render(
    <Legend scale={scale} negative={true} own={null} about="One scale for all groups." />,
  );
  expect(container).toHaveTextContent("full orange at 8.00, full blue at −8.00");
  expect(container.querySelectorAll(".swatches i")).toHaveLength(21);
  rerender(<Legend scale={scale} negative={false} own={null} about="One scale for all groups." />);
  expect(container.querySelectorAll(".swatches i")).toHaveLength(11);
  rerender(
    <Legend
      scale={{ limit: 0, end: "maximum" }}
      negative={false}
      own={null}
      about="One scale for all groups."
    />,
  );
  expect(container).toHaveTextContent("nothing above zero, so no colour");
});

test("the histogram has a bar per bin that counts something, and nothing at all without counts", () => {
  const data = unit.statistics?.histogram;
  if (!data) throw new Error("no histogram");
  const { container, rerender } = render(<Histogram data={data} of="Tokens by strength" />);
  expect(screen.getByRole("img", { name: "Histogram of 9,545 tokens, from −4.00 to 8.00" })).toBeVisible();
  expect([...container.querySelectorAll("rect")].map((bar) => bar.getAttribute("class"))).toEqual([
    "below",
    "below",
    null,
    null,
    null,
    null,
  ]);
  expect(container).toHaveTextContent("1k");
  rerender(<Histogram data={{ ...data, counts: [] }} of="Tokens by strength" />);
  expect(container).toBeEmptyDOMElement();
});

test("statistics are listed with what they mean; an undefined one is a dash; without them the moments remain", () => {
  const { container, rerender } = render(<StatList record={unit} />);
  expect(container).toHaveTextContent("Density1.2%tokens above 10% of the maximum (0.80), of 6,400");
  expect(container).toHaveTextContent("Fired in40of 100 texts; below zero in 3");
  expect(container).toHaveTextContent("Skewness–Kurtosis1,235");
  rerender(<StatList record={{ ...unit, statistics: null }} />);
  expect(container).not.toHaveTextContent("Density");
  expect(container).toHaveTextContent("Variance2.00");
});

test("go to takes numbers and refuses with a sentence", async () => {
  const user = userEvent.setup();
  const onGo = vi.fn();
  render(<GoTo name="Neuron" onGo={onGo} />);
  const field = screen.getByRole("textbox", { name: "Go to layer and neuron" });
  await user.type(field, "five{Enter}");
  expect(screen.getByRole("alert")).toHaveTextContent("Write a layer and a neuron, such as 5:131");
  expect(onGo).not.toHaveBeenCalled();
  await user.clear(field);
  expect(screen.queryByRole("alert")).toBeNull();
  await user.type(field, "5 131{Enter}");
  expect(onGo).toHaveBeenCalledWith({
    page: "unit",
    dataset: null,
    layer: 5,
    unit: 131,
    view: FIRST_VIEW,
  });
  expect(field).toHaveValue("");
});

test("a choice is radio buttons", async () => {
  const onChange = vi.fn();
  const options = [
    ["a", "First"],
    ["b", "Second"],
  ] as const;
  render(<Choice legend="How much" options={options} value="a" onChange={onChange} />);
  expect(screen.getByRole("radio", { name: "First" })).toBeChecked();
  await userEvent.click(screen.getByText("Second"));
  expect(onChange).toHaveBeenCalledWith("b");
});

test("the theme is switched, kept, and given back to the system", async () => {
  const user = userEvent.setup();
  const Toggle = () => <ThemeButton theme={useTheme()} onTheme={choose} />;
  render(<Toggle />);
  await user.click(screen.getByRole("button", { name: "Use the dark theme" }));
  expect(document.documentElement).toHaveAttribute("data-theme", "dark");
  expect(localStorage.getItem("neuronscope-theme")).toBe("dark");
  act(() => {
    window.dispatchEvent(new StorageEvent("storage", { key: "neuronscope-theme", newValue: null }));
  });
  expect(document.documentElement).not.toHaveAttribute("data-theme"); // another tab went back to the system's
  act(() => {
    window.dispatchEvent(new StorageEvent("storage", { key: "neuronscope-theme", newValue: "dark" }));
  });
  await user.click(screen.getByRole("button", { name: "Use the light theme" }));
  expect(document.documentElement).not.toHaveAttribute("data-theme");
  expect(localStorage.getItem("neuronscope-theme")).toBeNull();
});

test("loading, empty and failed each say so, and failed can be retried", async () => {
  const onRetry = vi.fn();
  render(
    <>
      <Loading lines={3} />
      <Empty>Nothing yet.</Empty>
      <Failed message="The server answered with status 500." onRetry={onRetry} />
    </>,
  );
  expect(screen.getByRole("status")).toHaveTextContent("Loading");
  expect(screen.getByText("Nothing yet.")).toBeVisible();
  await userEvent.click(within(screen.getByRole("alert")).getByRole("button", { name: "Retry" }));
  expect(onRetry).toHaveBeenCalledOnce();
});

test("a pane whose content cannot be drawn says so and leaves the others alone", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const Broken = () => {
    throw new TypeError("tokens is undefined");
  };
  render(
    <>
      <Pane id="one" title="One">
        <Broken />
      </Pane>
      <Pane id="two" title="Two">
        <p>fine</p>
      </Pane>
    </>,
  );
  expect(screen.getByRole("region", { name: "One" })).toHaveTextContent("This cannot be drawn");
  expect(screen.getByRole("region", { name: "Two" })).toHaveTextContent("fine");
});

test("help opens as a dialog, and closes by its button and beside its content", async () => {
  for (const way of [
    () => screen.getByRole("button", { name: "Close" }),
    () => screen.getByRole("dialog"), // the backdrop
  ]) {
    const onClose = vi.fn();
    const { unmount } = render(<HelpDialog onClose={onClose} />);
    expect(screen.getByRole("dialog", { name: "Keys and words" })).toBeVisible();
    await userEvent.click(screen.getByText("activation")); // its own content
    expect(onClose).not.toHaveBeenCalled();
    await userEvent.click(way());
    expect(onClose).toHaveBeenCalledTimes(1);
    unmount();
  }
});
