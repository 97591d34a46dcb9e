/** Which stack `pulumi stack select` chose, read as Pulumi keeps it; no engine is started for it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";

/** `PULUMI_STACK`, else what the workspace file of the project in `folder` says; undefined when nothing was selected.
 * An organisation in front (`acme/shop/prod`) is left out: the stack's file is called `Pulumi.prod.yaml`.
 */
export function selectedStack(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const selected = env.PULUMI_STACK ?? workspaceStack(folder, env);
  return selected?.split("/").at(-1);
}

function workspaceStack(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const project = join(resolve(folder), "Pulumi.yaml");
  const name = projectIn(folder);
  if (name === undefined) return undefined;
  const key = createHash("sha1").update(project).digest("hex");
  const homes = env.PULUMI_HOME
    ? [env.PULUMI_HOME]
    : [join(resolve(folder), ".atelier", "pulumi"), join(env.HOME || homedir(), ".pulumi")];
  for (const home of homes) {
    const stack = stackIn(join(home, "workspaces", `${name}-${key}-workspace.json`));
    if (stack) return stack;
  }
  return undefined;
}

function stackIn(file: string): string | undefined {
  try {
    const { stack } = JSON.parse(readFileSync(file, "utf8")) as { stack?: unknown };
    return typeof stack === "string" && stack !== "" ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** Name of the Pulumi project in a folder; undefined when there is none. */
export function projectIn(folder: string): string | undefined {
  const file = join(folder, "Pulumi.yaml");
  if (!existsSync(file)) return undefined;
  const { name } = (parse(readFileSync(file, "utf8")) ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}
