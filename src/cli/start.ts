/** `atelier start`: brings the app of a development stack up on this machine, from nothing. */
import { defineCommand } from "citty";
import { createProgress, type Progress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { ensureDocker } from "../../engine/docker.ts";
import { projectFolder } from "../../engine/folders.ts";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { describeChanges, type Outcome, runOperation } from "../../engine/operation.ts";
import { createStack, pulumi } from "../../engine/stack.ts";
import { initSecrets, placeholderNote } from "./secrets.ts";
import { probesOf, smokeTest } from "./smoke.ts";
import { appOfStack } from "./stack-app.ts";
import { formatOutputs, type Outputs, unwrapOutputs } from "./summary.ts";

export const start = defineCommand({
  meta: {
    name: "start",
    description: "Bring the app up on this machine: engine, Docker, secrets, pulumi up",
  },
  args: { stack: { type: "string", description: "Name of the stack", default: "dev" } },
  async run({ args }) {
    const progress = createProgress();
    const opened = await openForDocker(process.env, progress);
    await prepareStack(opened, args.stack, progress);
    await deploy(opened, args.stack, progress);
    const outputs = await readOutputs(opened, args.stack);
    await checkDoor(opened, args.stack, outputs, progress);
    console.log(`\n${formatOutputs(outputs)}`);
  },
});

/** The engine, and a Docker that it reaches. */
export async function openForDocker(env: NodeJS.ProcessEnv, progress: Progress): Promise<OpenEngine> {
  const opened = await openEngine({ project: await projectFolder(process.cwd()), env, progress });
  const { host, version, started } = await ensureDocker({ env, own: opened.own, progress });
  if (started)
    progress.note(`Docker ${version} runs until npm run down; its log is ${opened.own}/docker/dockerd.log`);
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
  if (outcome) progress.note(describeChanges(outcome.changes));
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
    const answers = await smokeTest(url, probesOf(app));
    const wrong = answers.filter(({ ok }) => !ok);
    if (wrong.length === 0) return;
    const lines = wrong.map(({ path, expected, got }) => `  ${path}: expected ${expected}, got ${got}`);
    throw new Stop(
      [`${wrong.length} of ${answers.length} routes do not answer as they should:`, ...lines].join("\n"),
    );
  });
}
