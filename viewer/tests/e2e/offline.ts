/** Pages without a network, for files that are opened from a disk. */
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, expect, type Page } from "@playwright/test";

/** A page that complains of nothing and asks for nothing, not even of the console. */
export async function offline(
  browser: Browser,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ ...options, offline: true });
  const faults: string[] = [];
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => faults.push(message.text()));
  page.on("dialog", (dialog) => faults.push(`a dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!/^(file|blob):/.test(request.url())) faults.push(`a request to ${request.url()}`);
  });
  try {
    await use(page);
    expect(faults).toEqual([]);
  } finally {
    await context.close();
  }
}

export const openFile = (page: Page, path: string) => page.goto(pathToFileURL(path).href);
