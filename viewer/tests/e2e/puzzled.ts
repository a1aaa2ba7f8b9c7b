/** A site with puzzles: the dataset is what `neuronscope puzzles --out` writes, with a stand-in for a model put to them. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { answering, freePort } from "./explained";
import { test as base } from "./fixtures";

const ROOT = new URL("../../..", import.meta.url).pathname;
const BIN = join(ROOT, ".venv/bin");
const SECONDS = 90; // a model is opened, a dataset written and a server started, with other tests beside
export const MODEL = "stand-in";
export const NAMES = ["colours", "years", "negations"] as const; // in the order of the file they are 2, 3 and 1

/** A stand-in for a language model that answers by rules; the name by which commands ask it. */
export async function standIn<T>(use: (llm: string) => Promise<T>): Promise<T> {
  const stub = spawn(join(BIN, "python"), ["benchmarks/stubserver.py", "--latency", "0"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    if (!stub.stdout) throw new Error("the stand-in says nothing");
    const [line] = await once(createInterface(stub.stdout), "line");
    return await use(`openai:${MODEL}@${line}`);
  } finally {
    await end(stub);
  }
}

/** Runs a command of ours to its end; what it printed. */
export async function command(given: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, maxBuffer: 1e8 };
  return (await promisify(execFile)(join(BIN, "neuronscope"), given, options)).stdout;
}

/** Serves datasets while `use` runs. */
export async function served<T>(
  given: readonly string[],
  cache: string,
  use: (site: string) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const server = spawn(join(BIN, "neuronscope"), ["serve", ...given, "--port", String(port)], {
    cwd: ROOT,
    env: { ...process.env, XDG_CACHE_HOME: cache },
    stdio: "ignore",
  });
  try {
    await answering(server, `http://127.0.0.1:${port}/api/health`, SECONDS);
    return await use(`http://127.0.0.1:${port}/`);
  } finally {
    await end(server);
  }
}

async function end(server: ChildProcess): Promise<void> {
  server.kill();
  if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
}

/** The tests' `test`, on pages of the site with puzzles. */
export const test = base.extend<object, { puzzledSite: string }>({
  puzzledSite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "puzzled-"));
      const [out, cache] = [join(folder, "puzzled"), join(folder, "cache")];
      try {
        await standIn(async (llm) => {
          const only = ["--only", NAMES.join(","), "--no-cache", "--few-shot", "none"];
          await command(["puzzles", "--out", out, "--llm", llm, ...only, "--json"]);
        });
        await served([out, "data/sample"], cache, use);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ puzzledSite }, use) => use(puzzledSite),
});
