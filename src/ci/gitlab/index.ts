/** The pipeline of a stack on GitLab: what a merge request would do, and deploying what was merged. */
import { ALLOW_DATA_LOSS, IF_ALLOWED, lint, plan, recover, smoke, TEST, up } from "../commands.ts";
import { documentText } from "../document.ts";
import { imageReference } from "../pins.ts";
import { DATA_LOSS, type Pipeline, PREVIEW } from "../pipeline.ts";
import { rollback } from "../rollback.ts";
import { docker, type Job, ON_MERGE_REQUEST, onBranch, prepare } from "./jobs.ts";
import { NOTE } from "./note.ts";
import { previewJobs } from "./previews.ts";
import { checkSettings, signIn } from "./sign-in.ts";

export function gitlabFile(pipeline: Pipeline, command: string): string {
  const { stack, previews } = pipeline;
  const content = {
    stages: ["check", "plan", ...(previews ? [PREVIEW] : []), "deploy"],
    workflow: {
      rules: [{ if: ON_MERGE_REQUEST }, { if: onBranch(pipeline) }],
      auto_cancel: { on_new_commit: "interruptible" },
    },
    default: { image: imageReference("node"), interruptible: true },
    check: check(pipeline),
    [`plan ${stack}`]: planJob(pipeline),
    [`note ${stack}`]: note(pipeline),
    ...(previews && previewJobs(pipeline, previews)),
    [`what changes on ${stack}`]: changes(pipeline),
    [`deploy ${stack}`]: deploy(pipeline),
  };
  const about = [
    `Merge requests need no credential. Deploying waits for a click on "deploy ${stack}"; protect the environment ${stack}`,
    "(Settings > CI/CD > Protected environments), so that not everybody's click counts.",
  ];
  return documentText(content, { command, about });
}

function check(pipeline: Pipeline): Job {
  return {
    stage: "check",
    rules: [{ if: ON_MERGE_REQUEST }],
    timeout: "30 minutes",
    script: [...prepare(pipeline), ...lint(pipeline.stack), TEST],
  };
}

/** Only what a merge request itself changed counts, so it is compared with where it left the branch. */
function planJob(pipeline: Pipeline): Job {
  return {
    stage: "plan",
    needs: [],
    rules: [{ if: ON_MERGE_REQUEST }],
    timeout: "20 minutes",
    variables: { GIT_DEPTH: "0" },
    script: [
      ...prepare(pipeline),
      `case ",$CI_MERGE_REQUEST_LABELS," in *,${DATA_LOSS},*) ALLOWED=yes ;; *) ALLOWED="" ;; esac`,
      planScript(pipeline.stack, '"$CI_MERGE_REQUEST_DIFF_BASE_SHA"', IF_ALLOWED),
    ],
    artifacts: {
      paths: ["atelier-plan/plan.md"],
      expose_as: `Plan of ${pipeline.stack}`,
      expire_in: "1 week",
      when: "always",
    },
  };
}

/** Writes atelier-plan/plan.md, shows it, and ends as the plan ended. */
function planScript(stack: string, base: string, options: string): string {
  return `code=0
folder="$CI_PROJECT_DIR/atelier-plan"
mkdir -p "$folder"
${plan(stack, base, options)} > "$folder/plan.md" 2> "$folder/errors.txt" || code=$?
cat "$folder/errors.txt" >&2
if [ ! -s "$folder/plan.md" ]; then
  { echo '### No plan of ${stack}'; echo; sed 's/^/    /' "$folder/errors.txt"; } > "$folder/plan.md"
fi
cat "$folder/plan.md"
exit "$code"
`;
}

/** Takes the plan's text alone: nothing of the merge request is checked out or run beside the token. */
function note({ stack }: Pipeline): Job {
  return {
    stage: "plan",
    needs: [`plan ${stack}`],
    rules: [{ if: `${ON_MERGE_REQUEST} && $ATELIER_NOTE_TOKEN` }],
    timeout: "5 minutes",
    variables: { GIT_STRATEGY: "none", MARKER: `<!-- atelier plan ${stack} -->` },
    script: [NOTE],
  };
}

/** Before the click, so that whoever clicks knows what: a loss of data stands there and does not end the pipeline. */
function changes(pipeline: Pipeline): Job {
  return {
    stage: "plan",
    rules: [{ if: onBranch(pipeline) }],
    timeout: "20 minutes",
    variables: { GIT_DEPTH: "2" },
    script: [...prepare(pipeline), planScript(pipeline.stack, "HEAD^1", ALLOW_DATA_LOSS)],
    artifacts: { paths: ["atelier-plan/plan.md"], expire_in: "1 month", when: "always" },
  };
}

function deploy(pipeline: Pipeline): Job {
  const { stack, login, url } = pipeline;
  const { idTokens, script } = signIn(login);
  return {
    stage: "deploy",
    rules: [{ if: onBranch(pipeline), when: "manual", allow_failure: false }],
    ...docker,
    interruptible: false,
    timeout: "90 minutes",
    id_tokens: idTokens,
    environment: { name: stack, url, deployment_tier: "production" },
    resource_group: stack,
    script: [
      checkSettings({ ...pipeline, environment: stack }),
      ...prepare(pipeline),
      script,
      recover(stack),
      `echo failure > "$CI_PROJECT_DIR/.atelier-up"\n${up(stack)}\necho success > "$CI_PROJECT_DIR/.atelier-up"`,
      smoke(stack),
    ],
    after_script: [
      `[ "$CI_JOB_STATUS" = failed ] || exit 0
UP=$(cat "$CI_PROJECT_DIR/.atelier-up" 2> /dev/null || true)
${rollback(stack, "$CI_COMMIT_SHA")}
`,
    ],
  };
}
