/** Checks of other tools, the document that is made from the rules, and the command that prints both. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { coverageOf, readChecks, unknownIds } from "../../policies/coverage.ts";
import { policiesAsMarkdown } from "../../policies/document.ts";
import { RULES } from "../../policies/rules.ts";
import { answerPolicies } from "../../src/cli/policies.ts";
import { ROOT } from "../helpers/stack.ts";

describe("checks of other tools", () => {
  it("are 704, each once", () => {
    const ids = readChecks().map(({ tool, id }) => `${tool} ${id}`);
    expect(ids).toHaveLength(704);
    expect(new Set(ids).size).toBe(704);
  });

  it("are mapped or answered for every platform that has rules", () => {
    const figures = coverageOf().map(({ platform, mapped, answered, total }) => [
      platform,
      mapped,
      answered,
      total,
    ]);
    console.log(answerPolicies([], { check: true }).stdout);
    expect(figures).toEqual([
      ["gcp", 155, 1, 156],
      ["docker", 0, 0, 0],
      ["dockerfile", 50, 0, 50],
      ["workflow", 8, 0, 8],
      ["aws", 0, 0, 274],
      ["kubernetes", 0, 0, 216],
    ]);
  });

  it("that rules name are real ones", () => {
    expect(unknownIds()).toEqual([]);
  });

  it("are missed when a rule goes", () => {
    const fewer = RULES.filter(({ name }) => name !== "gcp-redis-tls");
    expect(coverageOf(fewer).find(({ platform }) => platform === "gcp")?.missing).toEqual(["CKV_GCP_97"]);
  });

  it("leave at least 15 rules that nobody else has", () => {
    const own = coverageOf().filter(({ platform }) => platform === "gcp" || platform === "docker");
    expect(own.reduce((sum, one) => sum + one.own, 0)).toBeGreaterThanOrEqual(15);
  });
});

describe("docs/policies.md", () => {
  it("is current; else run npx atelier policies --markdown > docs/policies.md", () => {
    expect(readFileSync(join(ROOT, "docs/policies.md"), "utf8")).toBe(policiesAsMarkdown());
  });

  it("has every rule", () => {
    const text = policiesAsMarkdown();
    expect(RULES.filter(({ name }) => !text.includes(`| \`${name}\` |`)).map(({ name }) => name)).toEqual([]);
  });

  it("answers no check otherwise than docs/security-google.md does", () => {
    const text = readFileSync(join(ROOT, "docs/security-google.md"), "utf8");
    const known = new Set(RULES.flatMap(({ ids }) => ids));
    const satisfied = text.split("\n").flatMap((line) => {
      const [, ids = "", , answer = ""] = /^\| (.+?) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
      return answer.startsWith("Satisfied") ? ids.split(", ") : [];
    });
    expect(satisfied.length).toBeGreaterThan(80);
    expect(satisfied.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe("atelier policies", () => {
  it("lists every rule with severity and ids", () => {
    const { stdout, exitCode } = answerPolicies([], {});
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "  gcp-redis-tls  (high)\n      Redis takes connections with TLS alone\n      CKV_GCP_97\n",
    );
    expect(JSON.parse(answerPolicies([], { json: true }).stdout)).toHaveLength(RULES.length);
  });

  it("judges files, and exits with 2 when a mandatory rule is broken", () => {
    const folder = mkdtempSync(join(tmpdir(), "atelier-policies-"));
    try {
      const file = join(folder, "Dockerfile");
      writeFileSync(file, "FROM debian:12\nUSER root\n");
      const bad = answerPolicies([file], {});
      expect(bad.exitCode).toBe(2);
      expect(bad.stdout).toContain(`high      dockerfile-user  ${file}\n  ${file} line 2: USER root\n`);
      writeFileSync(file, "FROM debian:12\nUSER 10001\n");
      expect(answerPolicies([file], {})).toEqual({ stdout: "nothing found\n", exitCode: 0 });
      expect(() => answerPolicies([join(folder, "none")], {})).toThrow(
        "is not there; name a Dockerfile or a workflow",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
