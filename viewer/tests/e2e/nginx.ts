/** nginx as docs/hosting.md says to set it up, under a path of a free port, with a folder's files. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answering, freePort, ROOT, running, withFolder } from "./processes";

export const NGINX = process.env["NGINX"] ?? "/usr/sbin/nginx";
/** Why tests that need it are not run here, or null; where all is asked for they are run, and fail without it. */
export const WITHOUT_NGINX =
  existsSync(NGINX) || process.env["NIGHTLY"]
    ? null
    : `there is no ${NGINX} (Debian: apt-get install nginx-light)`;
const SECONDS = 10;
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** The files of `folder` under `/neurons/`; without `ranges` it sends whole files only. */
export async function withNginx<T>(
  folder: string,
  { ranges }: { ranges: boolean },
  use: (url: string) => Promise<T>,
): Promise<T> {
  return withFolder(async (prefix) => {
    const port = await freePort();
    const config = join(prefix, "nginx.conf");
    writeFileSync(config, configured(documented(folder), port, ranges));
    return running(NGINX, ["-p", prefix, "-c", config, "-e", "stderr"], {}, async (nginx) => {
      const url = `http://127.0.0.1:${port}/neurons/`;
      await answering(nginx, url, SECONDS);
      return use(url);
    });
  });
}

/** What the docs show, for this folder. */
function documented(folder: string): string {
  const docs = readFileSync(join(ROOT, "docs/hosting.md"), "utf8");
  const shown = docs.match(/^```nginx\n(.*?)^```$/ms)?.[1];
  if (!shown?.includes("/srv/neurons/")) throw new Error("docs/hosting.md shows no nginx");
  return shown.replaceAll("/srv/neurons/", `${folder}/`);
}

/** One process, as whoever runs the tests; nothing is written but below its own folder. */
const configured = (locations: string, port: number, ranges: boolean): string => `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  access_log off;
  ${TEMPORARY.map((name) => `${name}_temp_path ${name};`).join("\n  ")}
  ${ranges ? "" : "max_ranges 0;"}
  server {
    listen 127.0.0.1:${port};
${locations}
  }
}
`;
