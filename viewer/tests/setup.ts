/** What jsdom lacks, and a clean page after each test. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

window.matchMedia ??= (query: string) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
  }) as unknown as MediaQueryList;
window.scrollTo = () => {};
Element.prototype.scrollIntoView ??= () => {};
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};

// Parts in scripts of their own are compiled when they are first drawn, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 10_000 });

// What React warns of (wrong nesting, missing keys, updates outside act) is a fault.
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation((...said) => {
    throw new Error(`console.error: ${said.join(" ").slice(0, 300)}`);
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  window.history.replaceState(null, "", "#/");
});
