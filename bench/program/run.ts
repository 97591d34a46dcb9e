/** What a program costs: FlashFit in production on gcp-cloud-run, in a process of its own and without an engine, against
 * the same program run the default way (`runtime: nodejs` with ts-node); then how the cost grows from 1 to 200 services.
 * Takes about two minutes. CPU time stands beside the wall's, because a machine that is shared tells more by it.
 *
 *     node bench/program/run.ts
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

const ROOT = join(import.meta.dirname, "../..");
const REPETITIONS = 3;
const SERVICES = [1, 50, 100, 150, 200];

interface Measured {
  readonly resources: number;
  readonly wall: number;
  readonly cpu: number;
  /** Resident at most, in MiB. */
  readonly memory: number;
}

const temporary = mkdtempSync(join(tmpdir(), "atelier-program-"));
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: join(temporary, "node"),
  TS_NODE_CACHE_DIRECTORY: join(temporary, "ts-node"),
};

function run(...args: readonly string[]): Measured {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Measured;
}

/** As Pulumi.yaml has it: Node strips the types, no promise pays for a stack trace. */
const ours = (...app: readonly string[]) => run("--stack-trace-limit=0", "bench/program/program.ts", ...app);
const byDefault = () => run("bench/program/default-way.cjs");

/** The best of a few, after one that fills the caches. */
function best(measure: () => Measured): Measured {
  measure();
  const all = Array.from({ length: REPETITIONS }, () => measure());
  return all.reduce((a, b) => (b.cpu < a.cpu ? b : a));
}

const say = ({ wall, cpu, memory }: Measured) =>
  `${(wall / 1000).toFixed(2)} s, ${(cpu / 1000).toFixed(2)} s of CPU, ${Math.round(memory)} MiB`;

/** An app of so many web services, each with a route, a metric and the one before it. */
function appOf(count: number): string {
  const name = (index: number) => `service-${index}`;
  const services = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      name(index),
      {
        kind: "web",
        image: "us-central1-docker.pkg.dev/acme-prod/shop/api:1.0.0",
        port: 8080,
        health: "/health",
        cpu: 1,
        metrics: { port: 9090 },
        ...(index > 0 && { uses: [name(index - 1)] }),
      },
    ]),
  );
  const file = join(temporary, `app-${count}.yaml`);
  const routes = Object.fromEntries(Object.keys(services).map((service) => [`/${service}`, service]));
  writeFileSync(file, stringify({ name: "shop", services, routes, edge: { domain: "shop.example" } }));
  return file;
}

try {
  console.log(`Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`);
  const usual = byDefault();
  const [fast, again] = [best(ours), best(byDefault)];
  console.log(`FlashFit, production, gcp-cloud-run: ${fast.resources} resources`);
  console.log(`  this way                      ${say(fast)} (goal 1.5 s)`);
  const ratio = (other: Measured) => `${(other.cpu / fast.cpu).toFixed(1)} times the CPU`;
  console.log(`  default way, first run        ${say(usual)}: ${ratio(usual)} (goal 5)`);
  console.log(`  default way, nothing changed  ${say(again)}: ${ratio(again)}`);
  console.log("Services  resources  program");
  const grown = SERVICES.map((count) => {
    const measured = ours(appOf(count));
    console.log(`${String(count).padStart(8)}  ${String(measured.resources).padStart(9)}  ${say(measured)}`);
    return measured;
  });
  const perService = (from: number, to: number) =>
    ((grown[to]?.cpu ?? 0) - (grown[from]?.cpu ?? 0)) / ((SERVICES[to] ?? 0) - (SERVICES[from] ?? 0));
  const [lower, upper] = [perService(0, 2), perService(2, 4)];
  console.log(
    `${lower.toFixed(1)} ms of CPU per service up to 100, ${upper.toFixed(1)} ms up to 200: slope ratio ${(upper / lower).toFixed(2)} (goal 1.2)`,
  );
} finally {
  rmSync(temporary, { recursive: true });
}
