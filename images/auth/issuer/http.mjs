/** HTTP with JSON in and out, and errors in the form that Google's interfaces give them. */
import { createServer } from "node:http";

const LARGEST = 64 * 1024;

/** An answer other than 200. */
export class Refusal extends Error {
  constructor(message, code = 400) {
    super(message);
    this.code = code;
  }
}

/** @param answer (request: { method, path, query, headers, body }) → object, may be a promise; throws Refusal */
export function serve(answer) {
  const server = createServer(async (request, response) => {
    try {
      const { pathname, searchParams } = new URL(request.url, "http://issuer");
      const body = await read(request);
      const { method, headers } = request;
      send(
        response,
        200,
        await answer({ method, path: decodeURI(pathname), query: searchParams, headers, body }),
      );
    } catch (error) {
      const { code, message } = error instanceof Refusal ? error : new Refusal("INTERNAL", 500);
      if (code === 500) console.error(`issuer: ${error.stack ?? error}`);
      send(response, code, {
        error: { code, message, errors: [{ message, domain: "global", reason: "invalid" }] },
      });
    }
  });
  // Idle connections outlive those of whoever calls, so that it never meets one that is just being closed.
  server.keepAliveTimeout = 75_000;
  return server;
}

/** JSON, or a form as OAuth has it. */
async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST) throw new Refusal("REQUEST_TOO_LARGE", 413);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === "") return {};
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    const body = JSON.parse(text);
    if (body !== null && typeof body === "object" && !Array.isArray(body)) return body;
  } catch {
    // Said below, as for everything else that is no object.
  }
  throw new Refusal("INVALID_JSON");
}

function send(response, status, body) {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(`${JSON.stringify(body)}\n`);
}
