/** The same browser and server as the tests', one page at a time, for figures instead of verdicts. */
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig({
  ...tests,
  testDir: "tests/bench",
  workers: 1,
  use: { ...tests.use, trace: "off" }, // tracing takes as long as the page
  projects: [{ name: "desktop", use: { viewport: { width: 1280, height: 900 } } }],
});
