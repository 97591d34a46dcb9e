/** Whole deployments on Google Cloud, in this process: app.yaml → target → every resource that the engine would get. */
import { join } from "node:path";
import { behaviours } from "../../rehearsal/behaviours.ts";
import { UNKNOWN } from "../../rehearsal/values.ts";
import { loadApp } from "../../src/config/index.ts";
import type { App } from "../../src/config/model.ts";
import type { Overrides } from "../../src/config/overrides.ts";
import { parseSettings } from "../../src/config/stack.ts";
import { compose } from "../../stacks/compose.ts";
import { targetNamed } from "../../stacks/targets.ts";
import { type ProgramOptions, runProgram } from "./program.ts";
import { ROOT } from "./stack.ts";

export const GOOGLE_TARGETS = ["gcp-cloud-run", "gcp-compute"] as const;
export type GoogleTarget = (typeof GOOGLE_TARGETS)[number];
export const EXAMPLES = ["flashfit-ai", "closetgpt", "ai-shopping-assistant"] as const;

export const PROJECT = { project: "acme-prod", number: "123456789012" };

/** What a production stack's config says. */
export const SETTINGS = {
  project: PROJECT.project,
  region: "us-central1",
  dns: { zone: "acme" },
  operators: ["group:ops@acme.example"],
  billingAccount: "01A2B3-4C5D6E-7F8A9B",
  github: { repository: "acme/shop" },
};

export interface StackOptions {
  readonly target: GoogleTarget;
  readonly environment?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly overrides?: Overrides;
  /** See ProgramOptions. */
  readonly stackTraces?: boolean;
}

export function loadExample(
  example: string,
  { environment = "prod", overrides = {} }: Partial<StackOptions> = {},
): App {
  const file = join(ROOT, "examples", example, "app.yaml");
  return loadApp({ file, environment, overrides }).app;
}

export async function targetOf({ target, settings = SETTINGS }: StackOptions) {
  const chosen = await targetNamed(target);
  return { chosen, settings: parseSettings(chosen, settings) };
}

type Answers = NonNullable<ProgramOptions["outputs"]>;

const behaviour = behaviours({ settings: PROJECT });

/** What Google answers whatever it is asked for. */
const roughAnswers: Answers = (type, name) =>
  Object.fromEntries(
    Object.entries(behaviour.outputs(type, name, {})).filter(
      ([key, value]) => key !== "id" && value !== UNKNOWN,
    ),
  );

/** As the rehearsal answers, with ids, and with the names that the engine would make. */
export const exactAnswers: Answers = (type, name, inputs) => {
  const key = behaviour.autoName(type);
  const given = key === undefined || inputs[key] !== undefined ? {} : { [key]: `${name}-0a1b2c3` };
  return { ...given, ...behaviour.outputs(type, name, { ...inputs, ...given }) };
};

/** Runs the whole program for an app. Rejects with the refusals when the target has any. */
export async function runGoogle(app: App, options: StackOptions, outputs: Answers = roughAnswers) {
  const { chosen, settings } = await targetOf(options);
  const refusals = chosen.refuse(app, settings);
  if (refusals.length > 0)
    throw new Error(refusals.map(({ path, what }) => `${path.join(".")}: ${what}`).join("\n"));
  const values = Object.fromEntries(Object.keys(app.secrets).map((name) => [name, `value of ${name}`]));
  // Opening makes nothing that could fail; it has to happen inside the run, where resources are recorded.
  const { runAdapters } = await import("../../stacks/gcp-cloud-run.ts");
  const { computeAdapters } = await import("../../stacks/gcp-compute.ts");
  const open = { "gcp-cloud-run": runAdapters, "gcp-compute": computeAdapters }[
    options.target
  ] as typeof runAdapters;
  return runProgram(
    () =>
      compose(app, open({ app, settings: settings as Parameters<typeof runAdapters>[0]["settings"] }), {
        seed: "5eed".repeat(16),
        values,
      }),
    { outputs, ...(options.stackTraces && { stackTraces: true }) },
  );
}

const WIDE = join(ROOT, "tests/truth/google/wide/app.yaml");
const ZONES = ["us-central1-a", "us-central1-b", "europe-west1-b", "europe-west1-c"];

/** What each target must be told of the app that uses everything there is, apart from its zones. */
const OF_WIDE: Readonly<Record<GoogleTarget, Overrides>> = {
  "gcp-cloud-run": {},
  "gcp-compute": { "services.old-encoder.gpu.kind": "nvidia-tesla-t4" },
};

export interface WideOptions extends Pick<StackOptions, "overrides" | "settings"> {
  readonly protect?: boolean;
}

/** Runs the app that uses everything there is, in production. */
export async function runWide(
  target: GoogleTarget,
  { overrides = {}, settings = {}, protect = true }: WideOptions = {},
) {
  const loaded = loadApp({
    file: WIDE,
    environment: "prod",
    overrides: { ...OF_WIDE[target], ...overrides },
  });
  const app: App = { ...loaded.app, protect };
  const regions = new Set([SETTINGS.region, ...app.regions]);
  const zones = ZONES.filter((zone) => regions.has(zone.slice(0, -2)));
  const own = {
    "gcp-cloud-run": { canary: { admin: { stable: "none" } } },
    "gcp-compute": { services: { encoder: { zones }, "old-encoder": { zones } } },
  }[target];
  const { resources } = await runGoogle(
    app,
    { target, settings: { ...SETTINGS, ...own, ...settings } },
    exactAnswers,
  );
  return { app, resources };
}
