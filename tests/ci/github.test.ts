/** GitHub's workflows pass the checkers, and hold what docs/ci.md promises. */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { githubFiles } from "../../src/ci/github/index.ts";
import type { Job, Step } from "../../src/ci/github/steps.ts";
import { actions } from "../../src/ci/pins.ts";
import type { Pipeline } from "../../src/ci/pipeline.ts";
import { COMMAND, full, pipelines, plain } from "./pipelines.ts";
import { actionlint, zizmor } from "./tools.ts";

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflowsOf = (pipeline: Pipeline): readonly [name: string, workflow: Workflow][] =>
  Object.entries(githubFiles(pipeline, COMMAND)).map(([name, text]) => [name, parse(text) as Workflow]);

const jobs = workflowsOf(full).flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ where: `${file}: ${name}`, job })),
);
const steps = jobs.flatMap(({ where, job }) =>
  job.steps.map((step) => ({ where: `${where}: ${step.name}`, step })),
);
const workflow = (name: string): Workflow => {
  const found = workflowsOf(full).find(([file]) => file === name)?.[1];
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const stepNamed = (job: Job | undefined, name: string): Step => {
  const found = job?.steps.find((step) => step.name === name);
  if (!found) throw new Error(`there is no step ${name}`);
  return found;
};

describe.each(Object.entries(pipelines))("workflows, %s", (_, pipeline) => {
  const files = githubFiles(pipeline, COMMAND);

  it("pass actionlint, with shellcheck", { timeout: 300_000 }, async () => {
    expect(await actionlint(files)).toBe("");
  });

  it("pass zizmor at its most severe", { timeout: 300_000 }, async () => {
    expect(await zizmor(files)).toEqual([]);
  });
});

describe("the checkers", () => {
  const text = githubFiles(plain, COMMAND)["atelier-plan-prod.yml"] ?? "";
  const broken = (from: string, to: string) => {
    if (!text.includes(from)) throw new Error(`nothing to break: ${from}`);
    return { "broken.yml": text.replace(from, to) };
  };

  it.each([
    ["a misspelt key", "runs-on:", "run-on:", '"runs-on" section is missing'],
    ["a command that the shell reads otherwise", 'exit "$code"', 'exit "$cod"', "SC2034"],
    ["an unknown context", "github.repository }}", "github.repo.name }}", 'property "repo" is not defined'],
  ])("find %s", async (_, from, to, found) => {
    expect(await actionlint(broken(from, to))).toContain(found);
  });

  it.each([
    ["a tag in place of a digest", `@${actions.checkout.digest}`, "@v7", "unpinned-uses"],
    [
      "a trigger with rights for strangers",
      "  pull_request:",
      "  pull_request_target:",
      "dangerous-triggers",
    ],
    ["credentials that stay", "persist-credentials: false", "persist-credentials: true", "artipacked"],
    ["rights that nobody asked for", "permissions: {}", "permissions: write-all", "excessive-permissions"],
    [
      "a stranger's words in a command",
      "npm test --if-present",
      "echo ${{ github.head_ref }}",
      "template-injection",
    ],
  ])("find %s", async (_, from, to, found) => {
    expect((await zizmor(broken(from, to))).join("\n")).toContain(found);
  });
});

describe("every workflow", () => {
  it("grants nothing at its top", () => {
    expect(workflowsOf(full).map(([, { permissions }]) => permissions)).toEqual([{}, {}, {}]);
  });

  it("runs for pull requests with their own, small rights", () => {
    for (const [, { on }] of workflowsOf(full)) {
      expect(Object.keys(on)).not.toContain("pull_request_target");
      expect(Object.keys(on)).not.toContain("workflow_run");
    }
  });

  it("ends in time, runs in bash and says what it is called", () => {
    for (const { where, job } of jobs) {
      expect(job["timeout-minutes"], where).toBeGreaterThan(0);
      expect(job.defaults?.run.shell, where).toBe("bash");
      expect(job.name, where).not.toBe("");
    }
  });

  it("names actions by digest, with the version beside it", () => {
    const known = new Map(
      Object.values(actions).map((pin) => [`${pin.repository}@${pin.digest}`, pin.version]),
    );
    for (const [name, text] of Object.entries(githubFiles(full, COMMAND))) {
      const lines = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
      expect(lines.length, name).toBeGreaterThan(0);
      for (const line of lines) {
        const [, reference = "", version] = /uses: (\S+) # (\S+)$/.exec(line) ?? [];
        expect(known.get(reference), line).toBe(version);
      }
    }
  });

  it("lets no expression into a command", () => {
    for (const { where, step } of steps) expect(step.run ?? "", where).not.toContain("${{");
  });

  it("says how it is written again, in its first lines", () => {
    for (const text of Object.values(githubFiles(full, COMMAND))) {
      expect(text.split("\n").slice(0, 2)).toEqual([
        "# Written by atelier ci. Not to be edited: change the stack or the options, then",
        `#   ${COMMAND}`,
      ]);
    }
  });

  it("works in the project's folder", () => {
    const files = workflowsOf({ ...plain, folder: "deploy/atelier" });
    const jobs = files[0]?.[1].jobs ?? {};
    expect(jobs.check?.defaults).toEqual({ run: { shell: "bash", "working-directory": "deploy/atelier" } });
    expect(jobs.comment?.defaults).toEqual({ run: { shell: "bash" } });
  });
});

describe("the workflow of a pull request", () => {
  const { jobs, on } = workflow("atelier-plan-prod.yml");

  it("needs no secret, no variable and no credential", () => {
    const text = githubFiles(full, COMMAND)["atelier-plan-prod.yml"] ?? "";
    expect(text).not.toMatch(/secrets\.|vars\.|id-token/);
  });

  it("lets one job write, which checks nothing out and takes only a text", () => {
    const granted = Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]);
    expect(Object.fromEntries(granted)).toEqual({
      check: { contents: "read" },
      plan: { contents: "read" },
      comment: { "pull-requests": "write" },
    });
    const uses = jobs.comment?.steps.flatMap(({ uses = [] }) => uses);
    expect(uses).toEqual([`actions/download-artifact@${actions.downloadArtifact.digest}`]);
    expect(stepNamed(jobs.comment, "Write or update the comment").run).not.toMatch(/npm|npx|node/);
  });

  it("writes no comment for forks, whose plan is in the summary", () => {
    expect(jobs.comment?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(stepNamed(jobs.plan, "Plan").run).toContain('>> "$GITHUB_STEP_SUMMARY"');
  });

  it("holds the plan against the branch as the merge took it", () => {
    expect(stepNamed(jobs.plan, "Check out").with).toMatchObject({ "fetch-depth": 2 });
    expect(stepNamed(jobs.plan, "Plan").run).toContain(
      'npx atelier plan --stack prod --against HEAD^1 --markdown ${ALLOWED:+--allow-data-loss} > "$FOLDER/plan.md"',
    );
  });

  it("lets a loss of data pass by its label alone", () => {
    expect(stepNamed(jobs.plan, "Plan").env?.ALLOWED).toBe(
      "${{ contains(github.event.pull_request.labels.*.name, 'data-loss') && 'yes' || '' }}",
    );
    expect(on.pull_request).toMatchObject({ types: expect.arrayContaining(["labeled", "unlabeled"]) });
  });
});

describe("the workflow that deploys", () => {
  const { jobs, on } = workflow("atelier-deploy-prod.yml");

  it("runs for its branch, after the environment's approval", () => {
    expect(on).toEqual({ push: { branches: ["main"] }, workflow_dispatch: {} });
    expect(jobs.deploy).toMatchObject({
      needs: "plan",
      if: "${{ github.ref == 'refs/heads/main' }}",
      environment: { name: "prod", url: "https://shop.example" },
      permissions: { contents: "read", "id-token": "write" },
    });
  });

  it("never cuts a deployment off", () => {
    expect(workflow("atelier-deploy-prod.yml")).toMatchObject({
      concurrency: { group: "atelier-deploy-prod", "cancel-in-progress": false },
    });
  });

  it("signs in without a key", () => {
    expect(stepNamed(jobs.deploy, "Sign in to Google Cloud").with).toEqual({
      workload_identity_provider: "${{ vars.GCP_WORKLOAD_IDENTITY_PROVIDER }}",
      service_account: "${{ vars.GCP_SERVICE_ACCOUNT }}",
    });
  });

  it("deploys, then asks every route, and says how to go back when either fails", () => {
    expect(jobs.deploy?.steps.map(({ name }) => name)).toEqual([
      "Check out",
      "Check settings",
      "Get Node",
      "Install",
      "Sign in to Google Cloud",
      "Let Docker push",
      "Put the state in order",
      "Deploy",
      "Ask every route",
      "Say how to go back",
    ]);
    expect(stepNamed(jobs.deploy, "Say how to go back").if).toBe("${{ failure() }}");
  });

  it("gives the passphrase to the steps that need it, and not at all with a key management service", () => {
    const withPassphrase = jobs.deploy?.steps.filter(
      ({ env }) => env?.PULUMI_CONFIG_PASSPHRASE !== undefined,
    );
    expect(withPassphrase?.map(({ name }) => name)).toEqual([
      "Check settings",
      "Put the state in order",
      "Deploy",
    ]);
    const texts = githubFiles(
      { ...full, secrets: "kms", previews: { ...previews, secrets: "kms" } },
      COMMAND,
    );
    expect(Object.values(texts).join("\n")).not.toContain("PASSPHRASE");
  });

  it("asks for the state's address only where Pulumi.yaml does not say it", () => {
    const text = githubFiles({ ...plain, backend: true }, COMMAND)["atelier-deploy-prod.yml"];
    expect(text).not.toContain("PULUMI_BACKEND_URL");
    expect(githubFiles(plain, COMMAND)["atelier-deploy-prod.yml"]).toContain("PULUMI_BACKEND_URL");
  });
});

const previews = { login: "google", secrets: "passphrase", ceiling: 50, hours: 72 } as const;

describe("the workflow of previews", () => {
  const { jobs, on } = workflow("atelier-previews.yml");
  const names = (job: Job | undefined) => job?.steps.map(({ name }) => name) ?? [];

  it("is there only when it is asked for", () => {
    expect(Object.keys(githubFiles(plain, COMMAND))).toEqual([
      "atelier-plan-prod.yml",
      "atelier-deploy-prod.yml",
    ]);
  });

  it("makes one for a labelled request of the repository's own, within the ceiling", () => {
    expect(jobs.up?.if).toContain("contains(github.event.pull_request.labels.*.name, 'preview')");
    expect(jobs.up?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    const cost = names(jobs.up).indexOf("Hold the ceiling on cost");
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThan(names(jobs.up).indexOf("Sign in to Google Cloud"));
    expect(stepNamed(jobs.up, "Hold the ceiling on cost").run).toBe(
      "npx atelier cost --stack preview --set budget.monthly=50",
    );
  });

  it("takes it away by the branch's own program", () => {
    expect(jobs.down?.if).toContain("github.event.action == 'closed'");
    expect(stepNamed(jobs.down, "Check out").with).toMatchObject({ ref: "main" });
    expect(stepNamed(jobs.down, "Remove the preview").run).toBe(
      'npx atelier preview down --number "$NUMBER"',
    );
  });

  it("sweeps every hour", () => {
    expect(on.schedule).toEqual([{ cron: "17 * * * *" }]);
    expect(stepNamed(jobs.sweep, "Sweep").run).toBe("npx atelier preview sweep --older-than 72h");
  });

  it("does one thing at a time for a request", () => {
    const groups = [jobs.up, jobs.down].map((job) => job?.concurrency);
    expect(groups[0]).toEqual(groups[1]);
    expect(groups[0]).toEqual({
      group: "atelier-preview-${{ github.event.pull_request.number }}",
      "cancel-in-progress": false,
    });
  });
});
