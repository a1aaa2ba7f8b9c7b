/** The same browser and server as the tests', one page at a time, for figures instead of verdicts. */
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig({
  ...tests,
  testDir: "tests/bench",
  workers: 1,
  projects: [{ name: "desktop", use: { viewport: { width: 1280, height: 900 } } }],
});
