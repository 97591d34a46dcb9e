/** What a visitor, an operator and an attacker meet at the door. */
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import { connect as connectH2 } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { docker, eventually } from "../../helpers/docker.ts";
import { chromiumPath } from "../../helpers/packages.ts";
import { ROOT } from "../../helpers/stack.ts";
import { type FlashFit, PORTS, STACK } from "./context.ts";

interface Recommendation {
  readonly id: string;
  readonly cache: "hit" | "miss";
  readonly neighbours: { readonly id: number; readonly title: string; readonly score: number }[];
}

export function describeDoor(flashfit: () => FlashFit): void {
  describe("the door (FF-01, FF-02, FF-04, FF-11)", () => {
    it("shows the page in a browser, without a complaint in its console", async () => {
      const { title, complaints, cards } = await calmVisit();
      expect(complaints).toEqual([]);
      expect(title).toContain("FlashFit");
      expect(cards).toBeGreaterThan(0);
    });

    it("recommends neighbours from FAISS, and remembers the embedding in Redis", async () => {
      const ask = () => recommend(flashfit(), `red summer dress ${STACK}`);
      const first = await ask();
      const second = await ask();
      expect(first.neighbours.length).toBeGreaterThan(3);
      expect(first.neighbours[0]?.title.toLowerCase()).toContain("dress");
      expect([first.cache, second.cache]).toEqual(["miss", "hit"]);
      const keys = await flashfit().inside("api", ["python3", "-c", REDIS_KEYS]);
      expect(Number(keys.trim())).toBeGreaterThan(0);
    });

    it("keeps feedback in Postgres", async () => {
      const before = await countFeedback(flashfit());
      const { token } = await flashfit().askJson<{ token: string }>("/api/session", {
        method: "POST",
        body: JSON.stringify({ name: "Test" }),
      });
      const headers = { authorization: `Bearer ${token}` };
      const { id, neighbours } = await recommend(flashfit(), "blue denim jacket", headers);
      const body = JSON.stringify({ recommendationId: id, itemId: neighbours[0]?.id, liked: true });
      const answer = await flashfit().ask("/api/feedback", { method: "POST", headers, body });
      expect(answer.status, answer.text).toBe(201);
      expect(await countFeedback(flashfit())).toBe(before + 1);
    });

    it("passes server-sent events on within 100 ms", async () => {
      const delays = await streamDelays();
      expect(delays.length).toBeGreaterThan(5);
      expect(Math.max(...delays)).toBeLessThan(100);
    });

    it.each(["/grafana", "/prometheus", "/metrics"])("asks for a login at %s", async (path) => {
      expect((await flashfit().ask(path)).status).toBe(401);
      const wrong = { authorization: `Basic ${Buffer.from("operator:admin").toString("base64")}` };
      expect((await flashfit().ask(path, { headers: wrong })).status).toBe(401);
    });

    it("lets operators in", async () => {
      const headers = { authorization: await flashfit().operator() };
      const prometheus = await flashfit().ask("/prometheus/api/v1/targets", { headers });
      expect(prometheus.status).toBe(200);
      expect((await flashfit().ask("/metrics", { headers })).text).toContain("# TYPE");
      const dashboards = await flashfit().ask("/grafana/", { headers });
      expect(dashboards.status).toBe(200);
    });

    it("blocks an SQL injection with 403 and logs it", async () => {
      const attack = "/api/items?search=1%27%20UNION%20SELECT%20password%20FROM%20users--";
      const answer = await flashfit().ask(attack);
      expect(answer.status).toBe(403);
      const id = String(answer.headers["x-request-id"]);
      const [edge = ""] = await flashfit().containers("edge");
      await eventually(async () => {
        const { stdout } = await docker("logs", "--since=60s", edge);
        const line = stdout.split("\n").find((text) => text.includes(id)) ?? "";
        expect(JSON.parse(line)).toMatchObject({ status: 403 });
      });
      const wafs = await flashfit().containers("waf");
      const audits = await Promise.all(wafs.map((name) => docker("logs", "--since=60s", name)));
      expect(audits.map(({ stdout, stderr }) => stdout + stderr).join("\n")).toContain(id);
    });

    it("redirects HTTP to HTTPS and knows only its own hosts", async () => {
      const redirect = await plainHttp();
      expect(redirect.status).toBe(301);
      expect(redirect.location).toBe(`https://localhost:${PORTS.https}/app?x=1`);
      expect((await flashfit().ask("/app", { host: "other.example" })).status).toBe(421);
      expect((await flashfit().ask("/nothing-here")).status).toBe(404);
    });

    it("speaks TLS 1.2, TLS 1.3 and HTTP/2, and refuses TLS 1.1", async () => {
      expect(await protocolOf("TLSv1.2")).toBe("TLSv1.2");
      expect(await protocolOf("TLSv1.3")).toBe("TLSv1.3");
      await expect(protocolOf("TLSv1.1")).rejects.toThrow(/alert|protocol/i);
      expect(await overHttp2()).toBe(200);
    });

    it("sends the security headers", async () => {
      const { headers } = await flashfit().ask("/app/");
      expect(headers["strict-transport-security"]).toContain("max-age=");
      expect(headers["content-security-policy"]).toContain("default-src 'self'");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers.server).toBeUndefined();
    });

    it("refuses request 31 in a minute to /api/recommend with 429", async () => {
      // Its own deployment's counter may already stand at a few: they count towards the thirty.
      const statuses: number[] = [];
      for (let count = 0; count < 31; count++) {
        const body = JSON.stringify({ text: "green coat" });
        statuses.push((await flashfit().ask("/api/recommend", { method: "POST", body })).status);
      }
      const firstRefused = statuses.indexOf(429);
      expect(firstRefused).toBeGreaterThan(20);
      expect(statuses.slice(0, firstRefused).every((status) => status === 200)).toBe(true);
      expect(statuses.at(-1)).toBe(429);
    });
  });
}

function recommend(flashfit: FlashFit, text: string, headers = {}): Promise<Recommendation> {
  return flashfit.askJson("/api/recommend", { method: "POST", headers, body: JSON.stringify({ text }) });
}

/** Asked with the API's own login. */
const REDIS_KEYS =
  "import os, redis; print(redis.Redis.from_url(open(os.environ['CACHE_URL_FILE']).read()).dbsize())";

/** Asked as the platform's own administrator, inside the database's container. */
async function countFeedback(flashfit: FlashFit): Promise<number> {
  const sql = "select count(*) from feedback";
  const command = `PGPASSWORD="$(cat /run/secrets/admin)" psql -h /tmp -U atelier_admin -d db -Atc '${sql}'`;
  return Number(await flashfit.inside("db", ["sh", "-c", command]));
}

/** Chromium cuts its connections whenever the host gains or loses a network interface, as it does with each container
 * that starts; that is no complaint about the page.
 */
async function calmVisit() {
  for (let tries = 1; ; tries++) {
    const seen = await visit();
    if (tries === 4 || !seen.complaints.some((text) => text.includes("ERR_NETWORK_CHANGED"))) return seen;
  }
}

/** Opens the page, waits for recommendations and takes a picture of it. */
async function visit() {
  const folder = await mkdtemp(join(tmpdir(), "atelier-browser-"));
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 900 },
    args: QUIET,
  });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`https://localhost:${PORTS.https}/app/`);
    // A page that could not load its cards has none to count, and says why in its console.
    await page.waitForSelector(CARD, { timeout: 20_000 }).catch(() => undefined);
    await page.screenshot({ path: join(ROOT, ".atelier/flashfit.png"), fullPage: true });
    const cards = await page.locator(CARD).count();
    return { title: await page.title(), complaints, cards };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const CARD = ".card, [data-item], li.item, article";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Time between the birth of each event in the service and its arrival here, in milliseconds. */
function streamDelays(): Promise<number[]> {
  const options = {
    host: "127.0.0.1",
    port: PORTS.https,
    path: "/api/stream?text=white+linen+shirt",
    rejectUnauthorized: false,
    headers: { host: "localhost", accept: "text/event-stream" },
  };
  return new Promise((resolve, reject) => {
    const delays: number[] = [];
    request(options, (response) => {
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const arrived = Date.now();
        for (const [, at] of chunk.matchAll(/"at":(\d+)/g)) delays.push(arrived - Number(at));
      });
      response.on("end", () => resolve(delays));
      response.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}

function plainHttp(): Promise<{ status: number | undefined; location: string | undefined }> {
  const options = { host: "127.0.0.1", port: PORTS.http, path: "/app?x=1", headers: { host: "localhost" } };
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      response.resume();
      resolve({ status: response.statusCode, location: response.headers.location });
    }).on("error", reject);
  });
}

function protocolOf(version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host: "127.0.0.1",
      port: PORTS.https,
      servername: "localhost",
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      // This side must be willing to speak the old version, so that the refusal is the door's.
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    socket.once("secureConnect", () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

function overHttp2(): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connectH2(`https://127.0.0.1:${PORTS.https}`, {
      rejectUnauthorized: false,
      servername: "localhost",
    });
    session.on("error", reject);
    const stream = session.request({ ":path": "/app/", ":authority": `localhost:${PORTS.https}` });
    stream.on("response", (headers) => {
      resolve(Number(headers[":status"]));
      stream.close();
      session.close();
    });
    stream.end();
  });
}
