/** How long `pulumi up` of FlashFit AI takes until everything is healthy, images being built, beside
 * `docker compose up --wait` of the same containers. Takes about ten minutes the first time; needs Docker.
 *
 *     node bench/local-up/run.ts [--runs N]
 *
 * The compose file is made from what Pulumi made. Both start from images alone: no container, network or volume.
 * Ends with 0 whatever the ratio is, and fails when one of them does not come up.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createProgress } from "../../bootstrap/progress.mjs";
import { Compose, composeVersion } from "./compose.ts";
import { composeFile } from "./compose-file.ts";
import { removeStack } from "./docker.ts";
import { mustAnswer } from "./door.ts";
import { DOOR, type FlashFit, openFlashFit, STACK } from "./flashfit.ts";
import { copyLent, lentFolders } from "./lent.ts";
import { loadNow, waitForQuiet } from "./load.ts";
import { type Pair, report, type Timed } from "./report.ts";
import { readState } from "./state.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs ${values.runs}: give a whole number from 1.`);

const progress = createProgress(process.stderr);
// Ctrl-C ends the program that is running, with that the measurement, and what was made is still removed.
const interrupted = new AbortController();
process.on("SIGINT", () => interrupted.abort());
const QUIET = { below: 2.5, minutes: 10, signal: interrupted.signal };

/** What both do: come up, and leave nothing but images. */
interface Rival {
  up(): Promise<void>;
  down(): Promise<void>;
}

async function time(rival: Rival): Promise<Timed> {
  interrupted.signal.throwIfAborted();
  const load = loadNow();
  const start = performance.now();
  await rival.up();
  const seconds = (performance.now() - start) / 1000;
  await mustAnswer(DOOR);
  await rival.down();
  return { seconds, load };
}

/** The same containers for compose, from those that are up now. */
async function openCompose({ stack }: FlashFit, folder: string): Promise<Compose> {
  const { stdout } = await stack.must(["stack", "export", "--show-secrets"]);
  const state = readState(stdout);
  const lent = lentFolders(state, join(folder, "lent"));
  await copyLent(lent);
  return Compose.open({ folder, project: `${STACK}-compose`, file: composeFile(state, lent), progress });
}

async function measure(pulumi: Rival, compose: Rival): Promise<Pair[]> {
  await progress.step("Warming up docker compose", () => time(compose), { seconds: 60 });
  await progress.step("Warming up pulumi", () => time(pulumi), { seconds: 60 });
  if (!(await progress.step("Waiting for a quiet machine", () => waitForQuiet(QUIET))))
    process.stderr.write(`The machine is not quiet (load ${loadNow().toFixed(1)}); measuring anyway.\n`);
  const pairs: Pair[] = [];
  for (let run = 1; run <= runs; run++) {
    const timed = (rival: Rival, name: string) =>
      progress.step(`Run ${run} of ${runs}: ${name}`, () => time(rival), { seconds: 60 });
    pairs.push({ pulumi: await timed(pulumi, "pulumi"), compose: await timed(compose, "docker compose") });
  }
  return pairs;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-local-up-"));
  const flashfit = await openFlashFit();
  try {
    await progress.step("Building images", () => flashfit.up(), { seconds: 240 });
    const compose = await openCompose(flashfit, folder);
    await flashfit.down();
    process.stdout.write(report(await measure(flashfit, compose), await composeVersion()));
  } finally {
    await progress.step("Cleaning up", async () => {
      await removeStack(STACK);
      await flashfit.close();
      await rm(folder, { recursive: true, force: true });
    });
  }
}

await main();
