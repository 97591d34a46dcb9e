/** `atelier preview`: the stack of a pull request, made and taken away; what workflows of `atelier ci --previews` run. */
import { createProgress } from "../../bootstrap/progress.mjs";
import { projectFolder } from "../../engine/folders.ts";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { pulumi } from "../../engine/stack.ts";
import { PREVIEW } from "../ci/pipeline.ts";
import { previewDown, previewName, previewUp, sweep as sweepPreviews } from "../ci/previews.ts";
import { ConfigError } from "../config/problem.ts";
import { durationOption } from "./duration-option.ts";
import { readOptions } from "./options.ts";
import { readSubject } from "./subject.ts";
import { type Outputs, unwrapOutputs } from "./summary.ts";

export async function runPreviewUp(rawArgs: readonly string[]): Promise<void> {
  const number = numberOf("up", rawArgs);
  const { opened, progress } = await open();
  await previewUp({ opened, number, progress }, await domain());
  const { code, stdout } = await pulumi(opened, [
    "stack",
    "output",
    "--json",
    "--stack",
    previewName(number),
  ]);
  const { url } = code === 0 ? unwrapOutputs(JSON.parse(stdout) as Outputs) : {};
  if (typeof url === "string") process.stdout.write(`${url}\n`);
}

export async function runPreviewDown(rawArgs: readonly string[]): Promise<void> {
  const number = numberOf("down", rawArgs);
  await previewDown({ number, ...(await open()) });
}

export async function runPreviewSweep(rawArgs: readonly string[]): Promise<void> {
  const own = { "older-than": { type: "string" } } as const;
  const { "older-than": written = "72h" } = readOptions("preview sweep", own, rawArgs);
  const age = durationOption("--older-than", written);
  const { opened, progress } = await open();
  const count = await sweepPreviews(opened, age, progress);
  process.stdout.write(count === 1 ? "1 preview was removed\n" : `${count} previews were removed\n`);
}

async function open(): Promise<{ opened: OpenEngine; progress: ReturnType<typeof createProgress> }> {
  const progress = createProgress(process.stderr);
  const project = await projectFolder(process.cwd());
  process.chdir(project);
  return { opened: await openEngine({ project, env: process.env, progress }), progress };
}

function numberOf(command: string, rawArgs: readonly string[]): number {
  const { number } = readOptions(`preview ${command}`, { number: { type: "string" } } as const, rawArgs);
  if (number !== undefined && /^[1-9]\d{0,8}$/.test(number)) return Number(number);
  const what =
    number === undefined ? "is not said" : `${JSON.stringify(number)} is no number of a pull request`;
  throw new ConfigError([{ path: ["--number"], what, remedy: "write --number 12 for instance" }]);
}

/** The domain that previews lie below. */
async function domain(): Promise<string> {
  const { targets } = await import("../../stacks/targets.ts");
  const { app } = await readSubject({ stack: PREVIEW }, targets);
  return app.edge.domain;
}
