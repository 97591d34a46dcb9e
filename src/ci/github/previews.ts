/** The workflow that gives a pull request a stack of its own, and takes it away again. */
import { ceiling, previewDown, previewUp, smoke, sweep } from "../commands.ts";
import { documentText } from "../document.ts";
import { type Pipeline, PREVIEW, type Previews } from "../pipeline.ts";
import { checkSettings, type Deploying, signIn, stateOf } from "./sign-in.ts";
import {
  checkout,
  expression,
  inProject,
  type Job,
  prepare,
  REASONS,
  RUNNER,
  SAME_REPOSITORY,
  type Step,
} from "./steps.ts";

export function previewsWorkflow(pipeline: Pipeline, previews: Previews, command: string): string {
  const workflow = {
    name: "Previews",
    on: {
      pull_request: {
        branches: [pipeline.branch],
        types: ["opened", "reopened", "synchronize", "labeled", "unlabeled", "closed"],
      },
      schedule: [{ cron: "17 * * * *" }],
      workflow_dispatch: {},
    },
    permissions: {},
    jobs: {
      up: upJob(pipeline, previews),
      down: downJob(pipeline, previews),
      sweep: sweepJob(pipeline, previews),
    },
  };
  const about = [
    `A pull request with the label ${PREVIEW} gets the stack pr-<number>, made from Pulumi.${PREVIEW}.yaml, if the app is`,
    `estimated at most $${previews.ceiling} a month. It goes when the label goes, when the request is closed, and after ${previews.hours} hours.`,
  ];
  return documentText(workflow, { command, about, reasons: REASONS });
}

const LABELLED = `contains(github.event.pull_request.labels.*.name, '${PREVIEW}')`;
const PULL_REQUEST = "github.event_name == 'pull_request'";

/** Those of one pull request come one after another. */
const oneByOne = {
  group: `atelier-preview-${expression("github.event.pull_request.number")}`,
  "cancel-in-progress": false,
};

const number = { NUMBER: expression("github.event.pull_request.number") };

function base(pipeline: Pipeline): Pick<Job, "runs-on" | "timeout-minutes" | "permissions" | "defaults"> {
  return {
    "runs-on": RUNNER,
    "timeout-minutes": 60,
    permissions: { contents: "read", "id-token": "write" },
    defaults: inProject(pipeline),
  };
}

function deployingOf({ backend }: Pipeline, { login, secrets }: Previews): Deploying {
  return { login, secrets, backend, environment: PREVIEW };
}

function upJob(pipeline: Pipeline, previews: Previews): Job {
  const deploying = deployingOf(pipeline, previews);
  return {
    name: "Make or update the preview",
    if: expression(`${PULL_REQUEST} && github.event.action != 'closed' && ${SAME_REPOSITORY} && ${LABELLED}`),
    concurrency: oneByOne,
    ...base(pipeline),
    environment: { name: PREVIEW, url: expression("steps.up.outputs.url") },
    steps: [
      checkout(1),
      checkSettings(deploying),
      ...prepare(),
      { name: "Hold the ceiling on cost", run: ceiling(previews) },
      ...signIn(previews.login),
      {
        name: "Deploy the preview",
        id: "up",
        ...stateOf(deploying, number),
        run: `url=$(${previewUp})\necho "url=$url" >> "$GITHUB_OUTPUT"\n`,
      },
      { name: "Ask every route", env: number, run: smoke('"pr-$NUMBER"') },
    ],
  };
}

/** Runs what the branch has, not what the pull request brings: a broken change goes as well. */
function downJob(pipeline: Pipeline, previews: Previews): Job {
  const gone = `github.event.action == 'closed' || (github.event.action == 'unlabeled' && github.event.label.name == '${PREVIEW}')`;
  const was = `(${LABELLED} || github.event.action == 'unlabeled')`;
  return {
    name: "Take the preview away",
    if: expression(`${PULL_REQUEST} && ${SAME_REPOSITORY} && (${gone}) && ${was}`),
    concurrency: oneByOne,
    ...base(pipeline),
    environment: { name: PREVIEW },
    steps: away(pipeline, previews, { name: "Remove the preview", env: number, run: previewDown }),
  };
}

function sweepJob(pipeline: Pipeline, previews: Previews): Job {
  return {
    name: "Take away what is too old",
    if: expression("github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'"),
    concurrency: { group: "atelier-preview-sweep", "cancel-in-progress": false },
    ...base(pipeline),
    environment: { name: PREVIEW },
    steps: away(pipeline, previews, { name: "Sweep", run: sweep(previews) }),
  };
}

function away(pipeline: Pipeline, previews: Previews, last: Step): Step[] {
  const deploying = deployingOf(pipeline, previews);
  return [
    checkout(1, pipeline.branch),
    checkSettings(deploying),
    ...prepare(),
    ...signIn(previews.login),
    { ...last, ...stateOf(deploying, last.env) },
  ];
}
