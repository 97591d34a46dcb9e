/** Runs Pulumi for one stack, with the config file that the stack uses. */

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { Stop } from "../bootstrap/stop.mjs";
import { lastWords, type Ran, type RunOptions, run, runAttached } from "./command.ts";
import { exists } from "./folders.ts";
import type { OpenEngine } from "./open.ts";
import {
  committedFile,
  preparePrivateFolder,
  privateFile,
  refreshPrivateFile,
  type StackFiles,
} from "./stack-file.ts";

/** Commands that take `--config-file`, besides `config`. */
const withConfigFile = new Set([
  "up",
  "update",
  "preview",
  "pre",
  "refresh",
  "destroy",
  "down",
  "dn",
  "import",
  "watch",
]);

/** Creates the stack unless it exists, and selects it. With the embedded backend its salt lands in the private file.
 * @throws Stop with Pulumi's own words.
 */
export async function createStack(opened: OpenEngine, stack: string): Promise<void> {
  const files = { ...opened, stack };
  const there = await pulumi(opened, ["stack", "select", stack]);
  if (there.code === 0) return;
  if (!/no stack named/.test(there.stderr)) fail(there);
  const aside = await keepsSecretsAside(opened, files);
  const cwd = aside ? await preparePrivateFolder(files) : opened.project;
  const made = await pulumi(opened, ["stack", "init", stack, "--no-select"], { cwd });
  if (made.code !== 0) fail(made);
  const selected = await pulumi(opened, ["stack", "select", stack]);
  if (selected.code !== 0) fail(selected);
}

/** Only with the embedded backend, and only while the committed file has no secrets of its own. */
async function keepsSecretsAside({ backend }: OpenEngine, files: StackFiles): Promise<boolean> {
  if (backend.kind !== "embedded") return false;
  if (!(await exists(committedFile(files)))) return true;
  const committed = parse(await readFile(committedFile(files), "utf8")) as { encryptionsalt?: string } | null;
  return committed?.encryptionsalt === undefined || (await exists(privateFile(files)));
}

function fail({ stderr, stdout }: Ran): never {
  throw new Stop(lastWords(stderr || stdout).replace(/^error: /, ""));
}

/** The stack that `--stack` names, else the selected one. */
export async function chosenStack(opened: OpenEngine, args: readonly string[]): Promise<string | undefined> {
  for (const [index, arg] of args.entries()) {
    if (arg === "--stack" || arg === "-s") return args[index + 1];
    if (arg.startsWith("--stack=")) return arg.slice("--stack=".length);
  }
  const { code, stdout } = await pulumi(opened, ["stack", "--show-name"]);
  return code === 0 ? stdout.trim() : undefined;
}

/** Runs pulumi in the project's folder and collects what it says. */
export function pulumi(
  opened: OpenEngine,
  args: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<Ran> {
  return run(opened.pulumi, ["--non-interactive", ...args], {
    cwd: opened.project,
    env: opened.env,
    ...options,
  });
}

/** Runs pulumi on this terminal as the user wrote it, with the stack's private file where there is one. */
export async function runPulumi(opened: OpenEngine, args: readonly string[]): Promise<number> {
  const creating = stackToCreate(args);
  if (creating && opened.backend.kind === "embedded") {
    await createStack(opened, creating);
    return 0;
  }
  return runAttached(opened.pulumi, [...args, ...(await configFileArguments(opened, args))], {
    env: opened.env,
  });
}

/** The name in `stack init NAME` and `stack select --create NAME`, when nothing else is asked for. */
function stackToCreate(args: readonly string[]): string | undefined {
  const [group, verb, ...rest] = args;
  if (group !== "stack") return undefined;
  const names = rest.filter((arg) => !arg.startsWith("-"));
  const flags = rest.filter((arg) => arg.startsWith("-"));
  const creates =
    (verb === "init" && flags.length === 0) ||
    (verb === "select" && flags.length === 1 && (flags[0] === "--create" || flags[0] === "-c"));
  return creates && names.length === 1 ? names[0] : undefined;
}

/** `--config-file <private file>` for a command that reads secrets, or writes one. */
export async function configFileArguments(
  opened: OpenEngine,
  args: readonly string[],
): Promise<readonly string[]> {
  const [command, verb] = args.filter((arg) => !arg.startsWith("-"));
  if (opened.backend.kind !== "embedded" || command === undefined || args.includes("--config-file"))
    return [];
  const reads =
    withConfigFile.has(command) || (command === "config" && (verb === undefined || verb === "get"));
  const writes = command === "config" && (verb === "set" || verb === "set-all") && args.includes("--secret");
  if (!reads && !writes) return [];
  const stack = await chosenStack(opened, args);
  const file = stack && (await refreshPrivateFile({ ...opened, stack }));
  return file ? ["--config-file", file] : [];
}
