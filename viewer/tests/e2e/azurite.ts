/** A bucket of a real server of Azure's protocol, with a site that `neuronscope export site` put there. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT, running } from "./processes";

/** Why tests that need it are not run here, or null; where all is asked for they are run, and fail without it. */
export const WITHOUT_AZURITE =
  existsSync(join(ROOT, ".cache/azurite/node_modules/azurite")) || process.env["NIGHTLY"]
    ? null
    : "Azurite is not installed (make python-tests installs it)";

/** The address of the site's page in the bucket, whose certificate nobody vouches for. */
export async function withBucket<T>(
  datasets: readonly string[],
  use: (url: string) => Promise<T>,
): Promise<T> {
  const given = ["server/tests/azurite.py", "site", ...datasets];
  return running("python", given, {}, async ({ stdout }) => {
    if (!stdout) throw new Error("the bucket says nothing");
    const [line] = await once(createInterface(stdout), "line");
    return use(String(line));
  });
}
