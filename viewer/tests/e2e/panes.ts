/** What a unit's page says, so that it can be compared between hosts. */
import { expect, type Page } from "./fixtures";

/** What each pane says, but for what only a server has. */
export const panes = async (page: Page) => {
  await expect(page.locator("#provenance")).toBeVisible();
  await expect(page.locator(".loading, .wait")).toHaveCount(0);
  return page.locator(".pane").evaluateAll((all) =>
    all.map((pane) => {
      const shown = pane.cloneNode(true) as Element;
      for (const only of shown.querySelectorAll(".how, .bench-way")) only.remove();
      return `${pane.id}: ${shown.textContent}`;
    }),
  );
};
