/** The WAF in real containers: what it blocks, what it writes, and what happens without it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app, edge } from "../components/docker/edge/fixture.ts";
import type { Call } from "./edge/client.ts";
import { docker, until } from "./edge/docker.ts";
import { type Ready, startReady } from "./edge/ready.ts";

const INJECTION = `/app/search?q=${encodeURIComponent("' UNION SELECT password FROM users--")}`;
const APP = app({ edge: edge() });
let ready: Ready;
const get = (path: string, options?: Call) => ready.get(path, options);

beforeAll(async () => {
  ready = await startReady("waf", APP);
});
afterAll(() => ready?.close());

describe("the WAF", () => {
  test("leaves out the rules that the app excludes", async () => {
    const shellshock = { headers: { "user-agent": "() { :; }; echo" } };
    const { body } = await get("/app/x", shellshock);
    expect(JSON.parse(body)).toMatchObject({ error: "blocked" });
    const rules = (await ready.stack.log(ready.waf)).at(-1)?.matches as { rule: number }[];
    const wafExclusions = Object.fromEntries(rules.map(({ rule }) => [rule, "tested"]));
    const lenient = await startReady("lenient", app({ edge: edge({ wafExclusions }) }));
    const { status } = await lenient.get("/app/x", shellshock).finally(() => lenient.close());
    expect(status).toBe(200);
  });
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
    const audit = (await ready.stack.log(ready.waf)).find(
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
    const access = (await ready.stack.log(ready.edge)).find(
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
      const other = await startReady(waf, app({ edge: edge({ waf }) }));
      try {
        answers[waf] = (await other.get(INJECTION)).status;
        if (!other.waf) continue;
        expect((await other.stack.log(other.waf)).at(-1)).toMatchObject({ action: "detect" });
        await docker("kill", other.waf);
        answers["detect, agent down"] = (await other.get("/app/x")).status;
      } finally {
        await other.close();
      }
    }
    await docker("kill", ready.waf);
    answers["block, agent down"] = (await get("/app/x")).status;
    await docker("start", ready.waf);
    await until("the agent's return", async () => (await get("/app/x")).status === 200 || undefined);
    expect(answers).toEqual({ detect: 200, off: 200, "detect, agent down": 200, "block, agent down": 503 });
  });
});
