/** The shop's page on port 3000, or PORT: products are asked of the middleware and stand in the page as it is sent. Files
 * below /static may be kept by caches, because their address has a checksum of their content.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { products } from "./middleware.mjs";
import { renderPage } from "./page.mjs";

const PORT = Number(process.env.PORT ?? 3000);
/** Time in which the door sees that this instance leaves, before it takes no more connections. */
const DRAIN_MILLISECONDS = Number(process.env.DRAIN_SECONDS ?? 2) * 1000;
const TYPES = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const FOLDER = new URL("./public/", import.meta.url);
const files = new Map(readdirSync(FOLDER).map((name) => [name, read(name)]));
const versions = Object.fromEntries([...files].map(([name, { tag }]) => [name, tag]));

let leaving = false;

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://storefront");
  if (pathname === "/api/health") return health(response);
  if (request.method !== "GET" && request.method !== "HEAD")
    return answer(response, 405, { allow: "GET, HEAD" });
  if (pathname.startsWith("/static/")) return file(response, pathname.slice("/static/".length));
  if (pathname !== "/")
    return answer(response, 404, { "content-type": "text/plain" }, "There is nothing here.\n");
  const found = await products(hostOf(request)).catch((error) => {
    console.error(`storefront: no products: ${error.message}`);
    return undefined;
  });
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" };
  answer(response, 200, headers, renderPage(found, versions, process.env));
});

// Idle connections outlive those of the door, so that it never meets one that is just being closed.
server.keepAliveTimeout = 75_000;
server.listen(PORT, () => console.log(`storefront: port ${server.address().port}`));

process.once("SIGTERM", () => {
  leaving = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    setInterval(() => server.closeIdleConnections(), 50);
  }, DRAIN_MILLISECONDS);
});

function read(name) {
  const content = readFileSync(new URL(name, FOLDER));
  const tag = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return { content, tag, type: `${TYPES[extname(name)] ?? "application/octet-stream"}; charset=utf-8` };
}

function file(response, name) {
  const found = files.get(name);
  if (!found) return answer(response, 404, { "content-type": "text/plain" }, "no such file\n");
  answer(response, 200, { "content-type": found.type, etag: `"${found.tag}"` }, found.content);
}

/** As the browser wrote it. */
const hostOf = ({ headers }) => headers["x-forwarded-host"] ?? headers.host ?? "";

function health(response) {
  const body = JSON.stringify({ status: leaving ? "leaving" : "ok" });
  answer(response, leaving ? 503 : 200, { "content-type": "application/json" }, body);
}

function answer(response, status, headers, body) {
  response.writeHead(status, headers).end(body);
}
