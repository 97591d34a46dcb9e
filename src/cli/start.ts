/** `atelier start`: brings the app of a development stack up on this machine, from nothing. */
import { createProgress, type Progress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { ensureDocker, type Machine, NoDocker } from "../../engine/docker.ts";
import { ownFolder, projectFolder } from "../../engine/folders.ts";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { describeChanges, type Outcome, runOperation } from "../../engine/operation.ts";
import { createStack, pulumi } from "../../engine/stack.ts";
import { initSecrets, placeholderNote } from "./secrets.ts";
import { describeAnswers, probesOf, smokeTest } from "./smoke.ts";
import { appOfStack } from "./stack-app.ts";
import { formatOutputs, type Outputs, unwrapOutputs } from "./summary.ts";

/** Brings the app up; where no Docker is to be had, rehearses what production would be.
 * @param machine stands for this one
 */
export async function startApp(stack: string, env: NodeJS.ProcessEnv, machine?: Machine): Promise<void> {
  const progress = createProgress();
  const opened = await openForDocker(env, progress, machine).catch((error: unknown) => {
    if (error instanceof NoDocker) return error;
    throw error;
  });
  if (opened instanceof NoDocker) {
    const { startRehearsed } = await import("./start-rehearsed.ts");
    return startRehearsed(opened, { env, progress });
  }
  await prepareStack(opened, stack, progress);
  await deploy(opened, stack, progress);
  const outputs = await readOutputs(opened, stack);
  await checkDoor(opened, stack, outputs, progress);
  console.log(`\n${formatOutputs(outputs)}`);
}

/** A Docker, and an engine that reaches it.
 * @throws NoDocker when there is none and none can be had
 */
async function openForDocker(
  env: NodeJS.ProcessEnv,
  progress: Progress,
  machine?: Machine,
): Promise<OpenEngine> {
  const project = await projectFolder(process.cwd());
  const own = await ownFolder(project);
  const { host, version, started } = await ensureDocker({ env, own, progress, ...(machine && { machine }) });
  if (started)
    progress.note(`Docker ${version} runs until npm run down; its log is ${own}/docker/dockerd.log`);
  const opened = await openEngine({ project, env, progress });
  return host === undefined ? opened : { ...opened, env: { ...opened.env, DOCKER_HOST: host } };
}

async function prepareStack(opened: OpenEngine, stack: string, progress: Progress): Promise<void> {
  const { placeholders } = await progress.step(`Preparing the stack ${stack}`, async () => {
    await createStack(opened, stack);
    return initSecrets(opened, stack, { placeholders: true });
  });
  if (placeholders.length > 0) progress.note(placeholderNote(placeholders));
}

async function deploy(opened: OpenEngine, stack: string, progress: Progress): Promise<void> {
  let outcome: Outcome | undefined;
  await progress.step(`Deploying ${stack} (pulumi up)`, async (tell) => {
    outcome = await runOperation(opened, ["up", "--stack", stack], tell);
    if (!outcome.succeeded) throw new Stop(describeFailures("pulumi up", outcome));
  });
  if (outcome) tellOutcome(outcome, progress);
}

/** What was put in order first, and what changed. */
export function tellOutcome({ recovered, changes }: Outcome, progress: Progress): void {
  for (const line of recovered) progress.note(line);
  progress.note(describeChanges(changes));
}

/** Each failing resource with its own error, then where the rest is. */
export function describeFailures(operation: string, { failures, log }: Outcome): string {
  const lines = failures.map(
    ({ resource, message }) => `  ${resource}: ${message.replaceAll("\n", "\n    ")}`,
  );
  return [`${operation} failed:`, ...lines, `  Everything that it said: ${log}`].join("\n");
}

async function readOutputs(opened: OpenEngine, stack: string): Promise<Outputs> {
  const { code, stdout, stderr } = await pulumi(opened, ["stack", "output", "--json", "--stack", stack]);
  if (code !== 0) throw new Stop(`the stack's outputs can't be read: ${stderr.trim()}`);
  return unwrapOutputs(JSON.parse(stdout) as Outputs);
}

async function checkDoor(
  opened: OpenEngine,
  stack: string,
  outputs: Outputs,
  progress: Progress,
): Promise<void> {
  const { url } = outputs;
  if (typeof url !== "string") return;
  const app = await appOfStack(opened.project, stack);
  await progress.step(`Asking every route of ${url}`, async () => {
    const wrong = describeAnswers(await smokeTest(url, probesOf(app)));
    if (wrong !== undefined) throw new Stop(wrong);
  });
}
