/** Serves the page below /app on port 3000, or PORT. Requests to /api are passed on to the API, so that the page works
 * without the door too; behind the door they never come here.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, watch } from "node:fs";
import { createServer, request } from "node:http";
import { extname } from "node:path";

const PREFIX = "/app";
const PORT = Number(process.env.PORT ?? 3000);
/** Time in which the door sees that this instance leaves, before it takes no more connections. */
const DRAIN_MILLISECONDS = Number(process.env.DRAIN_SECONDS ?? 2) * 1000;
const API = process.env.API_URL ? new URL(process.env.API_URL) : undefined;
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const FOLDER = new URL("./public/", import.meta.url);

/** Every file of the page: name → content, type and tag. Read again when one changes, for development. */
let files = readFiles(FOLDER);
watch(FOLDER, () => {
  try {
    files = readFiles(FOLDER);
  } catch (error) {
    console.log(`frontend: still the page as it was: ${error.message}`);
  }
}).unref();

let leaving = false;

const server = createServer((req, res) => {
  const path = new URL(req.url, "http://page").pathname;
  if (path === "/health/live") return health(res, true);
  if (path === "/health/ready") return health(res, !leaving);
  if (path === "/") return answer(res, 302, { location: `${PREFIX}/` });
  if (path.startsWith("/api/") && API) return passOn(req, res);
  if (path === PREFIX || path.startsWith(`${PREFIX}/`)) return page(req, res, path.slice(PREFIX.length + 1));
  answer(res, 404, { "content-type": "text/plain" }, "There is nothing here; the page is at /app\n");
});

// Idle connections outlive those of the door, so that it never meets one that is just being closed.
server.keepAliveTimeout = 75_000;
server.listen(PORT, () =>
  console.log(`frontend: ${files.size} files at ${PREFIX}, port ${server.address().port}`),
);

process.once("SIGTERM", () => {
  leaving = true;
  setTimeout(leave, DRAIN_MILLISECONDS);
});

/** No new connections; what is in flight is finished, and a connection is closed as soon as it is idle. */
function leave() {
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 50);
}

function readFiles(folder) {
  return new Map(
    readdirSync(folder).map((name) => {
      const content = readFileSync(new URL(name, folder));
      const tag = `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`;
      return [
        name,
        { content, tag, type: `${TYPES[extname(name)] ?? "application/octet-stream"}; charset=utf-8` },
      ];
    }),
  );
}

/** A file, or the page itself for every other path below the prefix. */
function page(req, res, name) {
  if (req.method !== "GET" && req.method !== "HEAD") return answer(res, 405, { allow: "GET, HEAD" });
  const file = files.get(name) ?? (extname(name) ? undefined : files.get("index.html"));
  if (!file) return answer(res, 404, { "content-type": "text/plain" }, "no such file\n");
  const headers = { "content-type": file.type, etag: file.tag, "cache-control": "no-cache" };
  if (req.headers["if-none-match"] === file.tag) return answer(res, 304, headers);
  answer(res, 200, headers, req.method === "HEAD" ? undefined : file.content);
}

function health(res, well) {
  const body = JSON.stringify({ status: well ? "ok" : "draining" });
  answer(res, well ? 200 : 503, { "content-type": "application/json" }, body);
}

function answer(res, status, headers, body) {
  res.writeHead(status, { ...HEADERS, ...headers }).end(body);
}

/** Both directions as they come, so that event streams stay live. */
function passOn(req, res) {
  const { connection: _, ...headers } = req.headers;
  const onward = request(
    new URL(req.url, API),
    { method: req.method, headers: { ...headers, host: API.host } },
    (back) => {
      const { connection: __, "transfer-encoding": ___, ...answered } = back.headers;
      res.writeHead(back.statusCode, answered);
      back.pipe(res);
    },
  );
  onward.on("error", () => {
    if (!res.headersSent)
      answer(res, 502, { "content-type": "application/json" }, '{"detail":"the API does not answer"}');
    else res.destroy();
  });
  res.on("close", () => onward.destroy());
  req.pipe(onward);
}
