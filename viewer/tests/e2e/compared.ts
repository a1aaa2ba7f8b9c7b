/** A site of two datasets that hold the same: the sample under two names, served by the real server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answering, freePort } from "./explained";
import { test as base } from "./fixtures";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** The tests' `test`, on pages of the site with the sample and its twin. */
export const test = base.extend<object, { twinSite: string }>({
  twinSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => {
      const cache = mkdtempSync(join(tmpdir(), "compared-"));
      const port = await freePort();
      const server = spawn(
        join(ROOT, ".venv/bin/neuronscope"),
        ["serve", "sample=data/sample", "twin=data/sample", "--port", String(port)],
        { cwd: ROOT, env: { ...process.env, XDG_CACHE_HOME: cache }, stdio: "ignore" },
      );
      try {
        await answering(server, `http://127.0.0.1:${port}/api/health`, 60);
        await use(`http://127.0.0.1:${port}/`);
      } finally {
        server.kill();
        if (server.exitCode === null) await once(server, "exit");
        rmSync(cache, { recursive: true });
      }
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ twinSite }, use) => use(twinSite),
});
