/** The edge in real containers: routes, TLS, headers, caching, streams. */
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app, edge } from "../components/docker/edge/fixture.ts";
import { type Call, callPlain } from "./edge/client.ts";
import { docker, until } from "./edge/docker.ts";
import { streamEvents, webSocketEcho } from "./edge/raw.ts";
import { echo, type Ready, startReady } from "./edge/ready.ts";

const INJECTION = `/app/search?q=${encodeURIComponent("' UNION SELECT password FROM users--")}`;
const APP = app({ edge: edge() });
let ready: Ready;
const get = (path: string, options?: Call) => ready.get(path, options);

beforeAll(async () => {
  ready = await startReady("edge", APP);
});
afterAll(() => ready?.close());

describe("routes", () => {
  test("take the longest prefix, by whole segments, and strip it where asked", async () => {
    expect(echo(await get("/v1/items?x=1"))).toMatchObject({
      url: "/items?x=1",
      headers: { "x-forwarded-prefix": "/v1" },
    });
    expect(echo(await get("/v1")).url).toBe("/");
    expect(echo(await get("/app/page")).url).toBe("/app/page");
    expect((await get("/apples")).status).toBe(404);
  });
  test("answer 404 for an unknown path and 421 for an unknown host", async () => {
    const page = await get("/nowhere", { headers: { accept: "text/html" } });
    expect(page).toMatchObject({ status: 404, headers: { "content-type": "text/html" } });
    expect(page.body).toContain(`Request ${page.headers["x-request-id"]}`);
    expect(await get("/app", { host: "other.example" })).toMatchObject({ status: 421 });
    expect(await callPlain(ready.stack.door, "/app", { host: "other.example" })).toMatchObject({
      status: 421,
    });
  });
  test("redirect HTTP to HTTPS and old addresses to new ones", async () => {
    expect(await callPlain(ready.stack.door, "/app?a=1")).toMatchObject({
      status: 301,
      headers: { location: "https://flashfit.example/app?a=1" },
    });
    expect((await callPlain(ready.stack.door, "/api", { method: "POST" })).status).toBe(308);
    expect(await get("/old")).toMatchObject({ status: 308, headers: { location: "/app?from=old" } });
  });
  test("lead to a bucket under its own name", async () => {
    expect(echo(await get("/media/a.jpg?X-Amz-Signature=1")).url).toBe("/media/a.jpg?X-Amz-Signature=1");
    expect(echo(await get("/files/a.jpg")).url).toBe("/media/a.jpg");
  });
});

describe("TLS", () => {
  const handshake = (options: object) =>
    new Promise<string>((resolve) => {
      const socket = connect(
        {
          host: "127.0.0.1",
          port: ready.stack.door.https,
          servername: "flashfit.example",
          ca: ready.stack.door.ca,
          ...options,
        },
        () => {
          resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
          socket.destroy();
        },
      );
      socket.on("error", (error) => resolve(`refused: ${error.message}`));
    });
  test("1.2 and 1.3 only, with strong ciphers, for every name, from an authority of its own", async () => {
    expect(await handshake({ minVersion: "TLSv1.3" })).toMatch(/^TLSv1.3 TLS_/);
    expect(await handshake({ maxVersion: "TLSv1.2" })).toMatch(/^TLSv1.2 ECDHE-/);
    expect(await handshake({ servername: "www.flashfit.example" })).toMatch(/^TLSv1.3/);
    expect(await handshake({ servername: "localhost" })).toMatch(/^TLSv1.3/);
    expect(await handshake({ servername: "other.example" })).toContain("refused");
    const weak = { ciphers: "DEFAULT:@SECLEVEL=0" };
    expect(await handshake({ ...weak, minVersion: "TLSv1", maxVersion: "TLSv1.1" })).toContain("refused");
    expect(await handshake({ maxVersion: "TLSv1.2", ciphers: "AES128-SHA" })).toContain("refused");
  });
  test("HTTP/2", async () => {
    const session = connectHttp2(`https://127.0.0.1:${ready.stack.door.https}`, {
      ca: ready.stack.door.ca,
      servername: "flashfit.example",
    });
    const status = await new Promise((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({ ":path": "/app/two", ":authority": "flashfit.example" });
      stream.on("response", (headers) => resolve(headers[":status"]));
      stream.end();
    });
    session.destroy();
    expect(status).toBe(200);
  });
});

describe("headers", () => {
  test("protect every answer, also the edge's own", async () => {
    for (const path of ["/app/revealing", "/nowhere", "/old", INJECTION]) {
      const { headers } = await get(path);
      expect(headers, path).toMatchObject({
        "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
      });
      expect(headers["content-security-policy"]).toContain("default-src 'self'");
      expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.server ?? headers["x-powered-by"] ?? headers["keep-alive"]).toBeUndefined();
    }
  });
  test("that a client forges do not reach the service", async () => {
    const forged = {
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil",
      "x-webauth-user": "admin",
      x_forwarded_for: "6.6.6.6",
      forwarded: "for=6.6.6.6",
      proxy: "http://evil",
    };
    const { headers } = echo(await get("/app/x", { headers: forged }));
    expect(headers).toMatchObject({
      "x-forwarded-proto": "https",
      "x-forwarded-host": "flashfit.example",
      host: "flashfit.example",
    });
    expect(headers["x-forwarded-for"]).toMatch(/^172\.|^10\.|^192\.168\./);
    for (const name of ["x-webauth-user", "x_forwarded_for", "forwarded", "proxy"])
      expect(headers[name], name).toBeUndefined();
  });
  test("carry a sound request id through, and replace an unsound one", async () => {
    const sent = { headers: { "x-request-id": "trace-12345678" } };
    const answer = await get("/app/x", sent);
    expect(answer.headers["x-request-id"]).toBe("trace-12345678");
    expect(echo(answer).headers["x-request-id"]).toBe("trace-12345678");
    expect((await get("/app/x", { headers: { "x-request-id": 'bad"id' } })).headers["x-request-id"]).toMatch(
      /^[0-9a-f-]{36}$/,
    );
    const line = await until("log line", async () =>
      (await ready.stack.log(ready.edge)).find((l) => l.requestId === "trace-12345678"),
    );
    expect(line).toMatchObject({
      type: "access",
      method: "GET",
      path: "/app/x",
      status: 200,
      route: "/app",
      backend: "api_8080",
      waf: "pass",
    });
  });
  test("answer other origins as configured", async () => {
    const preflight = (origin: string) =>
      get("/api/recommend", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    expect(await preflight("https://studio.example")).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": "https://studio.example",
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "Authorization, Content-Type",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "3600",
        vary: "Origin",
      },
    });
    const refused = await preflight("https://evil.example");
    expect(refused.status).toBe(403);
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
    expect(
      (await get("/app/x", { headers: { origin: "https://studio.example" } })).headers[
        "access-control-allow-origin"
      ],
    ).toBe("https://studio.example");
  });
});

describe("answers", () => {
  test("are compressed, and kept where the route says so", async () => {
    const gzip = { headers: { "accept-encoding": "gzip" } };
    expect((await get("/app/big", gzip)).headers["content-encoding"]).toBe("gzip");
    const first = await get("/static/x?n=1");
    expect(first.headers["cache-control"]).toBe(
      "public, max-age=86400, s-maxage=3600, stale-while-revalidate=300",
    );
    const again = await get("/static/x?n=1");
    expect(echo(again).headers["x-request-id"]).toBe(echo(first).headers["x-request-id"]);
    expect(again.headers["x-request-id"]).not.toBe(first.headers["x-request-id"]);
    expect((await get("/static/private")).headers["cache-control"]).toBe("no-store");
  });
  test("stream: events arrive within 100 ms, a WebSocket echoes", async () => {
    const delays = await streamEvents(ready.stack.door, "/api/stream");
    expect(delays).toHaveLength(10);
    expect(Math.max(...delays)).toBeLessThan(100);
    expect(await webSocketEcho(ready.stack.door, "/app/socket", "hello")).toBe("hello");
  });
});

test("the platform's own port is healthy and has figures, and nothing of it shows outside", async () => {
  const metrics = await docker(
    "exec",
    ready.edge,
    "bash",
    "-c",
    "exec 3<>/dev/tcp/127.0.0.1/8404; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3",
  );
  expect(metrics).toContain('haproxy_frontend_http_responses_total{proxy="https",code="2xx"}');
});
