/** The estimate as a whole: usage, free amounts, tokens, the host, and what it can't count. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hide } from "../../rehearsal/values.ts";
import { loadApp } from "../../src/config/index.ts";
import type { App } from "../../src/config/model.ts";
import { mebibytes } from "../../src/config/units.ts";
import { hostNeed } from "../../src/cost/docker.ts";
import { estimate } from "../../src/cost/estimate.ts";
import { makeApp, makeService } from "../helpers/app.ts";
import { ROOT } from "../helpers/stack.ts";
import { estimated, example, planned, planOf, resource } from "./plans.ts";

const SECRET = (name: string) =>
  resource({ type: "gcp:secretmanager/secretVersion:SecretVersion", name, inputs: {} }, "secrets", "Secrets");

describe("usage", () => {
  it.each([
    ["users", 2000],
    ["requestsPerUser", 600],
    ["tokensPerRequest", 400],
    ["mediaPerUser", mebibytes(40)],
  ])("twice the %s make the month dearer", async (key, amount) => {
    const { plan, app } = await planned(example("flashfit-ai", "prod", "gcp-cloud-run"));
    const more = estimate(plan, { ...app, usage: { ...app.usage, [key]: amount } });
    expect(more.total.expected).toBeGreaterThan(estimate(plan, app).total.expected + 1);
  });

  it.each([
    ["dev", 10],
    ["staging", 100],
    ["prod", 1000],
  ])("is that of the preset: %s has %d users", (environment, users) => {
    const { app } = loadApp({ file: join(ROOT, "examples/flashfit-ai/app.yaml"), environment });
    expect(app.usage).toEqual({
      users,
      requestsPerUser: 300,
      tokensPerRequest: 200,
      mediaPerUser: mebibytes(20),
    });
  });
});

describe("an estimate", () => {
  it("is the same for the same plan, and leaves the plan alone", async () => {
    const { plan, app } = await planned(example("flashfit-ai", "prod", "gcp-cloud-run"));
    const before = JSON.stringify(plan);
    expect(estimate(plan, app)).toEqual(estimate(plan, app));
    expect(JSON.stringify(plan)).toBe(before);
  });

  it("adds up: lines, parts, infrastructure and tokens", async () => {
    const found = await estimated(example("flashfit-ai", "prod", "gcp-cloud-run"));
    const add = (amounts: number[]) => amounts.reduce((total, one) => total + one, 0);
    expect(add(found.lines.map(({ dollars }) => dollars.expected))).toBeCloseTo(found.total.expected, 6);
    expect(add(found.parts.map(({ dollars }) => dollars.expected))).toBeCloseTo(found.total.expected, 6);
    expect(found.infrastructure.high + (found.ai.openai?.high ?? 0)).toBeCloseTo(found.total.high, 6);
    for (const { quantity, unitPrice, dollars } of found.lines)
      expect(dollars.expected).toBeCloseTo(quantity.expected * unitPrice, 9);
  });

  it("takes off what is free once, shared by those who use it", () => {
    const secrets = Array.from({ length: 10 }, (_, index) => SECRET(`secret-${index}`));
    const { lines, infrastructure } = estimate(planOf(...secrets), makeApp());
    const free = lines.filter(({ sku, urn }) => sku === "secret.version" && urn === "");
    expect(free).toMatchObject([
      { quantity: { low: -6, expected: -6, high: -6 }, what: "the first 6 are free" },
    ]);
    expect(infrastructure.expected).toBeCloseTo(4 * 0.06, 9);
    expect(estimate(planOf(SECRET("one")), makeApp()).infrastructure.expected).toBeCloseTo(0, 9);
  });

  it("names a type that nobody counts", () => {
    const { unpriced } = estimate(
      planOf(resource({ type: "gcp:spanner/instance:Instance", name: "big", inputs: {} })),
      makeApp(),
    );
    expect(unpriced).toEqual(["gcp:spanner/instance:Instance big: nobody counts this type"]);
  });

  it("says what it assumed of a region without prices", () => {
    const redis = resource({
      type: "gcp:redis/instance:Instance",
      inputs: { memorySizeGb: 1, region: "moon-west1" },
    });
    expect(estimate(planOf(redis), makeApp()).assumptions).toContain(
      "no price is known for moon-west1; it counts as us-central1",
    );
  });

  it("looks inside secrets, and shows none", async () => {
    const redis = resource({
      type: "gcp:redis/instance:Instance",
      inputs: { memorySizeGb: hide(5), tier: "BASIC", region: "us-central1" },
    });
    expect(estimate(planOf(redis), makeApp()).lines[0]?.sku).toBe("redis.basic.m2");
    const found = await estimated(example("flashfit-ai", "prod", "gcp-cloud-run"));
    expect(JSON.stringify(found)).not.toContain("value of OPENAI_API_KEY");
  });
});

describe("tokens", () => {
  const USAGE = { users: 100, requestsPerUser: 100, tokensPerRequest: 100, mediaPerUser: mebibytes(1) };
  const caller = (env: Record<string, string>, egress = ["api.openai.com"]): App =>
    makeApp({ usage: USAGE, services: { api: makeService({ env, egress }) } });

  it("cost what the model that the service names costs", () => {
    const { ai } = estimate(planOf(), caller({ OPENAI_MODEL: "gpt-4o-mini-2024-07-18" }));
    // A million tokens, three quarters of them read.
    expect(ai.openai?.expected).toBeCloseTo(0.75 * 0.15 + 0.25 * 0.6, 9);
    expect(ai.openai?.high).toBeCloseTo(2 * (ai.openai?.expected ?? 0), 9);
  });

  it("cost the usual model's price where none is named, and say so", () => {
    const { ai, assumptions } = estimate(planOf(), caller({}));
    expect(ai.openai?.expected).toBeCloseTo(0.75 * 2.5 + 0.25 * 10, 9);
    expect(assumptions).toContain("services.api does not say OPENAI_MODEL: its tokens count as gpt-4o's");
  });

  it("of a model without a price are said not to be counted", () => {
    const { ai, unpriced } = estimate(planOf(), caller({ OPENAI_MODEL: "gpt-99" }));
    expect(ai).toEqual({});
    expect(unpriced[0]).toMatch(
      /^services\.api: no price is known for openai's model gpt-99; known: gpt-4o, /,
    );
  });

  it("are shared by the providers that a service may call, and cost nothing elsewhere", () => {
    const { ai } = estimate(
      planOf(),
      caller({ OPENAI_MODEL: "gpt-4o-mini" }, ["api.openai.com:443", "api.groq.com"]),
    );
    expect(Object.keys(ai)).toEqual(["openai", "groq"]);
    expect(ai.openai?.expected).toBeCloseTo((0.75 * 0.15 + 0.25 * 0.6) / 2, 9);
    expect(estimate(planOf(), caller({}, ["o1.ingest.sentry.io"])).ai).toEqual({});
  });
});

describe("the Docker host", () => {
  it("costs as much as a machine that has room for what runs", async () => {
    const { plan, app } = await planned(example("flashfit-ai", "prod", "docker"));
    const need = hostNeed(plan, app);
    expect(need.machine).toBe("e2-standard-8");
    expect(need.memory).toBeGreaterThan(6);
    const [host] = estimate(plan, app).lines.filter(({ sku }) => sku === "host");
    expect(host?.dollars.expected).toBeCloseTo(730 * (8 * 0.02181159 + 32 * 0.00292353), 2);
    const fewer = await planned(example("flashfit-ai", "dev", "docker"));
    expect(hostNeed(fewer.plan, fewer.app).memory).toBeLessThan(need.memory);
  });

  it("costs what you say", async () => {
    const { plan, app } = await planned(example("flashfit-ai", "prod", "docker"));
    expect(estimate(plan, app, { host: 24 }).infrastructure).toEqual({ low: 24, expected: 24, high: 24 });
  });
});
