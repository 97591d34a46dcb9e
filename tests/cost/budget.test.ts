/** The gate: what is over, by how much, and a cheaper choice whose saving was planned. */
import { describe, expect, it } from "vitest";
import { dollars } from "../../src/config/units.ts";
import { overrunLine, overruns } from "../../src/cost/budget.ts";
import { cheaperChoice, cheaperLine } from "../../src/cost/cheaper.ts";
import type { Estimate } from "../../src/cost/model.ts";
import { fixed } from "../../src/cost/range.ts";
import { estimated, planned } from "./plans.ts";

describe("a budget", () => {
  const estimate = (infrastructure: number, openai: number) =>
    ({
      infrastructure: fixed(infrastructure),
      ai: { openai: fixed(openai) },
      parts: [
        { part: { kind: "AI", name: "openai" }, dollars: fixed(openai) },
        { part: { kind: "ContainerService", name: "api" }, dollars: fixed(infrastructure) },
      ],
    }) as unknown as Estimate;
  const budget = { monthly: dollars(300), ai: { openai: { daily: dollars(1) } } };

  it("is kept at the limit, and not a dollar above", () => {
    expect(overruns(estimate(300, 730 / 24), { budget })).toEqual([]);
    expect(overruns(estimate(301, 0), { budget }).map(({ key }) => key)).toEqual(["budget.monthly"]);
    expect(overruns(estimate(0, 31), { budget }).map(({ key }) => key)).toEqual(["budget.openai.daily"]);
    expect(overruns(estimate(1000, 1000), {})).toEqual([]);
  });

  it("names the biggest items and the amount", () => {
    const [monthly, openai] = overruns(estimate(900, 62), { budget });
    expect(monthly && overrunLine(monthly)).toBe(
      "budget.monthly: about $900 a month is $600 over $300; dearest: api $900",
    );
    expect(openai && overrunLine(openai)).toBe(
      "budget.openai.daily: about $62 a month is $32 over $30 ($1.00 a day); dearest: openai $62",
    );
  });
});

describe("a cheaper choice", () => {
  const nowry = (...set: string[]) => ({
    app: "tests/fixtures/cost/nowry/app.yaml",
    environment: "large",
    target: "gcp-cloud-run",
    set,
  });
  const over = async (...set: string[]) => {
    const { app } = await planned(nowry(...set));
    const found = await estimated(nowry(...set));
    const [overrun] = overruns(found, app);
    if (!overrun) throw new Error("the budget is kept");
    return { app, found, overrun };
  };

  it("saves what it says: planning it again costs that much less", async () => {
    const base = ["budget.monthly=100", "services.api.scale.min=3"];
    const { app, found, overrun } = await over(...base);
    const tried: string[] = [];
    const choice = await cheaperChoice(app, found, overrun, (set) => {
      tried.push(set.join(" "));
      return estimated(nowry(...base, ...set));
    });
    expect(tried).toContain("services.api.scale.min=1");
    expect(tried).toContain("services.page.scale.min=1");
    expect(choice?.set).toEqual(["services.api.scale.min=0"]);
    const after = await estimated(nowry(...base, "services.api.scale.min=0"));
    expect(found.infrastructure.expected - after.infrastructure.expected).toBeCloseTo(choice?.saves ?? 0, 6);
    expect(choice && cheaperLine(choice)).toMatch(
      /^cheaper: --set services\.api\.scale\.min=0 saves \$\d+ a month, which is not enough alone; the first request/,
    );
  });

  it("leaves out what is refused", async () => {
    const { app, found, overrun } = await over("budget.monthly=100");
    expect(await cheaperChoice(app, found, overrun, async () => undefined)).toBeUndefined();
  });

  it("for tokens is another model, for every service that calls the provider", async () => {
    const base = [
      "budget.monthly=1000",
      "budget.groq.daily=1",
      "services.api.env.GROQ_MODEL=llama-3.3-70b-versatile",
    ];
    const { app, found, overrun } = await over(...base);
    const choice = await cheaperChoice(app, found, overrun, (set) => estimated(nowry(...base, ...set)));
    expect(choice).toMatchObject({ set: ["services.api.env.GROQ_MODEL=llama-3.1-8b-instant"], enough: true });
    // 400 million tokens, three quarters of them read.
    expect(choice?.saves).toBeCloseTo(300 * (0.59 - 0.05) + 100 * (0.79 - 0.08), 6);
  });

  it("for several regions may be one", async () => {
    const { app, found, overrun } = await over("budget.monthly=100", "regions=[us-central1, europe-west1]");
    const tried: string[] = [];
    await cheaperChoice(app, found, overrun, async (set) => {
      tried.push(set.join(" "));
      return undefined;
    });
    expect(tried).toContain("regions=[us-central1]");
  });
});
