/** Which request does what. The assistant answers with server-sent events: `product`, the sentence in `word`s, `done`. */
import { randomUUID } from "node:crypto";
import { countRequest } from "./metrics.mjs";

const HEARTBEAT = 10_000;
const LONGEST = 400; // letters of a question
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function makeRoutes({ assistant, cache, database, health, pictures, state }) {
  return async (request, response) => {
    const url = new URL(request.url, "http://middleware");
    if (request.method !== "GET") return json(response, 405, { detail: "only GET is known here" });
    if (url.pathname === "/health/live") return json(response, 200, { status: "ok" });
    if (url.pathname === "/health") {
      const { status, body } = await health();
      return json(response, status, body);
    }
    if (url.pathname === "/api/products") return timed("products", () => products(request, response));
    if (url.pathname === "/api/assistant")
      return timed("assistant", () => ask(request, response, url.searchParams));
    const [, conversation] = /^\/api\/conversations\/([^/]+)$/.exec(url.pathname) ?? [];
    if (conversation) return timed("conversation", () => told(response, conversation));
    json(response, 404, { detail: "there is nothing here" });
  };

  async function products(request, response) {
    const { value, from } = await cache.through("products", () => database.products());
    const shelf = value.map((product) => seen(product, hostOf(request)));
    json(response, 200, { products: shelf }, { "x-cache": from });
  }

  function seen({ picture, ...product }, host) {
    return { ...product, ...(picture && { picture: pictures.link(picture, host) }) };
  }

  /** @returns false when it was asked wrongly */
  async function ask(request, response, params) {
    const question = (params.get("message") ?? "").slice(0, LONGEST);
    const conversation = params.get("conversation") ?? randomUUID();
    if (question.trim() === "" || !UUID.test(conversation)) {
      json(response, 422, { detail: "ask with ?message=…, and a conversation's own id or none" });
      return false;
    }
    const send = open(response);
    try {
      const { products: found, words, by, from } = await assistant.answer(question);
      for (const product of found) send("product", seen(product, hostOf(request)));
      for (const word of words.split(/(?<= )/)) send("word", { text: word });
      await database.remember({ conversation, question, answer: words, by });
      send("done", { conversation, by, cache: from });
      return true;
    } catch (error) {
      send("error", { detail: "the assistant can't answer now" });
      throw error;
    } finally {
      response.end();
    }
  }

  /** A stream that says something at least every ten seconds. */
  function open(response) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    state.streams.add(response);
    const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT);
    response.on("close", () => {
      clearInterval(heartbeat);
      state.streams.delete(response);
    });
    let id = 0;
    return (event, data) => response.write(`id: ${++id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async function told(response, conversation) {
    if (!UUID.test(conversation)) {
      json(response, 404, { detail: "there is no such conversation" });
      return false;
    }
    json(response, 200, { turns: await database.turns(conversation) });
  }
}

/** As the browser wrote it, also where the storefront asks for it. */
const hostOf = ({ headers }) => headers["x-forwarded-host"] ?? headers.host ?? "";

async function timed(action, work) {
  const began = performance.now();
  let status = "error";
  try {
    // What was asked wrongly is nobody's failure here.
    status = (await work()) === false ? "invalid" : "success";
  } finally {
    countRequest(action, status, (performance.now() - began) / 1000);
  }
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}
