/** Runs one program in this process, from the first import to the last registration, and prints what that took.
 *
 *     node --stack-trace-limit=0 bench/program/program.ts examples/flashfit-ai/app.yaml gcp-cloud-run
 */
import { loadApp } from "../../src/config/index.ts";
import { type GoogleTarget, runGoogle } from "../../tests/helpers/google-stack.ts";

const [file = "examples/flashfit-ai/app.yaml", target = "gcp-cloud-run"] = process.argv.slice(2);
/** As deep as Node was told. */
const stackTraces = Error.stackTraceLimit > 0;

const imported = process.cpuUsage();
const started = performance.now();
const { app } = loadApp({ file, environment: "prod" });
runGoogle(app, { target: target as GoogleTarget, stackTraces }).then(({ resources }) => {
  const { user, system } = process.cpuUsage();
  const measured = {
    resources: resources.length,
    wall: performance.now(),
    cpu: (user + system) / 1000,
    importsWall: started,
    importsCpu: (imported.user + imported.system) / 1000,
    memory: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
});
