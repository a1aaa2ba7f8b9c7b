/**
 * Writes viewer/src/types.ts from the server's own description of its answers; with --check only compares
 * and fails when they differ. PYTHON names the interpreter that has the server installed.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = fileURLToPath(new URL("../src/types.ts", import.meta.url));
const python = process.env["PYTHON"] ?? `${root}.venv/bin/python`;

const printed = execFileSync(python, ["-m", "neuronscope_server.openapi"], { cwd: root, encoding: "utf8" });
const tree = await openapiTS(printed, { defaultNonNullable: false });
const text = `/** Generated from the server's OpenAPI description by \`npm run types\`; not written by hand. */\n\n${astToString(tree)}`;

if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
  console.log("viewer/src/types.ts written");
} else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
  console.error(
    "viewer/src/types.ts differs from the server's description: run `npm run types` and look at the change",
  );
  process.exitCode = 1;
} else {
  console.log("viewer/src/types.ts agrees with the server");
}
