/** The edge in real containers: every promise of the routes, headers, limits, logins and the WAF. */
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app, edge } from "../components/docker/edge/fixture.ts";
import { type Call, call, callPlain } from "./edge/client.ts";
import { docker, until } from "./edge/docker.ts";
import { rawTls, streamEvents, webSocketEcho } from "./edge/raw.ts";
import { ROUTES } from "./edge/routes.ts";
import { buildImages, PASSWORD, Stack } from "./edge/stack.ts";

const APP = app({ edge: edge({ wafExclusions: { 944150: "tested below" } }) });
const INJECTION = `/app/search?q=${encodeURIComponent("' UNION SELECT password FROM users--")}`;

let stack: Stack;
let edgeName: string;
let wafName: string;
const get = (path: string, options?: Call) => call(stack.door, path, options);
const json = (body: string) =>
  JSON.parse(body) as {
    name: string;
    url: string;
    method: string;
    headers: Record<string, string>;
    bytes: number;
  };

beforeAll(async () => {
  await buildImages();
  stack = await Stack.open("edge");
  await stack.startBackend("api");
  wafName = (await stack.startWaf(APP)) ?? "";
  edgeName = await stack.startEdge(APP, ROUTES);
  await stack.startDoor(APP.edge.domain);
  await until("first answer", async () => (await get("/app/")).status === 200 || undefined);
});
afterAll(() => stack?.close());

describe("routes", () => {
  test("take the longest prefix, by whole segments, and strip it where asked", async () => {
    expect(json((await get("/v1/items?x=1")).body)).toMatchObject({
      url: "/items?x=1",
      headers: { "x-forwarded-prefix": "/v1" },
    });
    expect(json((await get("/v1")).body).url).toBe("/");
    expect(json((await get("/app/page")).body).url).toBe("/app/page");
    expect((await get("/apples")).status).toBe(404);
  });
  test("answer 404 for an unknown path and 421 for an unknown host", async () => {
    const page = await get("/nowhere", { headers: { accept: "text/html" } });
    expect(page).toMatchObject({ status: 404, headers: { "content-type": "text/html" } });
    expect(page.body).toContain(`Request ${page.headers["x-request-id"]}`);
    expect(await get("/app", { host: "other.example" })).toMatchObject({ status: 421 });
    expect(await callPlain(stack.door, "/app", { host: "other.example" })).toMatchObject({ status: 421 });
  });
  test("redirect HTTP to HTTPS and old addresses to new ones", async () => {
    expect(await callPlain(stack.door, "/app?a=1")).toMatchObject({
      status: 301,
      headers: { location: "https://flashfit.example/app?a=1" },
    });
    expect((await callPlain(stack.door, "/api", { method: "POST" })).status).toBe(308);
    expect(await get("/old")).toMatchObject({ status: 308, headers: { location: "/app?from=old" } });
  });
  test("lead to a bucket under its own name", async () => {
    expect(json((await get("/media/a.jpg?X-Amz-Signature=1")).body).url).toBe(
      "/media/a.jpg?X-Amz-Signature=1",
    );
    expect(json((await get("/files/a.jpg")).body).url).toBe("/media/a.jpg");
  });
});

describe("TLS", () => {
  const handshake = (options: object) =>
    new Promise<string>((resolve) => {
      const socket = connect(
        {
          host: "127.0.0.1",
          port: stack.door.https,
          servername: "flashfit.example",
          ca: stack.door.ca,
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
    const session = connectHttp2(`https://127.0.0.1:${stack.door.https}`, {
      ca: stack.door.ca,
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
    const { headers } = json((await get("/app/x", { headers: forged })).body);
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
    expect(json(answer.body).headers["x-request-id"]).toBe("trace-12345678");
    expect((await get("/app/x", { headers: { "x-request-id": 'bad"id' } })).headers["x-request-id"]).toMatch(
      /^[0-9a-f-]{36}$/,
    );
    const line = await until("log line", async () =>
      (await stack.log(edgeName)).find((l) => l.requestId === "trace-12345678"),
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
    expect(json(again.body).headers["x-request-id"]).toBe(json(first.body).headers["x-request-id"]);
    expect(again.headers["x-request-id"]).not.toBe(first.headers["x-request-id"]);
    expect((await get("/static/private")).headers["cache-control"]).toBe("no-store");
  });
  test("stream: events arrive within 100 ms, a WebSocket echoes", async () => {
    const delays = await streamEvents(stack.door, "/api/stream");
    expect(delays).toHaveLength(10);
    expect(Math.max(...delays)).toBeLessThan(100);
    expect(await webSocketEcho(stack.door, "/app/socket", "hello")).toBe("hello");
  });
});

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
    expect(await rawTls(stack.door, announced)).toMatch(/^HTTP\/1.1 413 /);
    const fits = await post(200_000);
    expect(json(fits.body).bytes).toBe(200_000);
    const chunk = (size: number) => `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
    const chunked = (size: number) =>
      rawTls(
        stack.door,
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
    expect(await rawTls(stack.door, "GET /app HTTP/1.1\r\nHost: flash")).toMatch(/^HTTP\/1.1 408 /);
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
      const answers = await rawTls(stack.door, head + lengths);
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
    const { headers, url } = json((await get("/grafana/x", login(PASSWORD))).body);
    expect(headers).toMatchObject({ "x-webauth-user": "operator" });
    expect(headers.authorization).toBeUndefined();
    expect(url).toBe("/grafana/x");
    expect(json((await get("/metrics", login(PASSWORD))).body).url).toBe("/metrics");
    expect((await get("/prometheus", login(PASSWORD))).status).toBe(404);
  });
  test("cannot be guessed: ten wrong passwords close the door for a minute", async () => {
    for (let n = 0; n < 10; n++) expect((await get("/grafana", login(`wrong${n}`))).status).toBe(401);
    expect((await get("/grafana", login(PASSWORD))).status).toBe(429);
    expect((await get("/app/x")).status).toBe(200);
  });
});

describe("the WAF", () => {
  const post = (value: unknown) =>
    get("/app/post", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
  test("blocks attacks in query, body and base64, and writes why", async () => {
    const answer = await get(INJECTION);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: "blocked",
      status: 403,
      requestId: answer.headers["x-request-id"],
    });
    expect((await post({ q: "<script>alert(1)</script>" })).status).toBe(403);
    expect((await post({ q: Buffer.from("<script>alert(1)</script>").toString("base64") })).status).toBe(403);
    expect((await post({ text: "O'Brien's dress; select a union of colours", k: 5 })).status).toBe(200);
    const audit = (await stack.log(wafName)).find(
      (line) => line.requestId === answer.headers["x-request-id"],
    );
    expect(audit).toMatchObject({
      type: "waf",
      action: "block",
      path: "/app/search",
      matches: expect.arrayContaining([
        expect.objectContaining({ rule: 942100, category: "sqli", where: "ARGS:q" }),
      ]),
    });
    expect(JSON.stringify(audit)).not.toContain("UNION");
    const access = (await stack.log(edgeName)).find(
      (line) => line.requestId === answer.headers["x-request-id"],
    );
    expect(access).toMatchObject({
      status: 403,
      refused: "blocked",
      waf: "block",
      wafRules: expect.stringContaining("942100"),
    });
  });
  test("looks at the beginning of a large body", async () => {
    const picture = Buffer.alloc(90_000, 7).toString("base64");
    expect((await post({ note: "x", picture })).status).toBe(200);
    expect((await post({ note: "' UNION SELECT password FROM users--", picture })).status).toBe(403);
  });
  test("only notes in detect mode, and stays out when off; without it block refuses and detect passes", async () => {
    const answers: Record<string, number> = {};
    for (const waf of ["detect", "off"] as const) {
      const other = await Stack.open(waf);
      try {
        const spec = app({ edge: edge({ waf }) });
        await other.startBackend("api");
        const agent = await other.startWaf(spec);
        await other.startEdge(spec, ROUTES);
        await other.startDoor(spec.edge.domain);
        await until("answer", async () => (await call(other.door, "/app/")).status === 200 || undefined);
        answers[waf] = (await call(other.door, INJECTION)).status;
        if (!agent) continue;
        expect((await other.log(agent)).at(-1)).toMatchObject({ action: "detect" });
        await docker("kill", agent);
        answers["detect, agent down"] = (await call(other.door, "/app/x")).status;
      } finally {
        await other.close();
      }
    }
    await docker("kill", wafName);
    answers["block, agent down"] = (await get("/app/x")).status;
    await docker("start", wafName);
    await until("the agent's return", async () => (await get("/app/x")).status === 200 || undefined);
    expect(answers).toEqual({ detect: 200, off: 200, "detect, agent down": 200, "block, agent down": 503 });
  });
});

test("the platform's own port is healthy and has figures, and nothing of it shows outside", async () => {
  const metrics = await docker(
    "exec",
    edgeName,
    "bash",
    "-c",
    "exec 3<>/dev/tcp/127.0.0.1/8404; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3",
  );
  expect(metrics).toContain('haproxy_frontend_http_responses_total{proxy="https",code="2xx"}');
});
