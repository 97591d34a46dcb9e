/** What `atelier plan` costs as a whole process, against `cdk synth` of a like architecture (cdk/), and how it grows from 1
 * to 200 services. The CDK is installed into the cache by its own lock file. Takes about ten minutes on two cores.
 *
 *     node bench/plan/run.ts
 *
 * Runs take turns, so that what else a machine does meets all of them; figures are medians. CPU time is that of the
 * process and of all that it started. "Cold" finds no compile cache of Node and, for the CDK, is the first run after
 * its installation; "warm" is every later one. Nothing asks a cloud, and nothing is built.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { npm } from "../../bootstrap/npm.mjs";
import { cacheFolder } from "../../engine/folders.ts";
import { row, shop } from "./shop.ts";

const ROOT = join(import.meta.dirname, "../..");
const CDK = join(import.meta.dirname, "cdk");
const TARGET = "gcp-cloud-run";
const ROUNDS = 5;
const COLD_ROUNDS = 3;
const SERVICES = [1, 10, 50, 100, 200];
const GOAL = 0.25;

interface Measured {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
}

const temporary = mkdtempSync(join(tmpdir(), "atelier-plan-bench-"));

/** bash adds up the processor time of everything that the command waited for. */
function measure(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Measured {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null 2> "$STDERR"';
  const stderr = join(temporary, "stderr");
  const ran = spawnSync("bash", ["-c", script, "bash", ...command], {
    cwd,
    env: { ...env, STDERR: stderr },
    encoding: "utf8",
  });
  if (ran.status !== 0)
    throw new Error(`${command.join(" ")} ended with ${ran.status}:\n${readFileSync(stderr, "utf8")}`);
  const [wall = 0, user = 0, system = 0] = ran.stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return { wall, cpu: user + system };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const medianOf = (all: readonly Measured[]): Measured => ({
  wall: median(all.map(({ wall }) => wall)),
  cpu: median(all.map(({ cpu }) => cpu)),
});

/** Writes an app and returns its file. */
function appFile(name: string, app: object): string {
  const file = join(temporary, `${name}.yaml`);
  writeFileSync(file, stringify(app));
  return file;
}

/** `atelier plan` as a user runs it, in production. */
function plan(file: string, env: NodeJS.ProcessEnv = warmCache): Measured {
  const options = ["--app", file, "--environment", "prod", "--target", TARGET];
  return measure([process.execPath, join(ROOT, "bootstrap/atelier.mjs"), "plan", ...options], ROOT, env);
}

const warmCache = { ...process.env, NODE_COMPILE_CACHE: join(temporary, "warm") };
const noCache = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };

/** The CDK's app, installed from its own lock file. */
async function installed(): Promise<string> {
  const lock = createHash("sha256")
    .update(readFileSync(join(CDK, "package-lock.json")))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cacheFolder(process.env), "bench", `cdk-${lock}`);
  if (!existsSync(join(folder, "node_modules"))) {
    await mkdir(dirname(folder), { recursive: true });
    const draft = mkdtempSync(`${folder}-`);
    for (const file of ["package.json", "package-lock.json"]) cpSync(join(CDK, file), join(draft, file));
    console.log("Installing the CDK (npm ci)…");
    await npm(
      ["ci", "--ignore-scripts"],
      draft,
      "the CDK could not be installed",
      "check the network, then try again",
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  }
  for (const part of ["bin", "lib", "cdk.json", "cdk.context.json", "tsconfig.json"])
    cpSync(join(CDK, part), join(folder, part), { recursive: true });
  return folder;
}

/** The app once more, compiled beforehand, as some teams do. */
function compile(folder: string): void {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", ".", "--outDir", "compiled"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the CDK's app does not compile:\n${stdout}`);
}

const NEEDED = ["--quiet", "--no-notices", "--no-version-reporting"];
const synth = (folder: string, ...more: readonly string[]): Measured =>
  measure(["npx", "cdk", "synth", ...NEEDED, ...more], folder, { ...process.env, CI: "1" });
const COMPILED = ["--app", "node compiled/bin/app.js"];

function resourcesOf(folder: string): number {
  const template = join(folder, "cdk.out/shop-prod.template.json");
  const { Resources } = JSON.parse(readFileSync(template, "utf8")) as { Resources: object };
  return Object.keys(Resources).length;
}

function planned(file: string): number {
  const options = ["plan", "--app", file, "--environment", "prod", "--target", TARGET, "--json"];
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "bootstrap/atelier.mjs"), ...options],
    {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 1 << 30,
    },
  );
  if (status !== 0) throw new Error(stderr);
  const { resources } = JSON.parse(stdout) as { resources: readonly { readonly custom: boolean }[] };
  return resources.filter(({ custom }) => custom).length;
}

const seconds = ({ wall, cpu }: Measured) =>
  `${wall.toFixed(2).padStart(6)} s, ${cpu.toFixed(2).padStart(6)} s of CPU`;

async function compare(): Promise<void> {
  const file = appFile("shop", shop);
  const folder = await installed();
  compile(folder);
  const first = { ts: synth(folder), js: synth(folder, ...COMPILED) };
  console.log(
    `Ten services: ${planned(file)} resources on ${TARGET}, ${resourcesOf(folder)} in the CDK's template`,
  );
  const cold = medianOf(Array.from({ length: COLD_ROUNDS }, () => plan(file, noCache)));
  plan(file);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    plan: plan(file),
    ts: synth(folder),
    js: synth(folder, ...COMPILED),
  }));
  const warm = {
    plan: medianOf(rounds.map((round) => round.plan)),
    ts: medianOf(rounds.map((round) => round.ts)),
    js: medianOf(rounds.map((round) => round.js)),
  };
  const lines: [string, Measured][] = [
    ["atelier plan, cold", cold],
    ["atelier plan, warm", warm.plan],
    ["cdk synth (ts-node, as cdk init has it), first", first.ts],
    ["cdk synth (ts-node, as cdk init has it), warm", warm.ts],
    ["cdk synth (compiled JavaScript), first", first.js],
    ["cdk synth (compiled JavaScript), warm", warm.js],
  ];
  for (const [name, measured] of lines) console.log(`  ${name.padEnd(48)} ${seconds(measured)}`);
  for (const [name, ours, theirs] of [
    ["warm, against ts-node", warm.plan, warm.ts],
    ["cold, against ts-node's first run", cold, first.ts],
    ["warm, against compiled JavaScript", warm.plan, warm.js],
  ] as const) {
    const [wall, cpu] = [ours.wall / theirs.wall, ours.cpu / theirs.cpu];
    console.log(`  ${name.padEnd(48)} ratio ${wall.toFixed(2)}, of CPU ${cpu.toFixed(2)} (goal ${GOAL})`);
  }
}

function grow(): void {
  console.log(`\nServices  resources        time on ${TARGET}         memory`);
  const measured = SERVICES.map((count) => {
    const file = appFile(`row-${count}`, row(count));
    const memoryFile = join(temporary, "memory");
    const env = {
      ...warmCache,
      MEMORY: memoryFile,
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "memory.mjs")}`,
    };
    const taken = medianOf(Array.from({ length: COLD_ROUNDS }, () => plan(file, env)));
    const memory = Math.round(Number(readFileSync(memoryFile, "utf8")));
    console.log(
      `${String(count).padStart(8)}  ${String(planned(file)).padStart(9)}  ${seconds(taken)}  ${memory} MiB`,
    );
    return taken;
  });
  const slope = (from: number, to: number) =>
    ((measured[to]?.cpu ?? 0) - (measured[from]?.cpu ?? 0)) / ((SERVICES[to] ?? 0) - (SERVICES[from] ?? 0));
  const [lower, upper] = [slope(0, 3), slope(3, 4)];
  console.log(
    `${(lower * 1000).toFixed(1)} ms of CPU per service up to 100, ${(upper * 1000).toFixed(1)} ms from 100 to 200: slope ratio ${(upper / lower).toFixed(2)} (1 is linear)`,
  );
}

try {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`);
  await compare();
  grow();
} finally {
  rmSync(temporary, { recursive: true });
}
