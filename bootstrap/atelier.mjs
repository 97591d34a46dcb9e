#!/usr/bin/env node
/** The `atelier` command. It runs src/cli under a Node that is new enough. */
import { statSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { newEnough, ownNode, rerun } from "./node.mjs";
import { createProgress } from "./progress.mjs";
import { describeFailure } from "./stop.mjs";

try {
  keepCompiled();
  giveHome();
  if (newEnough(process.versions.node)) {
    const { atelier } = await import("../src/cli/main.ts");
    process.exitCode = await atelier(process.argv.slice(2), process.env);
  } else {
    const node = await ownNode(createProgress(process.stderr));
    process.exitCode = await rerun(node, process.argv.slice(1));
  }
} catch (error) {
  process.stderr.write(`${describeFailure(error, process.env)}\n`);
  process.exitCode = 1;
}

/** Lets Node keep what it compiles, in the folder where programs that the engine runs keep it. Code is loaded from there,
 * so the folder is the user's own, or there is none. Node itself heeds NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE,
 * and goes on without where the folder can't be written.
 */
function keepCompiled() {
  try {
    const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "atelier", "compiled");
    if (isAbsolute(folder) && isOwn(folder)) module.enableCompileCache?.(folder);
  } catch {
    // Without a home folder everything is compiled at each start.
  }
}

/** Whether nobody else may write to a folder; of one that is yet to be made, to the one that it would be made in. */
function isOwn(folder) {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return isOwn(dirname(folder));
  return (process.getuid?.() ?? found.uid) === found.uid && (found.mode & 0o002) === 0;
}

/** A user without HOME and without an entry in the system's list of users has no home folder; Pulumi's SDK wants the name of
 * one. This is the name that Debian has for none.
 */
function giveHome() {
  try {
    homedir();
  } catch {
    process.env.HOME = "/nonexistent";
  }
}
