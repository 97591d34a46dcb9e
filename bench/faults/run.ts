/** Kills and fails at every point, and prints what came of it. Nothing real is touched; the engine is the real one.
 *
 *     node --stack-trace-limit=0 bench/faults/run.ts            all of it
 *     node --stack-trace-limit=0 bench/faults/run.ts --fail     failures of the small app and of ClosetGPT
 *     node --stack-trace-limit=0 bench/faults/run.ts --kill     kill points of the small app
 *     … --seeds 2 --abreast 1                                   fewer interleavings, one at a time
 *     … --fail --app gcp-compute                                one app of them
 *     … --write                                                 puts what it prints into docs/rehearsal.md
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createProgress } from "../../bootstrap/progress.mjs";
import { FAULT_KINDS } from "../../rehearsal/faults.ts";
import { partsOf } from "../../rehearsal/operation.ts";
import { type Script, Stage } from "../../rehearsal/stage.ts";
import { APPS, SMALL } from "./apps.ts";
import {
  ACTS,
  type Bases,
  type Cell,
  each,
  failAll,
  killAt,
  lengthsOf,
  pointsOf,
  prepare,
} from "./matrix.ts";

const { values } = parseArgs({
  options: {
    fail: { type: "boolean" },
    kill: { type: "boolean" },
    seeds: { type: "string", default: "6" },
    abreast: { type: "string", default: "2" },
    app: { type: "string", default: "" },
    write: { type: "boolean" },
  },
});
const both = !values.fail && !values.kill;
const abreast = Number(values.abreast);
const began = Date.now();
const lines: string[] = [];
const say = (line: string) => {
  console.log(line);
  lines.push(line);
};

const open = (script: Script) =>
  Stage.open(script, { env: process.env, progress: createProgress(process.stderr) });

async function withBases<T>(
  script: Script,
  after: Script["config"],
  work: (bases: Bases) => Promise<T>,
): Promise<T> {
  const bases = await prepare(await open(script), after);
  try {
    return await work(bases);
  } finally {
    await Promise.all(Object.values(bases).map((stage) => stage.close()));
  }
}

/** Rows of a table, and what did not come to rest. */
function report(cells: readonly Cell[]): void {
  for (const { act, what, result } of cells) {
    if (result.converged) continue;
    say(
      `  NOT CONVERGED ${act} ${what}: ${JSON.stringify({ ...result.differences, reruns: result.reruns, failures: result.failures })}`,
    );
  }
}

async function failures(): Promise<void> {
  for (const { name, script, after } of APPS.filter((one) => one.name.includes(values.app))) {
    say(`\nFailures of every operation, ${name}:`);
    await withBases(script, after, async (bases) => {
      const columns = ACTS.flatMap((act) => FAULT_KINDS.map((kind) => ({ act, kind })));
      await each(columns, abreast, async ({ act, kind }) => {
        const cell = await failAll(bases, act, kind);
        const runs = `${cell.result.reruns.length + 1} runs`.padStart(8);
        const rests = cell.result.converged ? "converged" : "NOT CONVERGED";
        say(`  ${act.padEnd(8)} ${cell.what.padEnd(36)} ${runs}  ${rests}`);
        report([cell]);
      });
      say(`  types: ${await typesIn(bases)}`);
    });
  }
}

async function typesIn(bases: Bases): Promise<number> {
  const { deployment } = await bases.destroy.state();
  return new Set(deployment.resources?.flatMap(({ urn, custom }) => (custom ? [partsOf(urn).type] : [])))
    .size;
}

async function kills(): Promise<void> {
  say(
    "\nThe engine killed at every operation of the small app, before the cloud does it and before it answers:",
  );
  await withBases(SMALL.script, SMALL.after, async (bases) => {
    const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
    const points = pointsOf(await lengthsOf(bases), seeds);
    let good = 0;
    const cells = await each(points, abreast, async (point, at) => {
      const cell = await killAt(bases, point);
      report([cell]);
      if (cell.result.converged) good += 1;
      if (at % 25 === 24) console.error(`${at + 1} of ${points.length}, ${good} converged, ${minutes()} min`);
      return cell;
    });
    for (const act of ACTS) {
      const own = cells.filter((cell) => cell.act === act);
      const rested = own.filter(({ result }) => result.converged).length;
      say(`  ${act.padEnd(8)} ${String(own.length).padStart(4)} points, ${rested} converged`);
    }
    const count = (of: (cell: Cell) => number) => cells.reduce((sum, cell) => sum + of(cell), 0);
    const orphans = count(({ result }) => result.differences.orphans.length);
    const asked = count(({ result }) => (result.reruns.length > 1 ? result.reruns.length - 1 : 0));
    say(
      `  in all   ${points.length} points, ${orphans} orphans, ${asked} runs more than one, 0 questions (there is no terminal)`,
    );
  });
}

const minutes = () => ((Date.now() - began) / 60_000).toFixed(1);

if (both || values.fail) await failures();
if (both || values.kill) await kills();
say(`\nIt took ${minutes()} minutes, ${abreast} side by side.`);

if (values.write) {
  const file = join(import.meta.dirname, "../../docs/rehearsal.md");
  const text = await readFile(file, "utf8");
  const marked = /(<!-- bench\/faults -->\n```\n)[\s\S]*?(```\n<!-- end -->)/;
  const shown = `${lines.join("\n").trim()}\n`;
  await writeFile(
    file,
    text.replace(marked, (_, head: string, foot: string) => `${head}${shown}${foot}`),
  );
}
