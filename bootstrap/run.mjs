/** What `npm start`, `npm run down` and `npm test` call. Runs on Node 18 and newer, from a fresh clone.
 *
 * Gets a Node that is new enough and the packages, then hands over to the real command.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "./install.mjs";
import { newEnough, ownNode, rerun } from "./node.mjs";
import { createProgress } from "./progress.mjs";
import { describeFailure, Stop } from "./stop.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const commands = {
  start: atelier,
  down: atelier,
  test: async ([, ...args]) => (await import("../tests/run.ts")).runTests(args),
};

async function atelier(args) {
  return (await import("../src/cli/main.ts")).atelier(args, process.env);
}

async function main(args) {
  const command = commands[args[0]];
  if (!command)
    throw new Stop(`there is no command ${args[0]}; allowed: ${Object.keys(commands).join(", ")}`);
  const progress = createProgress();
  if (!newEnough(process.versions.node)) {
    return rerun(await ownNode(progress), [fileURLToPath(import.meta.url), ...args]);
  }
  await installPackages(root, progress);
  process.chdir(root);
  return command(args);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`${describeFailure(error, process.env)}\n`);
    process.exitCode = 1;
  },
);
