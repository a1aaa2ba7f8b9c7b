/** How fast the page of 300,000 units is, against its aims. Prints one table; times are of this machine. */
import { LEAST_FRAMES, MOST, measure, test } from "../e2e/many";

test("300,000 units", async ({ page }) => {
  test.setTimeout(120_000);
  for (const run of ["first", "warm", "warm"]) {
    const { frames, ...most } = await measure(page);
    for (const [name, aim] of Object.entries(MOST))
      say(run, name, most[name as keyof typeof most], aim, "at most");
    say(run, "frames", frames, LEAST_FRAMES, "at least");
  }
});

function say(run: string, name: string, value: number, aim: number, way: "at most" | "at least"): void {
  const missed = way === "at most" ? value > aim : value < aim;
  process.stdout.write(
    `${run.padEnd(6)} ${name.padEnd(8)} ${value.toFixed(0).padStart(6)}  ${way} ${aim}${missed ? "  MISSED" : ""}\n`,
  );
}
