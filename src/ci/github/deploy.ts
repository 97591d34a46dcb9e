/** The workflow that deploys a stack when its branch changes, once somebody has approved. */
import { ALLOW_DATA_LOSS, recover, smoke, up } from "../commands.ts";
import { documentText } from "../document.ts";
import type { Pipeline } from "../pipeline.ts";
import { rollback } from "../rollback.ts";
import { planScript } from "./pull-request.ts";
import { checkSettings, signIn, stateOf } from "./sign-in.ts";
import { checkout, expression, inProject, type Job, prepare, REASONS, RUNNER, type Step } from "./steps.ts";

export function deployWorkflow(pipeline: Pipeline, command: string): string {
  const { stack, branch } = pipeline;
  const workflow = {
    name: `Deploy ${stack}`,
    on: { push: { branches: [branch] }, workflow_dispatch: {} },
    permissions: {},
    // One after another, and never cut off: a deployment that is stopped half-way is one to clean up after.
    concurrency: { group: `atelier-deploy-${stack}`, "cancel-in-progress": false },
    jobs: { plan: planJob(pipeline), deploy: deploy(pipeline) },
  };
  const about = [
    `Deploys ${stack} once the environment of that name is approved; it keeps the variables that the sign-in needs:`,
    `npx atelier ci variables --stack ${stack} prints the commands that set them.`,
  ];
  return documentText(workflow, { command, about, reasons: REASONS });
}

/** Before the approval, so that whoever approves knows what: a loss of data stands there and does not end the run. */
function planJob(pipeline: Pipeline): Job {
  return {
    name: "What changes",
    "runs-on": RUNNER,
    "timeout-minutes": 20,
    permissions: { contents: "read" },
    defaults: inProject(pipeline),
    steps: [
      checkout(2),
      ...prepare(),
      {
        name: "Plan",
        env: { FOLDER: expression("runner.temp") },
        run: planScript(pipeline.stack, "HEAD^1", ALLOW_DATA_LOSS),
      },
    ],
  };
}

function deploy(pipeline: Pipeline): Job {
  const { stack, branch, url } = pipeline;
  const deploying = { ...pipeline, environment: stack };
  return {
    name: `Deploy ${stack}`,
    needs: "plan",
    // Started by hand, it may have been started for another branch, which the cloud would not let in.
    if: expression(`github.ref == 'refs/heads/${branch}'`),
    "runs-on": RUNNER,
    "timeout-minutes": 90,
    environment: { name: stack, url },
    permissions: { contents: "read", "id-token": "write" },
    defaults: inProject(pipeline),
    steps: [
      checkout(1),
      checkSettings(deploying),
      ...prepare(),
      ...signIn(pipeline.login),
      { name: "Put the state in order", ...stateOf(deploying), run: recover(stack) },
      { name: "Deploy", id: "up", ...stateOf(deploying), run: up(stack) },
      { name: "Ask every route", run: smoke(stack) },
      guidance(stack),
    ],
  };
}

function guidance(stack: string): Step {
  return {
    name: "Say how to go back",
    if: expression("failure()"),
    env: { UP: expression("steps.up.outcome") },
    run: `${rollback(stack, "$GITHUB_SHA")} >> "$GITHUB_STEP_SUMMARY"\n`,
  };
}
