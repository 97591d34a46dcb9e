#!/usr/bin/env node
/** The `atelier` command. It runs src/cli under a Node that is new enough. */
import { homedir, tmpdir } from "node:os";
import { newEnough, ownNode, rerun } from "./node.mjs";
import { createProgress } from "./progress.mjs";
import { describeFailure } from "./stop.mjs";

try {
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

/** A user without HOME and without an entry in the system's list of users has no home folder; Pulumi's SDK wants one. */
function giveHome() {
  try {
    homedir();
  } catch {
    process.env.HOME = tmpdir();
  }
}
