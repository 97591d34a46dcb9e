/** What the platform itself deploys: every example in every place, every Dockerfile, every workflow. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askedRules, NO_POLICIES_CONFIG } from "../../policies/config.ts";
import { judgeDockerfile } from "../../policies/evaluate.ts";
import { type Finding, stoppingFindings } from "../../policies/finding.ts";
import { judge } from "../../policies/judge.ts";
import { judgeWorkflow } from "../../policies/workflow/judge.ts";
import { parseWorkflow } from "../../policies/workflow/parse.ts";
import { githubFiles } from "../../src/ci/github/index.ts";
import { gitlabFile } from "../../src/ci/gitlab/index.ts";
import { COMMAND, pipelines } from "../ci/pipelines.ts";
import { ROOT } from "../helpers/stack.ts";
import { EVERYWHERE, planOf, readFile } from "./plans.ts";

const severe = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ severity, waiver }) => (severity === "high" || severity === "critical") && !waiver)
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);

describe("nothing severe is found", () => {
  it.each(EVERYWHERE)("in $example on $target, $environment", async (where) => {
    const plan = await planOf(where);
    const found = judge(plan, { config: NO_POLICIES_CONFIG, today: "2026-11-21", read: readFile });
    expect(severe(found)).toEqual([]);
    expect(stoppingFindings(found)).toEqual([]);
  });

  it.each(dockerfiles())("in %s", (file) => {
    const asked = askedRules(NO_POLICIES_CONFIG, "prod");
    expect(severe(judgeDockerfile(asked, file, readFileSync(join(ROOT, file), "utf8")))).toEqual([]);
  });
});

describe("the workflows that atelier ci writes", () => {
  const asked = askedRules(NO_POLICIES_CONFIG, "prod");

  it.each(Object.entries(pipelines))("break no rule: %s", (_, pipeline) => {
    const files = { ...githubFiles(pipeline, COMMAND), ".gitlab-ci.yml": gitlabFile(pipeline, COMMAND) };
    expect(Object.keys(files).length).toBeGreaterThan(2);
    for (const [file, text] of Object.entries(files)) {
      expect(parseWorkflow(file, text).jobs.length).toBeGreaterThan(0);
      expect(judgeWorkflow(asked, file, text)).toEqual([]);
    }
  });
});

function dockerfiles(): string[] {
  const found = ["images", "examples"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => /^Dockerfile/.test(entry.name) && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
  );
  if (found.length < 20) throw new Error(`only ${found.length} Dockerfiles were found`);
  return found;
}
