/** How fast a published site of 300,000 explanations is searched, against its aims. Prints one table. */
import { join } from "node:path";
import { test as base, expect, type Page } from "../e2e/fixtures";
import { withHost } from "../e2e/host";
import { finished, withFolder } from "../e2e/processes";

const SECONDS = 400; // to make and publish the dataset
const RUNS = 3;
const AIMS = { first: 1500, keystroke: 50, memory: 200 };
// Common words, rare ones, beginnings, fragments inside thousands of words; each is typed letter by letter.
const TYPED = [
  "the names",
  "numbers of ing",
  "tion",
  "people NOT the",
  "stands*",
  "and OR verbs",
  "a phrase",
];

const test = base.extend<object, { manySite: string }>({
  manySite: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) =>
      withFolder(async (folder) => {
        const given = process.env["NEURONSCOPE_PUBLISHED"]; // a site that is there already
        const [many, out] = [join(folder, "many"), given ?? join(folder, "site")];
        if (!given) {
          await finished("python", ["benchmarks/make_explanations.py", many]);
          await finished("neuronscope", ["export", "site", `explained=${many}`, "--out", out]);
        }
        await withHost(out, { below: "/", ranges: true }, use);
      }),
    { scope: "worker", timeout: SECONDS * 1000 },
  ],
  baseURL: async ({ manySite }, use) => use(manySite),
});

test("300,000 explanations", async ({ browser, manySite }) => {
  test.setTimeout(SECONDS * 1000);
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext(); // nothing is cached
    const page = await context.newPage();
    say("first result, ms", await firstResult(page, manySite), AIMS.first);
    const times = await typing(page);
    say(`keystroke, median of ${times.length}, ms`, quantile(times, 0.5), AIMS.keystroke);
    say("keystroke, 95th percentile, ms", quantile(times, 0.95), AIMS.keystroke);
    const took = await page.evaluate(() => (window as unknown as { took: number[] }).took);
    say("of which the thread takes, median", quantile(took, 0.5), AIMS.keystroke);
    say("of which the thread takes, 95th", quantile(took, 0.95), AIMS.keystroke);
    say("keystroke, slowest, ms", quantile(times, 1), AIMS.keystroke);
    say("memory of page and thread, MB", await memoryOf(page), AIMS.memory);
    await context.close();
  }
});

/** Milliseconds from the start of the navigation to the frame that shows the first hits. */
async function firstResult(page: Page, site: string): Promise<number> {
  await page.addInitScript(() => {
    const [asked, took]: [Map<number, number>, number[]] = [new Map(), []];
    Object.assign(window, { took });
    window.Worker = class extends Worker {
      override postMessage(question: { id: number }): void {
        asked.set(question.id, performance.now());
        this.onmessage = ({ data }) =>
          data.answer && took.push(performance.now() - (asked.get(data.id) ?? 0));
        super.postMessage(question);
      }
    };
    const look = () => {
      if (document.querySelector(".hits li"))
        setTimeout(() => Object.assign(window, { hitsAt: performance.now() }));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${site}#/d/explained/search?q=names`, { waitUntil: "commit" });
  await page.waitForTimeout(2500); // looking for elements meanwhile would cost the page some of its time
  await expect(page.locator(".hits li").first()).toBeVisible({ timeout: 30_000 });
  return page.evaluate(() => (window as unknown as { hitsAt: number }).hitsAt);
}

/** Milliseconds from each letter in the field until the page shows what was found for it. */
function typing(page: Page): Promise<number[]> {
  const typed = TYPED.flatMap((text) => Array.from(text, (_, at) => text.slice(0, at + 1).trim()));
  const queries = [...new Set(typed)]; // what was asked before is known
  return page.evaluate(async (queries) => {
    const field = document.querySelector<HTMLInputElement>("#main input[type=search]");
    const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
    const waits = () => !!document.querySelector("#found [aria-busy=true]");
    const until = (done: () => boolean) =>
      new Promise<void>((found) => {
        const look = () => {
          if (!done()) return;
          watch.disconnect();
          found();
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { attributes: true, childList: true, subtree: true });
        look();
      });
    const times: number[] = [];
    for (const query of queries) {
      const began = performance.now();
      write?.call(field, query);
      field?.dispatchEvent(new InputEvent("input", { bubbles: true })); // as a key does
      await until(waits);
      await until(() => !waits());
      const said = document.querySelector("#found p[role=status]")?.textContent ?? "";
      if (!/^[\d,]+ found/.test(said)) throw new Error(`${query}: ${said}`);
      times.push(performance.now() - began);
      await new Promise((next) => setTimeout(next, 50));
    }
    return times;
  }, queries);
}

/** JavaScript's objects and the arrays behind them, of the page and of the thread beside it, MB. */
async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const attached = new Promise<string>((found) =>
    session.on("Target.attachedToTarget", ({ sessionId }) => found(sessionId)),
  );
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const thread = await attached;
  const beside = (method: string, id: number): Promise<Record<string, unknown>> => {
    const answered = new Promise<Record<string, unknown>>((found) =>
      session.on("Target.receivedMessageFromTarget", ({ message }) => {
        const answer = JSON.parse(message);
        if (answer.id === id) found(answer.result);
      }),
    );
    session.send("Target.sendMessageToTarget", {
      sessionId: thread,
      message: JSON.stringify({ id, method }),
    });
    return answered;
  };
  await session.send("HeapProfiler.collectGarbage");
  await beside("HeapProfiler.collectGarbage", 1);
  const used = [await session.send("Runtime.getHeapUsage"), await beside("Runtime.getHeapUsage", 2)];
  return used.reduce((sum, one: Record<string, unknown>) => sum + bytesOf(one), 0) / 1e6;
}

const bytesOf = (used: Record<string, unknown>): number =>
  Number(used["usedSize"]) + Number(used["backingStorageSize"] ?? Number.NaN);

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(share * values.length) - 1] ?? Number.NaN;

function say(name: string, value: number, aim: number): void {
  const missed = value > aim ? "  MISSED" : "";
  process.stdout.write(`${name.padEnd(34)} ${value.toFixed(1).padStart(8)}  at most ${aim}${missed}\n`);
}
