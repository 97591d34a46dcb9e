/** Serves the page on port 3000, or PORT. The page calls the API at /api, and its style and pictures are at /assets;
 * both are the door's to lead elsewhere.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";

const PORT = Number(process.env.PORT ?? 3000);
/** Time in which the door sees that this instance leaves, before it takes no more connections. */
const DRAIN_MILLISECONDS = Number(process.env.DRAIN_SECONDS ?? 2) * 1000;
const TYPES = { ".html": "text/html", ".js": "text/javascript" };
const FOLDER = new URL("./public/", import.meta.url);
const files = new Map(readdirSync(FOLDER).map((name) => [name, read(name)]));

let leaving = false;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://page");
  if (pathname === "/health/live") return health(response, true);
  if (pathname === "/health/ready") return health(response, !leaving);
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(response, 405, { allow: "GET, HEAD" });
  const name = pathname.slice(1);
  const file = files.get(name) ?? (extname(name) ? undefined : files.get("index.html"));
  if (!file) return answer(response, 404, { "content-type": "text/plain" }, "no such file\n");
  const headers = { "content-type": file.type, etag: file.tag, "cache-control": "no-cache" };
  if (request.headers["if-none-match"] === file.tag) return answer(response, 304, headers);
  answer(response, 200, headers, request.method === "HEAD" ? undefined : file.content);
});

// Idle connections outlive those of the door, so that it never meets one that is just being closed.
server.keepAliveTimeout = 75_000;
server.listen(PORT, () => console.log(`frontend: ${files.size} files, port ${server.address().port}`));

process.once("SIGTERM", () => {
  leaving = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    setInterval(() => server.closeIdleConnections(), 50);
  }, DRAIN_MILLISECONDS);
});

function read(name) {
  const content = readFileSync(new URL(name, FOLDER));
  const tag = `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`;
  return { content, tag, type: `${TYPES[extname(name)] ?? "application/octet-stream"}; charset=utf-8` };
}

function health(response, well) {
  const body = JSON.stringify({ status: well ? "ok" : "leaving" });
  answer(response, well ? 200 : 503, { "content-type": "application/json" }, body);
}

function answer(response, status, headers, body) {
  response.writeHead(status, headers).end(body);
}
