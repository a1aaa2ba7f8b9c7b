/**
 * Sites that people write on: the real server on a copy of the sample, with a database of its own. One has a stand-in for
 * a language model that answers by rules after a while, so that a score is a real job; the other asks for a token.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { answering, freePort } from "./explained";
import { test as base } from "./fixtures";

const ROOT = new URL("../../..", import.meta.url).pathname;
const SECONDS = 60; // a server starts with a dataset to copy, a model to open and other tests beside it
const LATENCY = 0.8; // seconds for an answer of the stand-in: a score takes some, which is time to look and to cancel
export const MODEL = "stand-in";
export const TOKEN = "a-token-of-the-browser-tests";

/** The tests' `test`, on pages of the site that scores texts too. */
export const test = base.extend<object, { peopledSite: string }>({
  peopledSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => {
      const stub = run("python", ["benchmarks/stubserver.py", "--latency", String(LATENCY)]);
      try {
        const model = ["--llm", `openai:${MODEL}@${await firstLine(stub)}`, "--simulator", "structured"];
        await serving(model, use);
      } finally {
        await end(stub);
      }
    },
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ peopledSite }, use) => use(peopledSite),
});

/** The same on pages of the site that asks for a token. */
export const guarded = base.extend<object, { guardedSite: string }>({
  guardedSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => serving(["--token", TOKEN], use),
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ guardedSite }, use) => use(guardedSite),
});

async function serving(more: string[], use: (site: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "peopled-"));
  cpSync(join(ROOT, "data/sample"), join(folder, "sample"), { recursive: true });
  const port = await freePort();
  const words = ["--writable", "--annotations", `sqlite:///${join(folder, "words.sqlite")}`];
  const server = run(
    "neuronscope",
    ["serve", join(folder, "sample"), "--port", `${port}`, ...words, ...more],
    {
      XDG_CACHE_HOME: join(folder, "cache"),
    },
  );
  server.stdout?.resume(); // what it says is not read, and must not hold it up
  try {
    await answering(server, `http://127.0.0.1:${port}/api/health`, SECONDS);
    await use(`http://127.0.0.1:${port}/`);
  } finally {
    await end(server);
    rmSync(folder, { recursive: true });
  }
}

function run(program: string, given: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(join(ROOT, ".venv/bin", program), given, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error("the stand-in says nothing");
  const [line] = await once(createInterface(stdout), "line");
  return String(line);
}

async function end(server: ChildProcess): Promise<void> {
  server.kill();
  if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
}
