/**
 * Builds what dashboards are drawn with, from the viewer's own components, into the library's package: `widget.js`, a module
 * for notebooks, and `page.js` with `page.css`, which stand in every file. The frame of a file with both in it is put
 * beside the viewer, whose pages save such files too.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Parcel } from "@parcel/core";

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const ROOM = "explainer/neuronscope/dashboards";
const target = path(`${ROOM}/static/`);
const BROWSERS = "Chrome >= 111, Edge >= 111, Firefox >= 115, Safari >= 16.4";

/** Everything in one plain script: no part may be asked for later. */
const one = (/** @type {string} */ name) => ({
  distDir: target,
  distEntry: name,
  context: /** @type {const} */ ("browser"),
  outputFormat: /** @type {const} */ ("global"),
  includeNodeModules: true,
  scopeHoist: true,
  optimize: true,
  engines: { browsers: BROWSERS },
  sourceMap: false,
});

async function bundle(
  /** @type {string} */ entry,
  /** @type {ReturnType<typeof one>} */ made,
  /** @type {Record<string, string>} */ env = {},
) {
  const parcel = new Parcel({
    entries: path(`viewer/src/dashboard/${entry}`),
    defaultConfig: "@parcel/config-default",
    targets: { main: made },
    mode: "production",
    env: { NODE_ENV: "production", ...env },
    shouldDisableCache: true,
    shouldAutoInstall: false,
    defaultTargetOptions: { shouldScopeHoist: true, shouldOptimize: true, sourceMaps: false },
  });
  await parcel.run();
}

/** What must not stand in a page's script or style is written so that it means the same there. */
const inert = (/** @type {string} */ text) =>
  text
    .replaceAll("\r", "\\r")
    .replace(/<(?=\/(?:script|style))/gi, "\\x3c")
    .replaceAll("<!--", "\\x3c!--");

/** Empties the folder, builds into it, and says what it holds. Throws where a bundle came in pieces. */
export async function buildDashboards(/** @type {string} */ viewer) {
  rmSync(target, { recursive: true, force: true });
  await bundle("page.tsx", one("page.js"));
  const DASHBOARD_CSS = readFileSync(`${target}page.css`, "utf8"); // a widget carries its style itself
  await bundle("widget.tsx", one("widget.js"), { DASHBOARD_CSS });
  const files = readdirSync(target).sort().join(" ");
  if (files !== "page.css page.js widget.js") throw new Error(`dashboards came in other pieces: ${files}`);
  const widget = readFileSync(`${target}widget.js`, "utf8");
  writeFileSync(`${target}widget.js`, `const widget = {};\n${widget}\nexport default widget;\n`);
  for (const name of ["page.js", "page.css"])
    writeFileSync(target + name, inert(readFileSync(target + name, "utf8")));
  mkdirSync(`${viewer}dashboard`);
  writeFileSync(`${viewer}dashboard/page.html`, filled());
  for (const name of readdirSync(target))
    console.log(
      `${(gzipSync(readFileSync(target + name)).length / 1000).toFixed(1).padStart(6)} kB gz  ${name}`,
    );
}

/** The frame of a file with script and style in it; title, body and data are left to whoever saves one. */
function filled() {
  const script = readFileSync(`${target}page.js`, "utf8");
  // as dashboards/page.py has them: the script's, and that of the plain text
  const styles = [`${target}page.css`, path(`${ROOM}/data/plain.css`)].map((name) =>
    readFileSync(name, "utf8"),
  );
  /** @type {Record<string, string>} */
  const parts = {
    "script-hashes": hash(script),
    "style-hashes": styles.map(hash).join(" "),
    styles: styles.map((style) => `<style>${style}</style>`).join("\n"),
    script: `<script>${script}</script>`,
  };
  const frame = readFileSync(path(`${ROOM}/data/frame.html`), "utf8");
  return frame.replace(/\{\{([\w-]+)\}\}/g, (mark, name) => parts[name] ?? mark);
}

const hash = (/** @type {string} */ text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
