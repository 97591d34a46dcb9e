/** The edge in real containers: what it refuses, how often it lets anyone ask, and who may see the tools. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app, edge } from "../components/docker/edge/fixture.ts";
import type { Call } from "./edge/client.ts";
import { rawTls } from "./edge/raw.ts";
import { echo, type Ready, startReady } from "./edge/ready.ts";
import { PASSWORD } from "./edge/stack.ts";

const APP = app({ edge: edge() });
let ready: Ready;
const get = (path: string, options?: Call) => ready.get(path, options);

beforeAll(async () => {
  ready = await startReady("limits", APP);
});
afterAll(() => ready?.close());

describe("limits", () => {
  test("of bodies: 413 announced, 411 unannounced", async () => {
    const post = (bytes: number) =>
      get("/api/upload", {
        method: "POST",
        body: "x".repeat(bytes),
        headers: { "content-type": "application/octet-stream" },
      });
    // Only announced: an answer to a body that is on its way may be lost to the reset that follows.
    const announced = "POST /api/upload HTTP/1.1\r\nHost: flashfit.example\r\nContent-Length: 200001\r\n\r\n";
    expect(await rawTls(ready.stack.door, announced)).toMatch(/^HTTP\/1.1 413 /);
    const fits = await post(200_000);
    expect(echo(fits).bytes).toBe(200_000);
    const chunk = (size: number) => `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
    const chunked = (size: number) =>
      rawTls(
        ready.stack.door,
        `POST /api/upload HTTP/1.1\r\nHost: flashfit.example\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk(size)}0\r\n\r\n`,
      );
    expect(await chunked(1000)).toMatch(/^HTTP\/1.1 200 /);
    expect(await chunked(60_000)).toMatch(/^HTTP\/1.1 411 /);
  });
  test("of rates: request 31 to the limited path waits, in any spelling; the user's 61st too", async () => {
    const statuses: number[] = [];
    for (let n = 1; n <= 31; n++)
      statuses.push((await get(n % 2 ? "/api/recommend" : "/api//%72ecommend")).status);
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(statuses[30]).toBe(429);
    expect((await get("/api/recommend")).headers["retry-after"]).toBe("60");
    expect((await get("/api/other")).status).toBe(200);
    const asUser = (token: string) => get("/api/mine", { headers: { authorization: `Bearer ${token}` } });
    for (let n = 0; n < 60; n++) expect((await asUser("anna")).status).toBe(200);
    expect((await asUser("anna")).status).toBe(429);
    expect((await asUser("ben")).status).toBe(200);
  });
  test("of heads: long addresses, many and large headers, odd methods and paths", async () => {
    expect((await get(`/app/${"x".repeat(9000)}`)).status).toBe(414);
    expect((await get("/app/x", { headers: { "x-large": "y".repeat(13_000) } })).status).toBe(431);
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`x-h-${n}`, "1"]));
    expect((await get("/app/x", { headers: many })).status).toBe(400);
    expect((await get("/app/x", { method: "TRACE" })).status).toBe(405);
    for (const path of ["/app/../grafana", "/app/%2e%2e/grafana", "/app/..%2fgrafana", "/app/%00"]) {
      expect((await get(path)).status, path).toBe(400);
    }
  });
  test("of patience: a head that trickles in is cut", async () => {
    const started = Date.now();
    expect(await rawTls(ready.stack.door, "GET /app HTTP/1.1\r\nHost: flash")).toMatch(/^HTTP\/1.1 408 /);
    expect(Date.now() - started).toBeLessThan(15_000);
  });
  test("against smuggling: one request stays one", async () => {
    const smuggled = "GET /app/smuggled HTTP/1.1\r\nHost: flashfit.example\r\n\r\n";
    const head = "POST /app/outer HTTP/1.1\r\nHost: flashfit.example\r\nConnection: close\r\n";
    for (const lengths of [
      `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Content-Length: 3\r\nContent-Length: 50\r\n\r\nabc${smuggled}`,
      `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    ]) {
      const answers = await rawTls(ready.stack.door, head + lengths);
      expect(answers).not.toContain("smuggled");
    }
  });
});

describe("operators", () => {
  const login = (password: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`operator:${password}`).toString("base64")}` },
  });
  test("log in; the tool learns who, not how", async () => {
    for (const path of ["/grafana", "/prometheus", "/metrics", "/grafana/api/x", "//grafana", "/%67rafana"]) {
      const answer = await get(path);
      expect(answer.status, path).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("Basic");
    }
    const { headers, url } = echo(await get("/grafana/x", login(PASSWORD)));
    expect(headers).toMatchObject({ "x-webauth-user": "operator" });
    expect(headers.authorization).toBeUndefined();
    expect(url).toBe("/grafana/x");
    expect(echo(await get("/metrics", login(PASSWORD))).url).toBe("/metrics");
    expect((await get("/prometheus", login(PASSWORD))).status).toBe(404);
  });
  test("cannot be guessed: ten wrong passwords close the door for a minute", async () => {
    for (let n = 0; n < 10; n++) expect((await get("/grafana", login(`wrong${n}`))).status).toBe(401);
    expect((await get("/grafana", login(PASSWORD))).status).toBe(429);
    expect((await get("/app/x")).status).toBe(200);
  });
});
