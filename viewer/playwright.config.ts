/** The browser tests: the built viewer, the real server, the sample dataset, Debian's Chromium. */
import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

const root = new URL("..", import.meta.url).pathname;
const dataset = process.env["NEURONSCOPE_DATASET"] ?? "data/sample";

/** A port that nobody listens on; found once, the workers inherit it. */
function freePort(): string {
  const ask =
    "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})";
  return execFileSync(process.execPath, ["-e", ask], { encoding: "utf8" }).trim();
}
process.env["NEURONSCOPE_E2E_PORT"] ??= freePort();
const port = process.env["NEURONSCOPE_E2E_PORT"];
const nightly = Boolean(process.env["NIGHTLY"]);
// Every worker picks the same units; a run that failed is repeated with SEED=...
process.env["SEED"] ??= String(Math.floor(Math.random() * 1e6));
const address = `http://127.0.0.1:${port}`;

// Slow proofs; and what all pages have of one file of colours is looked at on a few of them.
const SLOW = /@nightly|^(?!.*look\.spec).*\bdark[:,] /;

// Chromium's own popup under the address bar is a page of 260 scripts, which every new window would run, and which takes
// longer than most of our pages. Chromium knows the last such list alone, so that Playwright's own stands here again.
const NOT_WANTED = [
  "WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup",
  "AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose",
  "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning",
  "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch",
].join(",");

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "../test-results",
  fullyParallel: true,
  workers: 3,
  retries: 1, // two cores: what fails once and then passes is told as flaky
  timeout: 60_000, // other tests run beside, on two cores
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: `${address}/`,
    trace: process.env["TRACE"] ? "retain-on-failure" : "off", // takes as long as the page itself
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      // no sandbox: the tests may run as root in a container; the rest keeps Chromium off the network
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${NOT_WANTED}`,
      ],
    },
  },
  projects: [
    {
      name: "desktop",
      testIgnore: "*.phone.spec.ts",
      grepInvert: nightly ? [] : SLOW,
      use: { viewport: { width: 1280, height: 900 } },
    },
    {
      name: "phone",
      // The same code on every screen; colours too.
      testIgnore: ["*.desktop.spec.ts", "faults.spec.ts", "lists.people.spec.ts", "state.spec.ts"],
      grepInvert: nightly ? [] : [SLOW, /\bdark[:,] /],
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
  webServer: {
    command: `.venv/bin/neuronscope serve ${dataset} --port ${port}`,
    cwd: root,
    env: { XDG_CACHE_HOME: `${root}/artefacts/cache` },
    url: `${address}/api/health`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
