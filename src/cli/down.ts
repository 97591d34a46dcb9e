/** `atelier down`: removes everything that `atelier start` made; data stays unless it is asked for. */
import { createProgress, type Progress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { STACK_LABEL, stackOf } from "../../components/docker/deployment.ts";
import { dockerClient, findDocker } from "../../engine/docker.ts";
import { stopDaemon } from "../../engine/dockerd.ts";
import { projectFolder } from "../../engine/folders.ts";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { describeChanges, type Outcome, runOperation } from "../../engine/operation.ts";
import { pulumi } from "../../engine/stack.ts";
import { appOfStack } from "./stack-app.ts";
import { describeFailures } from "./start.ts";

interface DownOptions {
  readonly stack: string;
  readonly data?: boolean | undefined;
}

export async function runDown(args: DownOptions): Promise<void> {
  const progress = createProgress();
  const project = await projectFolder(process.cwd());
  const opened = await openEngine({ project, env: process.env, progress });
  const docker = await findDocker(process.env);
  if (typeof docker === "string") {
    progress.note(`No Docker engine answers (${docker}), so nothing of ${args.stack} runs here`);
    return;
  }
  const reached =
    docker.host === undefined ? opened : { ...opened, env: { ...opened.env, DOCKER_HOST: docker.host } };
  await destroy(reached, args.stack, args.data === true, progress);
  await sweep(project, args.stack, args.data === true, docker.host, progress);
  await stopDocker(opened, progress);
}

/** Volumes stay in the stack's state, so that the next start takes them up again. */
async function destroy(opened: OpenEngine, stack: string, data: boolean, progress: Progress): Promise<void> {
  if ((await pulumi(opened, ["stack", "select", stack])).code !== 0) {
    progress.note(`There is no stack ${stack} yet`);
    return;
  }
  const keep = data ? [] : ["--exclude", "**docker:index/volume:Volume::**"];
  let outcome: Outcome | undefined;
  await progress.step(`Removing ${stack} (pulumi destroy)`, async (tell) => {
    outcome = await runOperation(opened, ["destroy", "--stack", stack, ...keep], tell);
    if (!outcome.succeeded) throw new Stop(describeFailures("pulumi destroy", outcome));
  });
  for (const line of outcome?.recovered ?? []) progress.note(line);
  if (outcome) progress.note(`${describeChanges(outcome.changes)}${data ? "" : "; data volumes stay"}`);
}

/** Removes what carries the deployment's label but is in no state: an interrupted `up` can leave it behind. */
async function sweep(
  project: string,
  stack: string,
  data: boolean,
  host: string | undefined,
  progress: Progress,
): Promise<void> {
  const label = `${STACK_LABEL}=${stackOf(await appOfStack(project, stack))}`;
  const filters = { label: [label] };
  const docker = dockerClient(host);
  const containers = await docker.listContainers({ all: true, filters });
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
  const networks = await docker.listNetworks({ filters });
  for (const { Id } of networks) await docker.getNetwork(Id).remove();
  const volumes = data ? (await docker.listVolumes({ filters })).Volumes : [];
  for (const { Name } of volumes) await docker.getVolume(Name).remove();
  const found = { containers, networks, volumes };
  const words = Object.entries(found).flatMap(([kind, { length }]) =>
    length > 0 ? [`${length} ${kind}`] : [],
  );
  if (words.length > 0) progress.note(`Removed as well, known to no state: ${words.join(", ")}`);
}

async function stopDocker({ own }: OpenEngine, progress: Progress): Promise<void> {
  const result = await progress.step("Stopping what was started here", () => stopDaemon(own));
  const words = {
    stopped: "Docker was started here and is stopped",
    none: "Docker was not started here and keeps running",
    busy: "Docker was started here, but other containers run on it: it keeps running",
  } as const satisfies Record<typeof result, string>;
  progress.note(words[result]);
}
