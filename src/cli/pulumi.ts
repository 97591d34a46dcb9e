/** `atelier pulumi -- <arguments>`: runs the engine's own `pulumi` in the current folder. */
import { defineCommand } from "citty";
import { createProgress } from "../../bootstrap/progress.mjs";
import { projectFolder } from "../../engine/folders.ts";
import { openEngine } from "../../engine/open.ts";
import { runPulumi } from "../../engine/stack.ts";

export const pulumi = defineCommand({
  meta: {
    name: "pulumi",
    description: "Run any pulumi command with the project's engine: atelier pulumi -- up",
  },
  async run({ rawArgs }) {
    const project = await projectFolder(process.cwd());
    const opened = await openEngine({ project, env: process.env, progress: createProgress(process.stderr) });
    const args = rawArgs[0] === "--" ? rawArgs.slice(1) : rawArgs;
    process.exitCode = await runPulumi(opened, args);
  },
});
