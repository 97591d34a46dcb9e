/** `atelier ci`: writes the workflows that plan, deploy and preview a stack on GitHub or GitLab. */
import { join, relative, resolve } from "node:path";
import { createProgress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { projectFolder } from "../../engine/folders.ts";
import { openEngine } from "../../engine/open.ts";
import { pulumi } from "../../engine/stack.ts";
import { compareFiles, describeStates, type Files, writeFiles } from "../ci/files.ts";
import { githubFiles } from "../ci/github/index.ts";
import { gitlabFile } from "../ci/gitlab/index.ts";
import { actions } from "../ci/pins.ts";
import { type Pipeline, PREVIEW } from "../ci/pipeline.ts";
import { readPipeline, repositoryOf, type StackSource } from "../ci/project.ts";
import { checkPin, describePin } from "../ci/refresh.ts";
import { type Known, variableCommands } from "../ci/variables.ts";
import { readOptions } from "./options.ts";
import { readSubject } from "./subject.ts";
import { type Outputs, unwrapOutputs } from "./summary.ts";

const OPTIONS = {
  stack: { type: "string" },
  branch: { type: "string" },
  previews: { type: "boolean" },
  ceiling: { type: "string" },
  hours: { type: "string" },
  out: { type: "string" },
  check: { type: "boolean" },
} as const;

export async function runCiGithub(rawArgs: readonly string[]): Promise<void> {
  const { root, options, pipeline, command } = await prepare("github", rawArgs);
  const folder = options.out ?? join(root, ".github", "workflows");
  const files = Object.entries(githubFiles(pipeline, command)).map(([name, text]) => [
    join(folder, name),
    text,
  ]);
  process.exitCode = await finish(Object.fromEntries(files), options.check === true, pipeline, "github");
}

export async function runCiGitlab(rawArgs: readonly string[]): Promise<void> {
  const { root, options, pipeline, command } = await prepare("gitlab", rawArgs);
  const file = options.out ?? join(root, ".gitlab-ci.yml");
  const files = { [file]: gitlabFile(pipeline, command) };
  process.exitCode = await finish(files, options.check === true, pipeline, "gitlab");
}

export async function runCiVariables(rawArgs: readonly string[]): Promise<void> {
  const own = { stack: { type: "string" }, gitlab: { type: "boolean" } } as const;
  const { stack = "prod", gitlab: onGitlab } = readOptions("ci variables", own, rawArgs);
  const project = await enterProject();
  const pipeline = readPipeline({ project, deployed: await sourceOf(stack) });
  const known = await knownOf(project, stack);
  const lines = variableCommands(pipeline, stack, known, onGitlab ? "gitlab" : "github");
  process.stdout.write(`${lines.join("\n")}\n`);
}

export async function runCiPins(): Promise<void> {
  const checked = await Promise.all(Object.values(actions).map((pin) => checkPin(pin, process.env)));
  const said = checked.map(describePin);
  process.stdout.write(`${said.map(({ text }) => text).join("\n")}\n`);
  process.exitCode = said.every(({ ok }) => ok) ? 0 : 1;
}

async function prepare(platform: "github" | "gitlab", rawArgs: readonly string[]) {
  const options = readOptions(`ci ${platform}`, OPTIONS, rawArgs);
  const out = options.out === undefined ? undefined : resolve(options.out);
  const project = await enterProject();
  const previews = options.previews
    ? {
        source: await sourceOf(PREVIEW),
        ceiling: Number(options.ceiling ?? "50"),
        hours: Number(options.hours ?? "72"),
      }
    : refuseWithoutPreviews(options);
  const deployed = await sourceOf(options.stack ?? "prod");
  const pipeline = readPipeline({ project, deployed, branch: options.branch, previews });
  const root = repositoryOf(project) ?? project;
  return { root, pipeline, options: { ...options, out }, command: commandOf(platform, pipeline, options) };
}

function refuseWithoutPreviews({ ceiling, hours }: { ceiling?: string; hours?: string }): undefined {
  const lonely = ceiling !== undefined ? "--ceiling" : hours !== undefined ? "--hours" : undefined;
  if (lonely)
    throw new Stop(`${lonely} says something about previews; add --previews, or leave ${lonely} out`);
}

/** Reads as the stack's own files say; a project may be looked at from a folder below it. */
async function enterProject(): Promise<string> {
  const project = await projectFolder(process.cwd());
  process.chdir(project);
  return project;
}

async function sourceOf(stack: string): Promise<StackSource> {
  const { targets } = await import("../../stacks/targets.ts");
  const { app, subject, settings, loaded } = await readSubject({ stack }, targets);
  const ofEnvironment = [...loaded.origins].flatMap(([key, { source }]) =>
    source === "environment" ? [key] : [],
  );
  return { stack, app, target: subject.target, settings, ofEnvironment };
}

/** What stands in the files, so that anybody can write them again. */
function commandOf(
  platform: string,
  { stack }: Pipeline,
  options: Readonly<Record<string, unknown>>,
): string {
  const { branch, previews, ceiling, hours, out } = options;
  const written = Object.entries({ branch, ceiling, hours, out }).flatMap(([name, value]) =>
    typeof value === "string" ? [`--${name} ${value}`] : [],
  );
  return [
    "npx atelier ci",
    platform,
    `--stack ${stack}`,
    ...(previews ? ["--previews"] : []),
    ...written,
  ].join(" ");
}

async function finish(
  files: Files,
  check: boolean,
  pipeline: Pipeline,
  platform: "github" | "gitlab",
): Promise<number> {
  const shown = (path: string) => relative(process.cwd(), path);
  if (check) {
    const states = new Map([...(await compareFiles(files))].map(([path, state]) => [shown(path), state]));
    const { text, current } = describeStates(states);
    process.stdout.write(text);
    if (!current)
      process.stderr.write(
        `write them again: npx atelier ci ${platform} with the options in their first lines\n`,
      );
    return current ? 0 : 1;
  }
  const written = await writeFiles(files);
  for (const path of Object.keys(files)) {
    process.stdout.write(`${written.includes(path) ? "wrote" : "kept "} ${shown(path)}\n`);
  }
  const option = platform === "gitlab" ? " --gitlab" : "";
  process.stdout.write(
    `\nThe environment ${pipeline.stack} needs some variables; this prints the commands:\n`,
  );
  process.stdout.write(`  npx atelier ci variables --stack ${pipeline.stack}${option}\n`);
  return 0;
}

/** What the deployed stack says of itself. Without an answer there is nothing to fill in. */
async function knownOf(project: string, stack: string): Promise<Known> {
  const opened = await openEngine({ project, env: process.env, progress: createProgress(process.stderr) });
  const { code, stdout } = await pulumi(opened, ["stack", "output", "--json", "--stack", stack]);
  const outputs = code === 0 ? unwrapOutputs(JSON.parse(stdout) as Outputs) : {};
  const { workflow } = outputs;
  if (code !== 0 || !isRecord(workflow)) {
    process.stderr.write(
      `${stack} has no output workflow: it was not deployed from here, or its settings name no repository (github)\n`,
    );
  }
  const shared = opened.backend.kind === "configured" ? { backend: opened.backend.url } : {};
  return { workflow: isRecord(workflow) ? workflow : {}, ...shared };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
