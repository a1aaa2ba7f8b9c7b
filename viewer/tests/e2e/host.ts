/** A host of files as buckets are: whole files and, unless it is a simple one, ranges; nothing else. */
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".zip": "application/zip",
};

type Kind = { below: string; ranges: boolean; shared?: boolean; unlisted?: boolean };

/**
 * The files of `folder` under `below` (`/` or `/a/b/`), on a free port of this machine while `use` needs them; `shared`:
 * pages of other hosts may read them; `unlisted`: nobody may list them, so that what is not there is refused (403).
 */
export async function withHost<T>(
  folder: string,
  { below, ranges, shared = false, unlisted = false }: Kind,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server: Server = createServer((request, response) => {
    if (shared) response.setHeader("access-control-allow-origin", "*");
    const absent = unlisted ? 403 : 404;
    answer(folder, { below, ranges, absent }, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    return await use(`http://127.0.0.1:${port}${below}`);
  } finally {
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  }
}

async function answer(
  folder: string,
  { below, ranges, absent }: { below: string; ranges: boolean; absent: number },
  { url = "/", headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(url, "http://host");
  const inside = pathname.startsWith(below) ? decodeURIComponent(pathname.slice(below.length)) : "..";
  const path = join(folder, normalize(inside || "index.html"));
  const found = path.startsWith(folder) ? await stat(path).catch(() => null) : null;
  if (!found?.isFile()) {
    response.writeHead(absent, { "content-type": "text/plain" }).end("not here");
    return;
  }
  const type = { "content-type": TYPES[extname(path)] ?? "application/octet-stream" };
  const [, first, last] = (ranges && headers.range?.match(/^bytes=(\d+)-(\d+)$/)) || [];
  if (first === undefined) {
    response.writeHead(200, { ...type, "content-length": found.size });
    send(createReadStream(path), response);
    return;
  }
  const [start, end] = [Number(first), Math.min(Number(last), found.size - 1)];
  response.writeHead(206, {
    ...type,
    "content-range": `bytes ${start}-${end}/${found.size}`,
    "content-length": end - start + 1,
  });
  send(createReadStream(path, { start, end }), response);
}

/** A browser that goes away, or a file that does, ends the answer and nothing else. */
function send(file: ReadStream, response: ServerResponse): void {
  pipeline(file, response, () => {});
}
