/** What the tests start beside the browser: folders and processes, each gone again when what needs it is done. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const ROOT = new URL("../../..", import.meta.url).pathname;
const PATIENCE = 10_000; // ms that a process has to end by itself
export const MODEL = "stand-in";

export type Environment = Record<string, string>;

/** One of the project's environment, or of the system under its whole path. */
export const program = (name: string): string => (isAbsolute(name) ? name : join(ROOT, ".venv/bin", name));

/** A folder of its own. What a process still writes there while it ends is no reason to fail. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "neuronscope-e2e-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** A server that ended before it answered; what it said. */
class Ended extends Error {}

const ATTEMPTS = 3; // a port that is free can be somebody's a moment later

/** The address of `neuronscope serve` with these arguments, answering. */
export async function withServer<T>(
  given: readonly string[],
  cache: string,
  use: (site: string) => Promise<T>,
  seconds = 60, // with other tests beside it
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withOneServer(given, cache, use, seconds);
    } catch (error) {
      if (!(error instanceof Ended) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function withOneServer<T>(
  given: readonly string[],
  cache: string,
  use: (site: string) => Promise<T>,
  seconds: number,
): Promise<T> {
  const port = await freePort();
  // A model's threads that wait for each other take all of the time where other tests want the processor.
  const env = { XDG_CACHE_HOME: cache, OMP_NUM_THREADS: "1" };
  return running("neuronscope", ["serve", ...given, "--port", `${port}`], env, async (server) => {
    server.stdout?.resume(); // what it says is not read, and must not hold it up
    await answering(server, `http://127.0.0.1:${port}/api/health`, seconds);
    return use(`http://127.0.0.1:${port}/`);
  });
}

/** A stand-in for a language model that answers by rules; the name by which commands ask it. */
export async function withStandIn<T>(
  use: (llm: string) => Promise<T>,
  latency = 0, // seconds
): Promise<T> {
  const given = ["benchmarks/stubserver.py", "--latency", `${latency}`];
  return running("python", given, {}, async ({ stdout }) => {
    if (!stdout) throw new Error("the stand-in says nothing");
    const [line] = await once(createInterface(stdout), "line");
    return use(`openai:${MODEL}@${line}`);
  });
}

/** Runs a program of the project's environment to its end; what it printed. */
export async function finished(
  name: string,
  given: readonly string[],
  env: Environment = {},
): Promise<string> {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, maxBuffer: 1e8 };
  return (await promisify(execFile)(program(name), given, options)).stdout;
}

/** A program while `use` needs it. */
export async function running<T>(
  name: string,
  given: readonly string[],
  env: Environment,
  use: (child: ChildProcess) => Promise<T>,
): Promise<T> {
  const child = spawn(program(name), given, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = tellOfEnd(child, `${name} ${given[0]}`);
  try {
    return await use(child);
  } finally {
    child.off("exit", told);
    await end(child);
  }
}

/** Says beside the tests' own lines that a program ended before anybody wanted it to, and what it said last. */
function tellOfEnd(child: ChildProcess, what: string): (code: number | null, signal: string | null) => void {
  const said = lastWords(child);
  const told = (code: number | null, signal: string | null) => {
    process.stderr.write(`${what} ended by itself (${code ?? signal}): ${said()}\n`);
  };
  child.once("exit", told);
  return told;
}

/** What a program says of its faults from now on, the end of it. */
function lastWords(child: ChildProcess): () => string {
  let said = "";
  child.stderr?.on("data", (more) => {
    said = `${said}${more}`.slice(-2000);
  });
  return () => said;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await ended;
  clearTimeout(late);
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const socket = createServer().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const address = socket.address();
  socket.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** Waits until a server answers at an address. */
export async function answering(server: ChildProcess, url: string, seconds: number): Promise<void> {
  const said = lastWords(server);
  for (let times = 0; times < 10 * seconds; times++) {
    if (server.exitCode !== null)
      throw new Ended(`the server ended with exit code ${server.exitCode}: ${said()}`);
    const found = await fetch(url).catch(() => null);
    if (found?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no answer from ${url} after ${seconds} seconds`);
}
