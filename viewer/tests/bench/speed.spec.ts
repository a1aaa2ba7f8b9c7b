/** How fast a unit's page is, against its aims. Prints one table; times are of this machine. */
import { expect, test } from "../e2e/fixtures";
import { AIMS, type Figures, measure } from "../e2e/speed";

for (const rate of [1, 4])
  test(`the processor slowed ${rate} times`, async ({ page, data }) => {
    const figures = await measure(page, data, rate);
    for (const [name, aim] of Object.entries(AIMS[rate] ?? {})) {
      const value = figures[name as keyof Figures];
      process.stdout.write(
        `${rate}x  ${name.padEnd(12)} ${value.toFixed(2).padStart(9)}  at most ${aim}${value > aim ? "  MISSED" : ""}\n`,
      );
    }
    expect.soft(figures.elements).toBeLessThanOrEqual(4000);
  });
