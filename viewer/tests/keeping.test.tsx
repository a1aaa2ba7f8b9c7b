import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { keep, kept, useKept } from "../src/keeping";

const Shown = () => <p>{useKept("author") ?? "nobody"}</p>;

afterEach(() => localStorage.clear());

test("what is kept is there for the next page, and changes where it is shown", () => {
  render(<Shown />);
  expect(screen.getByText("nobody")).toBeVisible();
  act(() => keep("author", "Ada"));
  expect(screen.getByText("Ada")).toBeVisible();
  expect(localStorage.getItem("neuronscope-author")).toBe("Ada");
  localStorage.setItem("neuronscope-author", "Bo"); // another tab
  act(() => void window.dispatchEvent(new StorageEvent("storage", { key: "neuronscope-author" })));
  expect(screen.getByText("Bo")).toBeVisible();
  act(() => keep("author", null));
  expect(screen.getByText("nobody")).toBeVisible();
});

test("where nothing may be stored it is kept until the page is left", () => {
  const denied = () => {
    throw new Error("denied");
  };
  for (const method of ["getItem", "setItem", "removeItem"] as const)
    vi.spyOn(Storage.prototype, method).mockImplementation(denied);
  expect(kept("owner")).toBeNull();
  keep("owner", "me");
  expect(kept("owner")).toBe("me");
  keep("owner", null);
  expect(kept("owner")).toBeNull();
});
