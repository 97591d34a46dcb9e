/** Everything that the two Google Cloud targets register: of every example in every environment, and of an app that
 * uses all that there is. The one place that says where the resources come from.
 */
import { globSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { loadApp } from "../../../src/config/index.ts";
import type { App } from "../../../src/config/model.ts";
import type { Overrides } from "../../../src/config/overrides.ts";
import { formatProblem, type Problem } from "../../../src/config/problem.ts";
import { parseSettings } from "../../../src/config/stack.ts";
import { compose } from "../../../stacks/compose.ts";
import { gcpCloudRun, runAdapters } from "../../../stacks/gcp-cloud-run.ts";
import { computeAdapters, gcpCompute } from "../../../stacks/gcp-compute.ts";
import { exactAnswers } from "../../helpers/google-stack.ts";
import { type Registered, runProgram } from "../../helpers/program.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const WIDE = join(import.meta.dirname, "wide/app.yaml");
const TARGETS = ["gcp-cloud-run", "gcp-compute"] as const;
const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

interface Case {
  readonly file: string;
  readonly environment: string;
  readonly target: (typeof TARGETS)[number];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly overrides?: Overrides;
}

const SETTINGS = {
  project: "acme-prod",
  region: "us-central1",
  billingAccount: "01A2B3-4C5D6E-7F8A9B",
  operators: ["group:ops@acme.example"],
};

export interface Emitted {
  readonly resources: readonly Registered[];
  /** `flashfit-ai dev on gcp-compute: services.api …`: what a target does not take, and so emits nothing. */
  readonly refused: readonly string[];
}

export async function emittedResources(): Promise<Emitted> {
  const limit = Error.stackTraceLimit;
  // Nobody reads the traces that the SDK takes of every promise, and they are most of the time.
  Error.stackTraceLimit = 0;
  const runs: Emitted[] = [];
  try {
    // One after another: side by side they hold so much that collecting garbage takes longer than the work.
    for (const one of [...examples(), ...everything()]) runs.push(await emit(one));
  } finally {
    Error.stackTraceLimit = limit;
  }
  return {
    resources: runs.flatMap(({ resources }) => resources),
    refused: runs.flatMap(({ refused }) => refused),
  };
}

/** Nobody issues a certificate for localhost, which examples call themselves in development. */
function examples(): Case[] {
  return globSync(join(ROOT, "examples/*/app.yaml")).flatMap((file) =>
    ENVIRONMENTS.flatMap((environment) =>
      TARGETS.map((target) => ({
        file,
        environment,
        target,
        ...(environment === "dev" && { overrides: { "edge.domain": "dev.shop.example" } }),
      })),
    ),
  );
}

/** Together they take every branch that leads to a field of its own. */
function everything(): Case[] {
  const file = WIDE;
  const [run, compute] = TARGETS;
  const zones = ["us-central1-a", "us-central1-b", "europe-west1-b", "europe-west1-c"];
  const t4: Overrides = { "services.old-encoder.gpu.kind": "nvidia-tesla-t4" };
  const machines = (at: readonly string[]) => ({ encoder: { zones: at }, "old-encoder": { zones: at } });
  const home = zones.slice(0, 2);
  const two: Overrides = { regions: ["us-central1", "europe-west1"] };
  const encryptionKey = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";
  const github = { repository: "acme/shop" };
  const template = (region: string) => `projects/acme-prod/regions/${region}/instanceTemplates/shop-1`;
  const stable = { "us-central1": template("us-central1"), "europe-west1": template("europe-west1") };
  const dns = { zone: "shop", create: true };
  const one: Overrides = { "data.db.replicas": 0 };
  const admin = { admin: { stable: "wide-prod-admin-1a2b3c4d" } };
  return [
    { file, environment: "prod", target: run, settings: { dns, github, canary: admin }, overrides: two },
    {
      file,
      environment: "prod",
      target: compute,
      settings: { dns, github, services: { ...machines(zones), admin: { stable } } },
      overrides: { ...two, ...t4 },
    },
    { file, environment: "own", target: run, settings: { encryptionKey, canary: admin }, overrides: one },
    {
      file,
      environment: "own",
      target: compute,
      settings: { encryptionKey, services: machines(home), patched: "2026-11-01" },
      overrides: { ...one, ...t4 },
    },
    {
      file,
      environment: "dev",
      target: run,
      settings: {
        invoker: "unchecked",
        canary: { admin: { stable: "none" } },
        services: { prepare: { run: 2 }, nightly: { retries: 2 } },
      },
    },
  ];
}

const SEED = "5eed".repeat(16);

/** What the settings refuse, or everything that the target registers. */
const PROGRAMS = {
  "gcp-cloud-run": (app, written) => {
    const settings = parseSettings(gcpCloudRun, written);
    return {
      refusals: gcpCloudRun.refuse(app, settings),
      program: () => compose(app, runAdapters({ app, settings }), secretsOf(app)),
    };
  },
  "gcp-compute": (app, written) => {
    const settings = parseSettings(gcpCompute, written);
    return {
      refusals: gcpCompute.refuse(app, settings),
      program: () => compose(app, computeAdapters({ app, settings }), secretsOf(app)),
    };
  },
} satisfies Record<
  Case["target"],
  (app: App, settings: object) => { readonly refusals: readonly Problem[]; readonly program: () => unknown }
>;

const secretsOf = ({ secrets }: App) => ({
  seed: SEED,
  values: Object.fromEntries(Object.keys(secrets).map((name) => [name, `value of ${name}`])),
});

async function emit({ file, environment, target, settings, overrides = {} }: Case): Promise<Emitted> {
  const { app, place } = loadApp({ file, environment, overrides });
  const { refusals, program } = PROGRAMS[target](app, { ...SETTINGS, ...settings });
  if (refusals.length > 0) {
    const title = `${basename(dirname(file))} ${environment} on ${target}`;
    return {
      resources: [],
      refused: refusals.map((problem) => `${title}: ${formatProblem(place(problem))}`),
    };
  }
  const { resources } = await runProgram(program, { outputs: exactAnswers });
  return { resources: resources.filter(({ type }) => type.startsWith("gcp:")), refused: [] };
}
