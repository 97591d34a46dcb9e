/** A Pulumi that is on the machine already. */
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Stop } from "../bootstrap/stop.mjs";
import { type Environment, findOnPath, isExecutable, run } from "./command.ts";
import { pins } from "./pins.ts";
import { atLeast, parseVersion, version } from "./version.ts";

export interface Installed {
  readonly pulumi: string;
  readonly version: string;
}

/** The Pulumi that `PULUMI` names or PATH has, with its Node language host, when it is new enough; else the reason
 * in words why it is not taken.
 * @throws Stop when `PULUMI` is set and what it names can't be used: an explicit wish is never passed over.
 */
export async function findInstalled(env: Environment): Promise<Installed | string> {
  if (env.PULUMI) {
    const found = await inspect(env.PULUMI, env);
    if (typeof found === "object") return found;
    throw new Stop(
      `PULUMI=${env.PULUMI}: ${found}; set it to a Pulumi ${pins.oldestPulumi} or newer, or unset it`,
    );
  }
  const onPath = await findOnPath("pulumi", env);
  return onPath ? inspect(onPath, env) : "no pulumi on PATH";
}

async function inspect(pulumi: string, env: Environment): Promise<Installed | string> {
  if (!(await isExecutable(pulumi))) return `${pulumi} is not a program`;
  const { stdout, stderr, code } = await run(pulumi, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 20_000,
  });
  const found = parseVersion(stdout);
  if (code !== 0 || !found)
    return `${pulumi} does not tell its version (${stderr.trim().split("\n")[0] ?? ""})`;
  const text = found.join(".");
  if (!atLeast(found, version(pins.oldestPulumi)))
    return `${pulumi} is ${text}, older than ${pins.oldestPulumi}`;
  const beside = join(dirname(await realpath(pulumi)), "pulumi-language-nodejs");
  const host =
    (await isExecutable(beside)) || (await findOnPath("pulumi-language-nodejs", env)) !== undefined;
  return host ? { pulumi, version: text } : `${pulumi} has no pulumi-language-nodejs beside it or on PATH`;
}
