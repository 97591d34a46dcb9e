#!/usr/bin/env node
/** The `atelier` command. It runs src/cli under a Node that is new enough. */
import { newEnough, ownNode, rerun } from "./node.mjs";
import { createProgress } from "./progress.mjs";
import { describeFailure } from "./stop.mjs";

try {
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
