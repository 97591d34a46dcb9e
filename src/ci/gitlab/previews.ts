/** A stack of its own for a merge request that asks for one. GitLab itself stops it in time, or when the request goes. */
import { ceiling, previewDown, previewUp, smoke } from "../commands.ts";
import { type Pipeline, PREVIEW, type Previews } from "../pipeline.ts";
import { docker, type Job, ON_MERGE_REQUEST, prepare, SAME_PROJECT } from "./jobs.ts";
import { checkSettings, type Deploying, signIn } from "./sign-in.ts";

const STOP = "stop preview";

export function previewJobs(pipeline: Pipeline, previews: Previews): Readonly<Record<string, Job>> {
  return { [PREVIEW]: upJob(pipeline, previews), [STOP]: stopJob(pipeline, previews) };
}

/** Started by hand, in place of a label. */
function base({
  login,
}: Previews): Pick<Job, "stage" | "rules" | "interruptible" | "timeout" | "id_tokens" | "resource_group"> {
  return {
    stage: PREVIEW,
    rules: [{ if: `${ON_MERGE_REQUEST} && ${SAME_PROJECT}`, when: "manual", allow_failure: true }],
    interruptible: false,
    timeout: "60 minutes",
    id_tokens: signIn(login).idTokens,
    resource_group: `${PREVIEW}/$CI_MERGE_REQUEST_IID`,
  };
}

const variables = { NUMBER: "$CI_MERGE_REQUEST_IID" };

function deployingOf({ backend }: Pipeline, { login, secrets }: Previews): Deploying {
  return { login, secrets, backend, environment: PREVIEW };
}

function upJob(pipeline: Pipeline, previews: Previews): Job {
  return {
    ...base(previews),
    ...docker,
    variables: { ...docker.variables, ...variables },
    environment: {
      name: `${PREVIEW}/$CI_MERGE_REQUEST_IID`,
      on_stop: STOP,
      auto_stop_in: `${previews.hours} hours`,
      deployment_tier: "development",
    },
    script: [
      checkSettings(deployingOf(pipeline, previews)),
      ...prepare(pipeline),
      ceiling(previews),
      signIn(previews.login).script,
      previewUp,
      smoke('"pr-$NUMBER"'),
    ],
  };
}

/** Runs what the branch has: the merge request's own may be broken, or gone. */
function stopJob(pipeline: Pipeline, previews: Previews): Job {
  return {
    ...base(previews),
    variables: { ...variables, GIT_DEPTH: "0" },
    environment: { name: `${PREVIEW}/$CI_MERGE_REQUEST_IID`, action: "stop", deployment_tier: "development" },
    script: [
      checkSettings(deployingOf(pipeline, previews)),
      `git checkout --quiet "origin/${pipeline.branch}" || { git fetch --quiet origin "${pipeline.branch}" && git checkout --quiet FETCH_HEAD; }`,
      ...prepare(pipeline),
      signIn(previews.login).script,
      previewDown,
    ],
  };
}
