/** `atelier cost` as it is called: exit codes, 80 columns, JSON, all targets side by side; and what others show of it. */
import { join } from "node:path";
import colors from "picocolors";
import { describe, expect, it } from "vitest";
import { answerCost } from "../../src/cli/cost.ts";
import { BURDENS } from "../../src/cost/burden.ts";
import type { Estimate } from "../../src/cost/model.ts";
import { dollarsOf } from "../../src/cost/money.ts";
import { differenceMarkdown, differenceOf, summarize, summaryLines } from "../../src/cost/summary.ts";
import { targets } from "../../stacks/targets.ts";
import { ROOT } from "../helpers/stack.ts";
import { estimated, example } from "./plans.ts";

const app = (name: string) => ["--app", join(ROOT, "examples", name, "app.yaml")];
const cost = (...args: string[]) => answerCost(args, targets, colors.createColors(false));
const PROD = ["--environment", "prod", "--target", "gcp-cloud-run"];
const NOWRY = ["--app", join(ROOT, "tests/fixtures/cost/nowry/app.yaml"), "--environment", "large"];

describe("atelier cost", () => {
  it("exits with 2 over budget, names the dearest items and a cheaper choice", async () => {
    const { stderr, exitCode } = await cost(...app("flashfit-ai"), ...PROD);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^budget\.monthly: about \$\d+ a month is \$\d+ over \$300; dearest: api \$\d+, encoder \$\d+, db \$\d+\ncheaper: --set services\.api\.scale\.min=\d saves \$\d+ a month/,
    );
  });

  it("exits with 0 within it", async () => {
    const { stderr, exitCode } = await cost(...app("flashfit-ai"), ...PROD, "--set", "budget.monthly=2000");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  it("is readable at 80 columns and without colours", async () => {
    for (const target of Object.keys(targets)) {
      const selection = ["--environment", "prod", "--target", target, "--set", "budget=null"];
      const { stdout } = await cost(...app("ai-shopping-assistant"), ...selection);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).not.toContain("\u001b");
      expect(stdout).toMatch(/^total +\$[\d,]+ +\$[\d,]+ +\$[\d,]+$/m);
    }
  });

  it("prints everything as JSON, with what is over the budget", async () => {
    const selection = ["--target", "gcp-cloud-run", "--set", "budget.monthly=100"];
    const { stdout, exitCode } = await cost(...NOWRY, ...selection, "--json");
    const found = JSON.parse(stdout) as Estimate & { overBudget: unknown };
    expect(exitCode).toBe(2);
    expect(found.total.expected).toBeGreaterThan(found.infrastructure.expected);
    expect(found.overBudget).toMatchObject([
      { key: "budget.monthly", limit: 100, cheaper: { enough: false } },
    ]);
    expect(found.lines[0]).toHaveProperty(["source", "url"]);
  });

  it("puts all targets side by side", async () => {
    const { stdout, exitCode } = await cost(...app("closetgpt"), "--environment", "prod", "--compare");
    expect(exitCode).toBe(0);
    for (const target of Object.keys(targets))
      expect(stdout).toMatch(new RegExp(`^${target} +\\$\\d+ +\\$`, "m"));
    expect(stdout).toContain("h a week");
    expect(stdout).toContain("different from what app.yaml says:");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("says what a target refuses, and counts it all the same", async () => {
    const { stdout } = await cost(...app("flashfit-ai"), "--environment", "dev", "--compare", "--json");
    const { targets: all } = JSON.parse(stdout) as {
      targets: { target: string; refused: string[]; estimate?: unknown }[];
    };
    const google = all.find(({ target }) => target === "gcp-cloud-run");
    expect(google?.refused[0]).toContain("nobody issues a certificate for localhost");
    expect(google?.estimate).toBeDefined();
  });

  it("refuses an amount that is none, and an option that there is not", async () => {
    await expect(cost(...app("flashfit-ai"), "--host", "cheap")).rejects.toThrow(
      "--host: cheap is not an amount of money; allowed: US dollars a month; write --host 20 for instance",
    );
    await expect(cost("--comparre")).rejects.toThrow("did you mean --compare?");
  });

  it("counts the machine of a host as it is said", async () => {
    const { stdout } = await cost(
      ...app("flashfit-ai"),
      "--environment",
      "prod",
      "--target",
      "docker",
      "--host",
      "$24",
      "--json",
    );
    expect((JSON.parse(stdout) as Estimate).infrastructure.expected).toBe(24);
  });
});

describe("what running a target asks of people", () => {
  it("is said for every target", () => {
    expect(Object.keys(BURDENS)).toEqual(Object.keys(targets));
    for (const { hours, duties } of Object.values(BURDENS)) {
      expect(hours).toBeGreaterThan(0);
      expect(duties.length).toBeGreaterThan(0);
    }
  });
});

describe("in a few words", () => {
  const chosen = (...set: string[]) => estimated(example("flashfit-ai", "prod", "gcp-compute", set));

  it("an estimate has a total, its dearest parts, and what was not counted", async () => {
    const found = await chosen();
    expect(summarize(found)).toMatchObject({ total: found.total, unpriced: 0 });
    expect(summarize(found).top).toHaveLength(3);
    const [first, second] = summaryLines({ ...found, unpriced: ["one"] });
    expect(first).toMatch(/^about \$\d+ a month \(\$\d+–\$[\d,]+\), \$263 of it AI$/);
    expect(second).toMatch(/^dearest: openai \$263, api \$\d+, db \$106$/);
    expect(summaryLines({ ...found, unpriced: ["one"] })[2]).toBe(
      "1 not counted: npx atelier cost names them",
    );
  });

  it("two estimates differ in the parts that changed, largest first", async () => {
    const [before, after] = [
      await chosen(),
      await chosen("data.db.highAvailability=false", "services.api.scale.min=2"),
    ];
    const difference = differenceOf(before, after);
    expect(difference.parts.map(({ name }) => name).slice(0, 2)).toEqual([
      "Postgres db",
      "ContainerService api",
    ]);
    expect(difference.by.expected).toBeCloseTo(after.total.expected - before.total.expected, 6);
    const table = differenceMarkdown(difference);
    expect(table).toMatch(/^\| Postgres db \| \$106 \| \$5\d \| −\$5\d \|$/m);
    expect(table).toMatch(/^About \*\*\$\d+\*\* a month \(\$\d+–\$[\d,]+\), −\$\d+\.$/m);
  });

  it("two alike ones do not differ", async () => {
    const found = await chosen();
    expect(differenceMarkdown(differenceOf(found, found))).toMatch(
      /^The cost stays at about \$\d+ a month\.\n$/,
    );
  });

  it.each([
    [0, "$0"],
    [0.004, "$0"],
    [0.05, "$0.05"],
    [9.999, "$10.00"],
    [12.5, "$13"],
    [1234.5, "$1,235"],
    [-3.2, "−$3.20"],
    [-0.001, "$0"],
  ])("%d dollars are %s", (amount, text) => {
    expect(dollarsOf(amount)).toBe(text);
  });
});
