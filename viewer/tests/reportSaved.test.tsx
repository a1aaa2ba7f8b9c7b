/** The button that makes one HTML file: what it says while units are read, and when it fails. */
import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Problem } from "../src/api";
import type { DatasetEntry } from "../src/nouns";
import { ReportSaved } from "../src/panes/ReportSaved";
import { readReport } from "../src/reportReading";

vi.mock("../src/reportReading", () => ({ readReport: vi.fn() }));

test("after two seconds it is said how much has come, and a failure is its sentence", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  let told: (done: number, of: number) => void = () => {};
  let fail: (error: Error) => void = () => {};
  vi.mocked(readReport).mockImplementation((_dataset, _title, _units, _signal, tell) => {
    told = tell;
    return new Promise((_, failed) => {
      fail = failed;
    });
  });
  render(
    <ReportSaved dataset={{} as DatasetEntry} name="d-found" title="T" unitsOf={() => Promise.resolve([])} />,
  );
  fireEvent.click(screen.getByRole("button", { name: "Download as HTML" }));
  await vi.waitFor(() => expect(readReport).toHaveBeenCalled());
  now = 1900;
  act(() => told(3, 7));
  expect(screen.getByRole("status").textContent).toBe("Reading …");
  now = 2100;
  act(() => told(4, 7));
  expect(screen.getByRole("status").textContent).toBe("4 of 7 units read …");
  await act(async () => fail(new Problem(0, "No answer from host.")));
  expect(screen.getByRole("status").textContent).toBe("No answer from host.");
});
