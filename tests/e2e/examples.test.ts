/** ClosetGPT and the AI Shopping Assistant in development on a real Docker host, looked at through their doors. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../helpers/docker.ts";
import { Example, eventually } from "./examples/example.ts";

describe("ClosetGPT on Docker (CG-01, CG-02, CG-03, CG-06, CG-08, CG-11)", () => {
  const example = new Example({
    folder: "closetgpt",
    rename: ["closetgpt", "closetgpt-test"],
    ports: { http: 28742, https: 28743 },
    publish: {
      frontend: 28744,
      backend: 28745,
      "backend-metrics": 28746,
      assets: 28747,
      prometheus: 28748,
      grafana: 28749,
      alertmanager: 28750,
    },
    secrets: { OPENAI_API_KEY: "none", OPENWEATHER_API_KEY: "none", SENTRY_DSN: "none" },
  });
  beforeAll(() => example.create());
  afterAll(() => example.remove());

  const email = `ada-${randomUUID()}@acme.example`;
  const password = randomUUID();
  let token = "";
  let key = "";
  let coat = "";

  it("comes up, and says what stands in for Google", async () => {
    const up = await example.stack.up();
    expect(up.code, up.text).toBe(0);
    const { differences } = (await example.stack.outputs()).outputs as { differences: string[] };
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^data\.closet: an emulator of Firestore/),
        expect.stringMatching(/^data\.users: an issuer on this host/),
      ]),
    );
  });

  it("shows the page with its policy, and its assets with the cache's times", async () => {
    const page = await example.ask("/");
    expect([page.status, page.headers["x-frame-options"]]).toEqual([200, "DENY"]);
    expect(page.text).toContain("<h1>ClosetGPT</h1>");
    expect(page.headers["content-security-policy"]).toContain("https://identitytoolkit.googleapis.com");
    const style = await example.ask("/assets/style.css");
    expect([style.status, style.headers["cache-control"]]).toEqual([
      200,
      "public, max-age=86400, s-maxage=3600",
    ]);
    expect(style.headers["content-type"]).toMatch(/^text\/css/);
  });

  it("is healthy with Firestore and the issuer", async () => {
    const health = await example.askJson("/health");
    expect(health).toEqual({ status: "healthy", checks: { firestore: "ok", users: "ok" } });
  });

  it("wants a token of the issuer", async () => {
    const bare = await example.ask("/api/closet");
    expect([bare.status, bare.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: "https://securetoken.google.com/demo-closetgpt-test-dev", sub: "eve", exp: 4e9 };
    const forged = `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
    expect((await example.ask("/api/closet", { token: forged })).status).toBe(401);
  });

  it("signs a user up and in, with the claims that Firebase's tokens have", async () => {
    const config = await example.askJson<{ apiKey: string; identity: string; project: string }>(
      "/api/config",
    );
    expect(config).toMatchObject({ identity: "/api/identity", project: "demo-closetgpt-test-dev" });
    key = config.apiKey;
    const json = { email, password, returnSecureToken: true };
    const made = await example.askJson<{ localId: string }>(`/api/identity/v1/accounts:signUp?key=${key}`, {
      method: "POST",
      json,
    });
    const again = await example.ask(`/api/identity/v1/accounts:signUp?key=${key}`, { method: "POST", json });
    expect(again.text).toContain("EMAIL_EXISTS");
    const wrong = await example.ask(`/api/identity/v1/accounts:signInWithPassword?key=${key}`, {
      method: "POST",
      json: { ...json, password: "wrong-one" },
    });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("INVALID_LOGIN_CREDENTIALS")]);
    ({ idToken: token } = await example.askJson<{ idToken: string }>(
      `/api/identity/v1/accounts:signInWithPassword?key=${key}`,
      { method: "POST", json },
    ));
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as object;
    expect(claims).toMatchObject({
      iss: "https://securetoken.google.com/demo-closetgpt-test-dev",
      aud: "demo-closetgpt-test-dev",
      sub: made.localId,
      user_id: made.localId,
      email,
      firebase: { sign_in_provider: "password", identities: { email: [email] } },
    });
  });

  it("passes nothing on to the issuer but what a page may ask", async () => {
    const path = "/api/identity/v1/projects/demo-closetgpt-test-dev/accounts";
    const headers = { authorization: "Bearer owner" };
    expect((await example.ask(path, { method: "POST", json: { email }, headers })).status).toBe(404);
  });

  it("writes a document and reads it back", async () => {
    const added: string[] = [];
    for (const piece of [
      { name: "Wool coat", kind: "coat", colour: "navy" },
      { name: "Linen shirt", kind: "top", colour: "white" },
    ]) {
      const { id } = await example.askJson<{ id: string }>("/api/closet", {
        method: "POST",
        json: piece,
        token,
      });
      added.push(id);
    }
    [coat = ""] = added;
    const { pieces } = await example.askJson<{ pieces: { id: string; name: string }[] }>("/api/closet", {
      token,
    });
    expect(pieces.map(({ id, name }) => [id, name])).toEqual([
      [added[1], "Linen shirt"],
      [added[0], "Wool coat"],
    ]);
    const bad = await example.ask("/api/closet", {
      method: "POST",
      json: { name: "x", kind: "hat", colour: "" },
      token,
    });
    expect(bad.status).toBe(422);
  });

  it("answers Google's own protocol too", async () => {
    const script = `
      const grpc = require("@grpc/grpc-js");
      const loader = require("@grpc/proto-loader");
      const folder = require("node:path").dirname(require.resolve("google-proto-files/package.json"));
      const loaded = loader.loadSync("google/firestore/v1/firestore.proto", { includeDirs: [folder] });
      const { Firestore } = grpc.loadPackageDefinition(loaded).google.firestore.v1;
      const client = new Firestore("127.0.0.1:8080", grpc.credentials.createInsecure());
      const parent = "projects/demo-closetgpt-test-dev/databases/closet/documents";
      const from = [{ collectionId: "pieces", allDescendants: true }];
      const names = [];
      client.runQuery({ parent, structuredQuery: { from } })
        .on("data", ({ document }) => names.push(document.fields.name.stringValue))
        .on("end", () => { console.log(names.sort().join()); process.exit(0); });
    `;
    const container = await example.container("closet");
    const { stdout } = await docker("exec", "--workdir=/opt/firestore", container, "node", "-e", script);
    expect(stdout.trim()).toBe("Linen shirt,Wool coat");
  });

  it("keeps documents, accounts and the signing key through restarts", async () => {
    await Promise.all([example.restart("closet"), example.restart("users")]);
    await eventually(() => example.askJson("/health"));
    const { pieces } = await example.askJson<{ pieces: unknown[] }>("/api/closet", { token });
    expect(pieces).toHaveLength(2);
    const signedIn = await example.ask(`/api/identity/v1/accounts:signInWithPassword?key=${key}`, {
      method: "POST",
      json: { email, password },
    });
    expect(signedIn.status).toBe(200);
  });

  it("takes a photo by a signed link and shows it by another", async () => {
    const links = await example.askJson<{ upload: string; see: string }>(`/api/closet/${coat}/photo`, {
      method: "POST",
      token,
    });
    expect(links.upload).toMatch(/^\/photos\//);
    const photo = Buffer.from([0x89, 0x50, 0x4e, 0x47, ...Array.from({ length: 2000 }, (_, i) => i % 251)]);
    const put = await example.ask(links.upload, {
      method: "PUT",
      body: photo,
      headers: { "content-type": "image/png" },
    });
    expect(put.status, put.text).toBe(200);
    const seen = await example.ask(links.see);
    expect([seen.status, seen.text]).toEqual([200, photo.toString()]);
    const altered = await example.ask(
      links.see.replace(/Signature=(.)/, (_, first: string) => `Signature=${first === "0" ? "1" : "0"}`),
    );
    const bare = await example.ask(links.see.replace(/\?.*/, ""));
    expect([altered.status, bare.status]).toEqual([403, 403]);
  });

  it("chooses an outfit, says whose words they are, and shows it to whoever has the link", async () => {
    const outfit = await example.askJson<{ id: string; words: string; by: string; pieces: unknown[] }>(
      "/api/outfits",
      { method: "POST", json: { occasion: "a walk" }, token },
    );
    expect(outfit).toMatchObject({
      by: "closetgpt",
      words:
        "For a walk: Linen shirt, Wool coat. Chosen by ClosetGPT's own rule, because no key of OpenAI is given.",
    });
    const { path } = await example.askJson<{ path: string }>(`/api/outfits/${outfit.id}/link`, {
      method: "POST",
      token,
    });
    expect(await example.askJson(path)).toMatchObject({ words: outfit.words });
    expect((await example.ask(`${path.slice(0, -4)}AAAA`)).status).toBe(401);
  });

  it("counts outfits and users where Prometheus reads", async () => {
    await eventually(async () => {
      expect(await example.measured("sum(outfit_generations_total)")).toBe(1);
      expect(await example.measured("sum(active_users)")).toBe(1);
    });
  });

  it("refuses the 31st outfit of a minute", async () => {
    const asked = Array.from({ length: 40 }, () =>
      example.ask("/api/outfits", { method: "POST", json: {}, token: "none" }),
    );
    const answers = await Promise.all(asked);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(refused[0]?.headers["retry-after"]).toBe("60");
  });

  it("leaves nothing behind", async () => {
    const destroy = await example.stack.destroy();
    expect(destroy.code, destroy.text).toBe(0);
    expect(await example.leftovers()).toEqual([]);
  });
});

describe("AI Shopping Assistant on Docker (SA-01, SA-05, SA-07, SA-09, SA-10, SA-12, SA-13)", () => {
  const example = new Example({
    folder: "ai-shopping-assistant",
    rename: ["assistant", "assistant-test"],
    ports: { http: 28842, https: 28843 },
    publish: {
      storefront: 28844,
      middleware: 28845,
      "middleware-metrics": 28846,
      prometheus: 28848,
      grafana: 28849,
      alertmanager: 28850,
    },
    secrets: { OPENAI_API_KEY: "none", SENTRY_DSN: "none" },
  });
  beforeAll(() => example.create());
  afterAll(() => example.remove());

  const QUESTION = "a warm winter jacket";
  let conversation = "";

  it("comes up after its migration", async () => {
    const up = await example.stack.up();
    expect(up.code, up.text).toBe(0);
  });

  it("shows the shop with products and pictures from the bucket", async () => {
    const page = await example.ask("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("Ridge rain jacket <span>$129.00</span>");
    const [, picture = ""] = /<img src="([^"]+)"/.exec(page.text) ?? [];
    const shown = await example.ask(picture.replaceAll("&#38;", "&"));
    expect([shown.status, shown.headers["content-type"]]).toEqual([200, "image/svg+xml"]);
    expect(shown.text).toContain(">RR</text>");
  });

  it("lets caches keep what is static", async () => {
    const style = await example.ask("/static/style.css");
    expect([style.status, style.headers["cache-control"]]).toEqual([
      200,
      "public, max-age=86400, s-maxage=3600",
    ]);
  });

  it("answers with a stream of events", async () => {
    const answer = await stream(QUESTION);
    expect(answer.products).toContain("Summit down jacket");
    expect(answer.words).toMatch(/^You may like .*because no key of OpenAI is given\.$/);
    expect(answer.done).toMatchObject({ by: "assistant", cache: "miss" });
    conversation = answer.done.conversation;
  });

  it("keeps answers in memory, and in Redis for the next instance", async () => {
    expect((await stream(QUESTION)).done.cache).toBe("memory");
    await example.restart("middleware");
    await eventually(() => example.askJson("/health"));
    expect((await stream(QUESTION)).done.cache).toBe("redis");
  });

  it("remembers a conversation in Postgres", async () => {
    const { turns } = await example.askJson<{ turns: { question: string }[] }>(
      `/api/conversations/${conversation}`,
    );
    expect(turns.map(({ question }) => question)).toEqual([QUESTION]);
  });

  it("says what its readiness is made of, and 503 with the name of what fails", async () => {
    const health = await example.askJson<{ checks: object }>("/health");
    expect(health.checks).toEqual({ server: "ok", database: "ok", redis: "ok", openai: "not used" });
    const cache = `${example.stackName}-cache`;
    await docker("pause", cache);
    try {
      const answer = await fetch("http://127.0.0.1:28845/health");
      const { status, checks } = (await answer.json()) as { status: string; checks: { redis: string } };
      expect([answer.status, status, checks.redis]).toEqual([503, "unhealthy", "no answer within 2000 ms"]);
      const live = await fetch("http://127.0.0.1:28845/health/live");
      expect(live.status).toBe(200);
    } finally {
      await docker("unpause", cache);
    }
    await eventually(() => example.askJson("/health"));
  });

  it("counts requests where Prometheus reads", async () => {
    await eventually(async () => {
      const query = 'sum(ai_assistant_requests_total{action="assistant",status="success"})';
      expect(await example.measured(query)).toBeGreaterThanOrEqual(1);
    });
  });

  it("refuses the 31st question of a minute", async () => {
    const asked = Array.from({ length: 40 }, () => example.ask("/api/assistant?message=boots"));
    const refused = (await Promise.all(asked)).filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect((await example.ask("/api/products")).status).toBe(200);
  });

  it("leaves nothing behind", async () => {
    const destroy = await example.stack.destroy();
    expect(destroy.code, destroy.text).toBe(0);
    expect(await example.leftovers()).toEqual([]);
  });

  /** What the events of one answer say. */
  async function stream(message: string) {
    const answer = await example.ask(`/api/assistant?message=${encodeURIComponent(message)}`);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/event-stream"]);
    const events = answer.text
      .split("\n\n")
      .map((block) => /^id: \d+\nevent: (\w+)\ndata: (.+)$/.exec(block))
      .filter((match) => match !== null)
      .map(([, event, data = ""]) => ({ event, data: JSON.parse(data) as Record<string, string> }));
    const of = (kind: string) => events.filter(({ event }) => event === kind).map(({ data }) => data);
    const [done] = of("done");
    if (!done) throw new Error(`the stream did not end well: ${answer.text}`);
    return {
      products: of("product").map(({ name }) => name),
      words: of("word")
        .map(({ text }) => text)
        .join(""),
      done: done as { conversation: string; by: string; cache: string },
    };
  }
});
