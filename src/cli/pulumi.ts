/** `atelier pulumi -- <arguments>`: runs the engine's own `pulumi` in the current folder. */
import { createProgress } from "../../bootstrap/progress.mjs";
import { projectFolder } from "../../engine/folders.ts";
import { openEngine } from "../../engine/open.ts";
import { runPulumi as runProgram } from "../../engine/stack.ts";

export async function runPulumi(rawArgs: readonly string[]): Promise<void> {
  const project = await projectFolder(process.cwd());
  const opened = await openEngine({ project, env: process.env, progress: createProgress(process.stderr) });
  const args = rawArgs[0] === "--" ? rawArgs.slice(1) : rawArgs;
  process.exitCode = await runProgram(opened, args);
}
