/** GitLab's pipeline is what its schema asks for, its commands pass shellcheck, and those that can run here do. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { gitlabFile } from "../../src/ci/gitlab/index.ts";
import type { Job } from "../../src/ci/gitlab/jobs.ts";
import { imageReference } from "../../src/ci/pins.ts";
import { unpackedProgram } from "../helpers/packages.ts";
import { full, pipelines, plain } from "./pipelines.ts";
import { gitlabSchema } from "./tools.ts";

const COMMAND = "npx atelier ci gitlab --stack prod";

interface Jobs {
  readonly [name: string]: Job;
}

const jobsOf = (pipeline = full): Jobs => {
  const {
    stages,
    workflow,
    default: _,
    ...jobs
  } = parse(gitlabFile(pipeline, COMMAND)) as Record<string, unknown>;
  expect(stages).toBeDefined();
  expect(workflow).toBeDefined();
  return jobs as unknown as Jobs;
};

describe.each(Object.entries(pipelines))("the pipeline, %s", (_, pipeline) => {
  const content: unknown = parse(gitlabFile(pipeline, COMMAND));

  it("is what GitLab's schema asks for", { timeout: 60_000 }, async () => {
    const validate = await gitlabSchema();
    validate(content);
    expect(validate.errors).toBeNull();
  });

  it("has commands that shellcheck has nothing to say about", { timeout: 60_000 }, () => {
    for (const [name, job] of Object.entries(jobsOf(pipeline))) {
      for (const script of [job.script, job.after_script ?? []]) expect(shellcheck(script), name).toBe("");
    }
  });
});

/** Commands of one list share a shell, which ends at the first that fails; variables come from GitLab. */
function shellcheck(script: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "atelier-shellcheck-"));
  try {
    const file = join(folder, "script.sh");
    writeFileSync(file, `#!/bin/bash\nset -eo pipefail\n${script.join("\n")}\n`);
    const { stdout, stderr, status } = spawnSync(
      unpackedProgram("shellcheck", "shellcheck"),
      ["--format=gcc", "--exclude=SC2154", file],
      { encoding: "utf8" },
    );
    return status === 0 ? "" : stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the schema", () => {
  it("finds what is wrong", { timeout: 60_000 }, async () => {
    const validate = await gitlabSchema();
    const text = gitlabFile(plain, COMMAND);
    for (const [from, to] of [
      ["when: manual", "when: by-hand"],
      ["resource_group: prod", "resource_group: []"],
      ["id_tokens:", "id_token: 4\n  id_tokens: 5\n  ids:"],
    ] as const) {
      expect(text).toContain(from);
      expect(validate(parse(text.replace(from, to))), from).toBe(false);
    }
  });
});

describe("merge requests", () => {
  const jobs = jobsOf();

  it("are planned without a credential", () => {
    for (const name of ["check", "plan prod"]) {
      expect(jobs[name]?.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]);
      expect(jobs[name]).not.toHaveProperty("id_tokens");
      expect(jobs[name]).not.toHaveProperty("environment");
    }
  });

  it("are held against where they left the branch", () => {
    expect(jobs["plan prod"]?.script.join("\n")).toContain(
      '--against "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --markdown',
    );
    expect(jobs["plan prod"]?.variables).toEqual({ GIT_DEPTH: "0" });
  });

  it("get a note from a job that runs nothing of theirs", () => {
    expect(jobs["note prod"]?.variables?.GIT_STRATEGY).toBe("none");
    expect(jobs["note prod"]?.script.join("\n")).not.toMatch(/npm|npx/);
    expect(jobs["note prod"]?.rules[0]?.if).toContain("$ATELIER_NOTE_TOKEN");
  });

  it("may lose data with their label alone", () => {
    const script = jobs["plan prod"]?.script ?? [];
    const line = script.find((one) => one.startsWith("case")) ?? "";
    const allowed = (labels: string) =>
      spawnSync("bash", ["--norc", "-c", `${line}; echo "$ALLOWED"`], {
        env: { CI_MERGE_REQUEST_LABELS: labels },
      })
        .stdout.toString()
        .trim();
    expect(["data-loss", "a,data-loss,b", "no-data-loss", "", "data-losses"].map(allowed)).toEqual([
      "yes",
      "yes",
      "",
      "",
      "",
    ]);
  });
});

describe("deploying", () => {
  const job = jobsOf()["deploy prod"];

  it("waits for a click, in an environment that can be protected, one at a time", () => {
    expect(job).toMatchObject({
      rules: [{ if: '$CI_COMMIT_BRANCH == "main"', when: "manual", allow_failure: false }],
      environment: { name: "prod", url: "https://shop.example", deployment_tier: "production" },
      resource_group: "prod",
      interruptible: false,
    });
  });

  it("signs in with a token that is made for this provider alone", () => {
    expect(job?.id_tokens).toEqual({
      GOOGLE_ID_TOKEN: { aud: "https://iam.googleapis.com/$GCP_WORKLOAD_IDENTITY_PROVIDER" },
    });
  });

  it("says what the environment lacks, all at once", () => {
    const { status, stderr } = spawnSync("bash", ["--norc", "-eo", "pipefail", "-c", job?.script[0] ?? ""], {
      env: { GCP_SERVICE_ACCOUNT: "deploy@acme" },
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "the environment prod lacks GCP_WORKLOAD_IDENTITY_PROVIDER GCP_REGISTRY PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE; " +
        "npx atelier ci variables --stack prod --gitlab prints the commands that set them\n",
    );
  });

  it("says how to go back only after a failure", () => {
    const script = job?.after_script?.join("\n") ?? "";
    const said = (status: string) =>
      spawnSync("bash", ["--norc", "-c", script], {
        env: {
          PATH: process.env.PATH,
          CI_JOB_STATUS: status,
          CI_COMMIT_SHA: "abc123",
          CI_PROJECT_DIR: "/nowhere",
        },
        encoding: "utf8",
      }).stdout;
    expect(said("success")).toBe("");
    expect(said("failed")).toContain("git revert --no-edit abc123");
    expect(said("failed")).toContain("Nothing was deployed, and nothing changed.");
  });
});

describe("previews", () => {
  it("are stopped by GitLab in time, by the branch's own program", () => {
    const jobs = jobsOf();
    expect(jobs.preview?.environment).toMatchObject({ on_stop: "stop preview", auto_stop_in: "72 hours" });
    expect(jobs["stop preview"]?.environment).toMatchObject({
      name: jobs.preview?.environment?.name,
      action: "stop",
    });
    expect(jobs["stop preview"]?.script.join("\n")).toContain('git checkout --quiet "origin/main"');
    expect(jobsOf(plain)).not.toHaveProperty("preview");
  });

  it("hold the ceiling before they sign in", () => {
    const script = jobsOf().preview?.script ?? [];
    const at = (part: string) => script.findIndex((line) => line.includes(part));
    expect(at("npx atelier cost --stack preview --set budget.monthly=50")).toBeGreaterThan(-1);
    expect(at("atelier cost")).toBeLessThan(at("sts.googleapis.com"));
  });
});

it("names images by digest", () => {
  const text = gitlabFile(full, COMMAND);
  const named = [...text.matchAll(/(?:image|name): (\S+@sha256:\S+)/g)].map(([, image]) => image);
  expect(new Set(named)).toEqual(new Set([imageReference("node"), imageReference("docker")]));
  expect(text.match(/^ {2}image:|- name: docker/gm)?.length).toBe(named.length);
});
