/** What waits gives way to what was there before, and only for as long as nobody minds. */
import { act, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { useHeld } from "../src/panes/useHeld";

const Shown = ({ value, waits }: { value: string; waits: boolean }) => <p>{useHeld(value, waits)}</p>;

test("the one before stays for a short time, or until the next is there", async () => {
  vi.useFakeTimers();
  const { rerender } = render(<Shown value="a" waits={true} />);
  expect(screen.getByText("a")).toBeVisible(); // there is none before it
  rerender(<Shown value="a" waits={false} />);
  rerender(<Shown value="b" waits={true} />);
  expect(screen.getByText("a")).toBeVisible();
  rerender(<Shown value="b" waits={false} />);
  expect(screen.getByText("b")).toBeVisible();
  rerender(<Shown value="c" waits={true} />);
  await act(() => vi.advanceTimersByTimeAsync(199));
  expect(screen.getByText("b")).toBeVisible();
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(screen.getByText("c")).toBeVisible();
  vi.useRealTimers();
});
