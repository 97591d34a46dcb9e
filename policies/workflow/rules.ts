/** Workflows of GitHub Actions and pipelines of GitLab CI. They get text; who writes them is src/ci. */
import { z } from "zod";
import { type Rule, rule, ruleWith } from "../rule.ts";
import { secretForm } from "../secret-like.ts";
import { fields, list, word } from "./fields.ts";
import type { Job, Step, Workflow } from "./parse.ts";

type Row = readonly [
  name: string,
  severity: Rule["severity"],
  description: string,
  remedy: string,
  ids: readonly string[],
  judge: (file: Workflow) => readonly string[],
];

const steps =
  (judge: (step: Step, job: Job) => string | undefined) =>
  ({ jobs }: Workflow) =>
    jobs.flatMap((job) =>
      job.steps.flatMap((step) => {
        const why = judge(step, job);
        return why === undefined ? [] : [`${job.name}: ${why}`];
      }),
    );

const onGithub = (judge: (file: Workflow) => readonly string[]) => (file: Workflow) =>
  file.kind === "github" ? judge(file) : [];
const onGitlab = (judge: (file: Workflow) => readonly string[]) => (file: Workflow) =>
  file.kind === "gitlab" ? judge(file) : [];

/** What somebody from outside can write: titles, branches, comments. */
const OUTSIDE =
  /\$\{\{[^}]*\b(github\.event\.(issue|pull_request|comment|review|review_comment|discussion)\.(title|body)|github\.event\.(pages\.[\w*]+\.page_name|commits?[^}]*\.(message|author\.(email|name))|head_commit\.(message|author\.(email|name)))|github\.event\.pull_request\.head\.(ref|label|repo\.default_branch)|github\.head_ref|(github\.event\.)?inputs\.[\w-]+)[^}]*\}\}/;

const ROWS: readonly Row[] = [
  [
    "readable",
    "high",
    "Workflows are readable YAML",
    "correct the YAML",
    [],
    ({ unreadable }) => (unreadable === undefined ? [] : [unreadable]),
  ],
  [
    "write-all",
    "high",
    "No workflow may write everything",
    "name single permissions: contents: read",
    ["CKV2_GHA_1"],
    onGithub(writesAll),
  ],
  [
    "permissions",
    "medium",
    "Workflows say which permissions they have: without it, a repository may give all",
    "set permissions: {} at the top, and what a job needs in the job",
    [],
    onGithub(({ written, jobs }) =>
      written.permissions !== undefined || written.jobs === undefined
        ? []
        : jobs
            .filter((job) => job.written.permissions === undefined)
            .map(({ name }) => `${name}: neither it nor the workflow has permissions`),
    ),
  ],
  [
    "pinned",
    "high",
    "Actions of others are pinned by the hash of their commit, which nobody can move",
    "write uses: owner/action@<40 hex digits> # v1.2.3",
    [],
    onGithub(
      steps(({ uses }) =>
        uses === "" || /^\.\/|@[0-9a-f]{40}$|^docker:\/\/.*@sha256:[0-9a-f]{64}$/.test(uses)
          ? undefined
          : `uses ${uses}`,
      ),
    ),
  ],
  [
    "images",
    "medium",
    "Images that jobs run in have a tag that says which build they are, or a digest",
    "name a version, better the digest",
    [],
    floatingImages,
  ],
  [
    "injection",
    "critical",
    "Text from outside never stands in a script",
    "put it into env and quote the variable",
    ["CKV_GHA_2"],
    onGithub(
      steps(({ run }) => {
        const found = OUTSIDE.exec(run)?.[0];
        return found && `the script has ${found}`;
      }),
    ),
  ],
  [
    "gitlab-injection",
    "high",
    "Text from outside is quoted in scripts, never evaluated",
    'write "$CI_COMMIT_MESSAGE" and leave out eval',
    [],
    onGitlab(
      steps(({ run }) => {
        const found =
          /\beval\b[^\n]*\$\{?CI_(COMMIT_(MESSAGE|TITLE|DESCRIPTION|REF_NAME|BRANCH|TAG)|MERGE_REQUEST_(TITLE|DESCRIPTION|SOURCE_BRANCH_NAME))/.exec(
            run,
          )?.[0];
        return found && `the script has ${found}`;
      }),
    ),
  ],
  [
    "commands",
    "high",
    "Old workflow commands, which let a log line set variables, stay off",
    "leave out ACTIONS_ALLOW_UNSECURE_COMMANDS",
    ["CKV_GHA_1"],
    onGithub(oldCommands),
  ],
  [
    "secret-upload",
    "high",
    "No secret is sent by curl or wget in clear sight of the script",
    "use an action or a tool that takes the secret from its environment",
    ["CKV_GHA_3"],
    steps(({ run }) =>
      run.split("\n").some((line) => /\b(curl|wget)\b/.test(line) && /\$\{\{\s*secrets\./.test(line))
        ? "a secret stands in a curl or wget"
        : undefined,
    ),
  ],
  [
    "netcat",
    "critical",
    "No script opens a connection by netcat",
    "leave it out",
    ["CKV_GHA_4"],
    steps(({ run }) => /\b(nc|ncat|netcat)\b[^\n]*\b\d{1,3}(\.\d{1,3}){3}\b/.exec(run)?.[0]),
  ],
  [
    "signs-images",
    "low",
    "Whoever pushes an image signs it, or says where it was built",
    "add actions/attest-build-provenance, or cosign sign",
    ["CKV_GHA_5"],
    pushesWithout(/cosign\s+sign|sigstore\/cosign|actions\/attest|provenance:\s*(true|mode)/),
  ],
  [
    "lists-parts",
    "low",
    "Whoever pushes an image says what is in it",
    "set sbom: true, or add actions/attest-sbom, or cosign attest",
    ["CKV_GHA_6"],
    pushesWithout(/cosign\s+attest|actions\/attest-sbom|sbom:\s*(true|generator)|anchore\/sbom-action/),
  ],
  [
    "inputs",
    "low",
    "Whoever starts a workflow by hand chooses among given values",
    "set type: choice with options, boolean or environment",
    ["CKV_GHA_7"],
    onGithub(freeInputs),
  ],
  [
    "untrusted-checkout",
    "critical",
    "No workflow with secrets runs the code of a pull request from outside",
    "use on: pull_request, or leave out ref",
    [],
    onGithub(untrusted),
  ],
  [
    "kept-token",
    "medium",
    "The token of a checkout does not stay in the working copy",
    "set persist-credentials: false",
    [],
    onGithub(
      steps(({ uses, with: given }) =>
        /^actions\/checkout@/.test(uses) && given["persist-credentials"] !== false
          ? "actions/checkout keeps its token"
          : undefined,
      ),
    ),
  ],
  [
    "plain-secret",
    "critical",
    "No secret stands in a workflow",
    "keep it among the repository's secrets, or better log in without one (OIDC)",
    [],
    plainSecrets,
  ],
  [
    "long-lived-key",
    "high",
    "Logging in to a cloud needs no key that lasts",
    "use Workload Identity Federation: id-token: write and no credentials_json",
    [],
    onGithub(
      steps(({ uses, with: given }) =>
        /^google-github-actions\/auth@/.test(uses) && given.credentials_json !== undefined
          ? "credentials_json is a key that lasts"
          : /^aws-actions\/configure-aws-credentials@/.test(uses) && given["aws-access-key-id"] !== undefined
            ? "aws-access-key-id is a key that lasts"
            : undefined,
      ),
    ),
  ],
];

export const WORKFLOW_RULES: readonly Rule[] = [
  ...ROWS.map(([name, severity, description, remedy, ids, judge]) =>
    rule(
      { name: `workflow-${name}`, platform: "workflow", severity, description, remedy, ids },
      { subject: "workflow", judge },
    ),
  ),
  ruleWith(
    {
      name: "workflow-timeout",
      platform: "workflow",
      severity: "low",
      description: "Jobs end after a time that somebody chose: six hours are paid for otherwise",
      remedy: "set timeout-minutes: 20, in GitLab timeout: 20 minutes",
      ids: [],
    },
    z.strictObject({ minutes: z.int().min(1).default(120).describe("Longest time that a job may ask for") }),
    (settingsOf) => ({
      subject: "workflow",
      judge: ({ kind, jobs, written }, context) => {
        const usual = fields(written.default).timeout;
        return jobs
          .filter(
            ({ steps: all, written: job }) =>
              all.length > 0 && job.uses === undefined && job.using === undefined,
          )
          .flatMap(({ name, written: job }) => {
            const given = kind === "github" ? job["timeout-minutes"] : (job.timeout ?? usual);
            if (given === undefined) return [`${name}: no timeout`];
            const { minutes } = settingsOf(context);
            return Number(given) > minutes ? [`${name}: ${word(given)} minutes; at most ${minutes}`] : [];
          });
      },
    }),
  ),
];

function writesAll({ written, jobs }: Workflow): string[] {
  const top = written.permissions === "write-all" ? ["permissions: write-all"] : [];
  return [
    ...top,
    ...jobs
      .filter((job) => job.written.permissions === "write-all")
      .map(({ name }) => `${name}: permissions: write-all`),
  ];
}

function floatingImages({ jobs }: Workflow): string[] {
  return jobs.flatMap(({ name, images }) =>
    images
      .filter(
        (image) =>
          !image.includes("$") && !image.includes("@") && (/:latest$/.test(image) || !/:[^/]+$/.test(image)),
      )
      .map((image) => `${name}: ${image}`),
  );
}

function oldCommands({ written, jobs }: Workflow): string[] {
  const allows = (env: unknown) => /^(true|1)$/i.test(String(fields(env).ACTIONS_ALLOW_UNSECURE_COMMANDS));
  const top = allows(written.env) ? ["env of the workflow"] : [];
  const inJobs = jobs.flatMap((job) =>
    allows(job.written.env) || job.steps.some(({ env }) => allows(env)) ? [job.name] : [],
  );
  return [...top, ...inJobs].map((where) => `${where}: ACTIONS_ALLOW_UNSECURE_COMMANDS is set`);
}

/** A push of an image, by the action or by the command, and nowhere in the workflow what has to go with it. */
function pushesWithout(proof: RegExp) {
  return ({ jobs, written }: Workflow): string[] => {
    const pushes = jobs.filter((job) =>
      job.steps.some(
        ({ uses, run, with: given }) =>
          (/^docker\/(build-push|bake)-action@/.test(uses) && given.push === true) ||
          /\b(docker|podman|buildah)\s+(image\s+)?push\b|\bbuildx build\b[^\n]*--push\b/.test(run),
      ),
    );
    const whole = JSON.stringify(written).replaceAll('"', "");
    return proof.test(whole.replaceAll(":", ": ")) || proof.test(whole)
      ? []
      : pushes.map(({ name }) => `${name} pushes an image`);
  };
}

function freeInputs({ written }: Workflow): string[] {
  const inputs = fields(fields(fields(written.on).workflow_dispatch).inputs);
  return Object.entries(inputs)
    .filter(([, input]) => !["choice", "boolean", "environment", "number"].includes(word(fields(input).type)))
    .map(([name]) => `on.workflow_dispatch.inputs.${name} takes any text`);
}

function untrusted({ written, jobs }: Workflow): string[] {
  const on =
    typeof written.on === "object" && !Array.isArray(written.on)
      ? Object.keys(fields(written.on))
      : list(written.on).map(word);
  if (!on.some((event) => event === "pull_request_target" || event === "workflow_run")) return [];
  return jobs.flatMap(({ name, steps: all }) =>
    all.some(
      ({ uses, with: given, run }) =>
        (/^actions\/checkout@/.test(uses) && /head/.test(word(given.ref))) || /gh pr checkout/.test(run),
    )
      ? [`${name}: checks out the head of the pull request`]
      : [],
  );
}

function plainSecrets({ written }: Workflow): string[] {
  const form = secretForm(JSON.stringify(written).replaceAll("\\n", "\n").replaceAll('\\"', '"'));
  return form ? [`${form} stands in it`] : [];
}
