/**
 * Builds the viewer into the server's package: empties the target, runs Parcel, checks that every file the page
 * names is there (Parcel can leave bundles out in silence) and prints what a browser loads at the start.
 * Then the scripts of dashboards, into the library's package.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildDashboards } from "./dashboards.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = fileURLToPath(new URL("../../server/neuronscope_server/static/", import.meta.url));
const parcel = fileURLToPath(new URL("../../node_modules/parcel/lib/bin.js", import.meta.url));

rmSync(target, { recursive: true, force: true });
const options = [
  "--public-url",
  "./",
  "--no-cache",
  "--no-source-maps",
  "--no-autoinstall",
  "--log-level",
  "warn",
];
execFileSync(process.execPath, [parcel, "build", "viewer/index.html", "--dist-dir", target, ...options], {
  cwd: root,
  stdio: "inherit",
});

const page = readFileSync(`${target}index.html`, "utf8");
const named = [...page.matchAll(/(?:(?:src|href)="?|"\.\/)([^"\s>]+)/g)].map((match) => match[1] ?? "");
const missing = named.filter((name) => !existsSync(target + name));
if (named.length === 0 || missing.length > 0) {
  console.error(`the built page names files that are not there: ${missing.join(", ") || "it names none"}`);
  process.exitCode = 1;
}
for (const name of named.filter((name) => existsSync(target + name)))
  console.log(
    `${(gzipSync(readFileSync(target + name)).length / 1000).toFixed(1).padStart(6)} kB gz  ${name}`,
  );

await buildDashboards(target);
