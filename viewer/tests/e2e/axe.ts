/** What axe finds wrong with a page, to be narrowed with `include`. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Without the empty page in which axe puts the findings of several frames together: there is one, and that takes longest. */
export const axe = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode(true);
