/** FlashFit AI's page and its little server, run for real on a free port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const FOLDER = fileURLToPath(new URL("../../../examples/flashfit-ai/frontend/", import.meta.url));
const PAGE = readFileSync(`${FOLDER}public/index.html`, "utf8");

let api: Server;
let frontend: ChildProcess;
let base: string;

beforeAll(async () => {
  api = createServer((request, response) => {
    if (request.url === "/api/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
      setTimeout(() => response.end("data: second\n\n"), 300);
      return;
    }
    response.writeHead(201, { "content-type": "text/plain" });
    request.pipe(response);
  }).listen(0, "127.0.0.1");
  await once(api, "listening");
  const { port } = api.address() as AddressInfo;
  ({ frontend, base } = await startFrontend({ API_URL: `http://127.0.0.1:${port}` }));
});

afterAll(() => {
  frontend.kill("SIGKILL");
  api.close();
});

describe("the page", () => {
  it("has nothing inline and nothing from elsewhere, so that the content security policy holds", () => {
    expect(PAGE).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//i);
    expect([...PAGE.matchAll(/<script[^>]*>([^<]*)</g)].map(([, body]) => body)).toEqual([""]);
    for (const name of readdirSync(`${FOLDER}public`).filter((file) => file.endsWith(".js"))) {
      const script = readFileSync(`${FOLDER}public/${name}`, "utf8");
      expect(script, name).not.toMatch(/\.style(\.|\s*=)|innerHTML|\beval\(|setAttribute\("style"/);
    }
  });

  it("can be used with a keyboard and a screen reader", () => {
    expect(PAGE).toMatch(/<html lang="en">/);
    expect(PAGE).toMatch(/<label[^>]*for="text"/);
    const sections = [...PAGE.matchAll(/<section[^>]*aria-labelledby="([^"]+)"/g)].map(([, id]) => id);
    expect(sections.length).toBeGreaterThan(4);
    for (const id of sections) expect(PAGE).toContain(`id="${id}"`);
  });

  it("finds every file that it names", async () => {
    const files = [...PAGE.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, path]) => path);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect((await fetch(base + file)).status, file).toBe(200);
  });
});

describe("the server", () => {
  it("serves the page at every path below /app that is not a file", async () => {
    for (const path of ["/app", "/app/", "/app/looks/17"]) {
      const answer = await fetch(base + path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
    }
    expect((await fetch(`${base}/app/none.js`)).status).toBe(404);
    expect((await fetch(`${base}/app/..%2fserver.mjs`)).status).toBe(404);
    expect((await fetch(`${base}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${base}/app`, { method: "POST" })).status).toBe(405);
  });

  it("answers 304 to a browser that has the file", async () => {
    const tag = (await fetch(`${base}/app/main.js`)).headers.get("etag") ?? "";
    expect((await fetch(`${base}/app/main.js`, { headers: { "if-none-match": tag } })).status).toBe(304);
  });

  it("passes requests on to the API with their bodies", async () => {
    const answer = await fetch(`${base}/api/feedback`, { method: "POST", body: "liked" });
    expect([answer.status, await answer.text()]).toEqual([201, "liked"]);
  });

  it("passes an event stream on as it comes", async () => {
    const answer = await fetch(`${base}/api/stream`);
    const began = performance.now();
    const first = await answer.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe("data: first\n\n");
    expect(performance.now() - began).toBeLessThan(200);
  });

  it("is not ready while it leaves, and answers until then", async () => {
    const other = await startFrontend({ DRAIN_SECONDS: "0.4" });
    expect((await fetch(`${other.base}/health/ready`)).status).toBe(200);
    other.frontend.kill("SIGTERM");
    await new Promise((wait) => setTimeout(wait, 100));
    expect((await fetch(`${other.base}/health/ready`)).status).toBe(503);
    expect((await fetch(`${other.base}/health/live`)).status).toBe(200);
    expect((await fetch(`${other.base}/app`)).status).toBe(200);
    const [code] = await once(other.frontend, "exit");
    expect(code).toBe(0);
  });
});

async function startFrontend(
  env: Readonly<Record<string, string>>,
): Promise<{ frontend: ChildProcess; base: string }> {
  const child = spawn(process.execPath, ["server.mjs"], {
    cwd: FOLDER,
    env: { ...process.env, PORT: "0", ...env },
  });
  for await (const line of child.stdout) {
    const [, port] = /port (\d+)/.exec(String(line)) ?? [];
    if (port) return { frontend: child, base: `http://127.0.0.1:${port}` };
  }
  throw new Error("the server did not start");
}
