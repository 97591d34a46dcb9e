/** `npm test`: checks, unit tests, then the end-to-end suites with the real engine and on real Docker; one line of counts at the end.
 *
 * `npm test -- --unit` leaves the end-to-end suite out. Other arguments go to vitest.
 */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { createProgress } from "../bootstrap/progress.mjs";
import { describeFailure } from "../bootstrap/stop.mjs";
import { run, runAttached } from "../engine/command.ts";
import { ensureDocker } from "../engine/docker.ts";
import { stopDaemon } from "../engine/dockerd.ts";
import { ownFolder } from "../engine/folders.ts";
import { openEngine } from "../engine/open.ts";

const root = join(import.meta.dirname, "..");
const progress = createProgress();

/** What ran, and what did not and why. */
export interface Counts {
  passed: number;
  readonly failed: string[];
  readonly skipped: string[];
}

/** Returns the exit code. */
export async function runTests(args: readonly string[]): Promise<number> {
  const unitOnly = args.includes("--unit");
  const rest = args.filter((arg) => arg !== "--unit");
  const counts: Counts = { passed: 0, failed: [], skipped: [] };
  await check("Format and lint (biome)", ["node_modules/@biomejs/biome/bin/biome", "check"], counts);
  await check("Types (tsc)", ["node_modules/typescript-7/bin/tsc", "-p", "."], counts);
  await vitest("unit", rest, process.env, counts);
  if (unitOnly) counts.skipped.push("end-to-end suite (--unit)");
  else await endToEnd(rest, counts);
  report(counts);
  return counts.failed.length > 0 ? 1 : 0;
}

async function check(title: string, command: readonly string[], counts: Counts): Promise<void> {
  const { code, stdout, stderr } = await progress.step(title, () =>
    run(process.execPath, command, { cwd: root, env: process.env }),
  );
  if (code === 0) counts.passed++;
  else {
    counts.failed.push(title);
    process.stdout.write(`${stdout}${stderr}`);
    progress.note(`${title} found faults, see above`);
  }
}

/** Gets an engine and a Docker first. One that was started for this stops at the end, whatever happens. */
async function endToEnd(args: readonly string[], counts: Counts): Promise<void> {
  const own = await ownFolder(root);
  const stop = () => stopDaemon(own, { evenIfBusy: true });
  let started = false;
  const onSignal = () => void stop().finally(() => process.exit(130));
  try {
    await openEngine({ project: root, env: process.env, progress });
    const docker = await ensureDocker({ env: process.env, own, progress });
    started = docker.started;
    if (started) for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
    const env = docker.host === undefined ? process.env : { ...process.env, DOCKER_HOST: docker.host };
    await vitest("engine", args, env, counts);
    await vitest("e2e", args, env, counts);
  } catch (error) {
    counts.failed.push("end-to-end suite");
    progress.note(`The end-to-end suite could not run: ${describeFailure(error, process.env)}`);
  } finally {
    if (started) await progress.step("Stopping Docker, which was started for the tests", stop);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
  }
}

async function vitest(
  project: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  counts: Counts,
): Promise<void> {
  const file = join(await ownFolder(root), "logs", `${project}.json`);
  await mkdir(join(file, ".."), { recursive: true });
  await rm(file, { force: true });
  const options = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`, "--passWithNoTests"];
  const command = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...options, ...args];
  const code = await runAttached(process.execPath, command, { cwd: root, env });
  const before = counts.failed.length;
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) count(JSON.parse(text) as VitestReport, counts);
  if (code !== 0 && counts.failed.length === before)
    counts.failed.push(`${project} suite: exit code ${code}`);
}

export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Adds a report's tests. A file that failed before its first test counts as one failure. */
export function count({ testResults }: VitestReport, counts: Counts): void {
  for (const { name, status, assertionResults } of testResults) {
    const file = relative(root, name);
    const named = (wanted: (status: string) => boolean) =>
      assertionResults
        .filter((result) => wanted(result.status))
        .map((result) => `${file}: ${result.fullName}`);
    counts.passed += named((one) => one === "passed").length;
    const failed = named((one) => one === "failed");
    counts.failed.push(...(status === "failed" && failed.length === 0 ? [file] : failed));
    counts.skipped.push(...named((one) => one !== "passed" && one !== "failed"));
  }
}

function report({ passed, failed, skipped }: Counts): void {
  for (const name of skipped) console.log(`skipped: ${name}`);
  for (const name of failed) console.log(`failed: ${name}`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}
