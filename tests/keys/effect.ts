/** What a change of one key does on a target: which arguments of which resources differ, what is refused, what is
 * said to be different. The whole program runs in this process.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Output } from "@pulumi/pulumi";
import { stringify } from "yaml";
import { Images } from "../../components/docker/image.ts";
import { settings as dockerSettings } from "../../components/docker/settings.ts";
import { loadAppText } from "../../src/config/index.ts";
import type { App } from "../../src/config/model.ts";
import type { Overrides } from "../../src/config/overrides.ts";
import { parsePath } from "../../src/config/places.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { compose } from "../../stacks/compose.ts";
import { docker, dockerAdapters } from "../../stacks/docker.ts";
import { type GoogleTarget, runGoogle, SETTINGS, targetOf } from "../helpers/google-stack.ts";
import { type Json, type Registered, runProgram } from "../helpers/program.ts";
import { BASES, type Probe } from "./probes.ts";

export type TargetName = "docker" | GoogleTarget;

export interface Effect {
  /** `cloudrunv2.Service[api] template.timeout`; a resource that comes or goes differs in all of its arguments. */
  readonly changed: ReadonlySet<string>;
  /** Everything that is refused, of both apps. */
  readonly refused: readonly string[];
  /** Sentences that the stack's outputs have, of both apps. */
  readonly told: readonly string[];
}

const FOLDER = join(import.meta.dirname, "../fixtures/keys");
const SEED = "5eed".repeat(16);

export async function effectOf(target: TargetName, probe: Probe): Promise<Effect> {
  const [before, after] = appsOf(probe);
  const refused = [...(await refusalsOf(target, before)), ...(await refusalsOf(target, after))];
  if (refused.length > 0) return { changed: new Set(), refused, told: [] };
  const [first, second] = [await runOnce(target, before), await runOnce(target, after)];
  return {
    changed: changesIn(first.leaves, second.leaves),
    refused,
    told: [...new Set([...first.told, ...second.told])],
  };
}

function appsOf({ base, also = {}, before = {}, change }: Probe): readonly [App, App] {
  const written = write({ environments: { test: { preset: "staging" } }, ...BASES[base] }, also);
  return [load(write(written, before)), load(write(written, change))];
}

function load(written: unknown): App {
  const file = join(FOLDER, "app.yaml");
  return loadAppText(stringify(written), { file, environment: "test" }).app;
}

/** Puts each value at its place; what stands there goes. */
function write(app: unknown, values: Overrides): unknown {
  let written: Tree = structuredClone(app) as Tree;
  for (const [key, value] of Object.entries(values)) written = put(written, parsePath(key), value);
  return written;
}

type Tree = Readonly<Record<string, unknown>>;

function put(tree: Tree, [key = "", ...below]: readonly string[], value: unknown): Tree {
  if (below.length === 0) return { ...tree, [key]: value };
  return { ...tree, [key]: put((tree[key] ?? {}) as Tree, below, value) };
}

const MADE = { folder: join(FOLDER, "api"), version: "1" };
const HOST = {
  images: "upstream" as const,
  subnets: {},
  taken: [],
  attempts: {},
  socketGroup: 0,
  programs: Object.fromEntries(["waf", "s3", "firestore"].map((name) => [name, MADE])),
  sites: { [join(FOLDER, "site")]: MADE },
};

/** What a target's settings must say for an app. */
function settingsFor({ services }: App, target: TargetName) {
  const canary = Object.keys(services).filter((name) => services[name]?.rollout.strategy === "canary");
  const gpus = Object.keys(services).filter((name) => services[name]?.gpu);
  if (target === "gcp-cloud-run") {
    return {
      ...SETTINGS,
      canary: Object.fromEntries(canary.map((name) => [name, { stable: "shop-test-api-0" }])),
    };
  }
  const zones = ["us-central1-a"];
  const template = "projects/acme-prod/regions/us-central1/instanceTemplates/shop-test-api-0";
  const own = [
    ...gpus.map((name) => [name, { zones }] as const),
    ...canary.map((name) => [name, { stable: { "us-central1": template } }] as const),
  ];
  return { ...SETTINGS, services: Object.fromEntries(own) };
}

async function refusalsOf(target: TargetName, app: App): Promise<string[]> {
  if (target === "docker") return docker.refuse(app, HOST_SETTINGS).map(formatProblem);
  const { chosen, settings } = await targetOf({ target, settings: settingsFor(app, target) });
  return chosen.refuse(app, settings).map(formatProblem);
}

const HOST_SETTINGS = dockerSettings.parse({ selfSigned: true });

/** What is kept of a program; the rest is garbage at once. */
interface Ran {
  readonly leaves: ReadonlyMap<string, Leaves>;
  readonly told: readonly string[];
}
const ran = new Map<string, Promise<Ran>>();

/** Many keys change the same app. */
function runOnce(target: TargetName, app: App): Promise<Ran> {
  const key = createHash("sha256")
    .update(target + JSON.stringify(app))
    .digest("hex");
  const known =
    ran.get(key) ??
    run(target, app).then(async ({ resources, result }) => ({
      leaves: leavesOf(resources),
      told: await toldBy(result),
    }));
  ran.set(key, known);
  return known;
}

function run(target: TargetName, app: App) {
  if (target !== "docker") return runGoogle(app, { target, settings: settingsFor(app, target) });
  const values = Object.fromEntries(Object.keys(app.secrets).map((name) => [name, `value of ${name}`]));
  return runProgram(() => {
    const images = new Images("images", { app, host: HOST });
    const adapters = dockerAdapters({ app, settings: HOST_SETTINGS, host: HOST, images });
    return compose(app, adapters, { seed: SEED, values });
  });
}

async function toldBy(outputs: object): Promise<readonly string[]> {
  const { differences = [], notes = [], next = {} } = outputs as Told;
  const steps = await Promise.all(Object.values(next).map((step) => read(step)));
  return [...differences, ...notes, ...steps];
}

interface Told {
  readonly differences?: readonly string[];
  readonly notes?: readonly string[];
  /** What to do next with a canary. */
  readonly next?: Readonly<Record<string, Output<string>>>;
}

const read = <T>(value: Output<T>) => new Promise<T>((done) => value.apply(done));

function changesIn(first: Ran["leaves"], second: Ran["leaves"]): Set<string> {
  const resources = new Set([...first.keys(), ...second.keys()]);
  const changed = new Set<string>();
  for (const resource of resources) {
    const [old, now] = [first.get(resource), second.get(resource)];
    const [type = "", part = ""] = resource.split(" ");
    for (const path of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      if (String(old?.get(path)) !== String(now?.get(path))) changed.add(`${type}[${part}] ${path}`);
    }
  }
  return changed;
}

type Leaves = Map<string, string[]>;

/** Type and name → argument → its values. Names that carry a hash of what is inside are taken without it. */
function leavesOf(resources: readonly Registered[]): Map<string, Leaves> {
  const all = new Map<string, Leaves>();
  for (const { type, name, inputs, dependencies, options } of resources) {
    if (/^(atelier|pulumi):/.test(type)) continue;
    const key = `${shortType(type)} ${partOf(name)}`;
    const leaves: Leaves = all.get(key) ?? new Map();
    all.set(key, leaves);
    visit(inputs, "", leaves);
    visit(options as unknown as Json, "options", leaves);
    visit(dependencies.map(partOf), "dependsOn", leaves);
  }
  return all;
}

const partOf = (name: string) => name.replace(/^shop-test-/, "").replaceAll(/-[0-9a-f]{6,}(?=-|$)/g, "");

/** `gcp:cloudrunv2/service:Service` → `cloudrunv2.Service`. */
export function shortType(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const folder = module.split("/")[0];
  return pkg === "gcp" && folder !== "index" ? `${folder}.${name}` : `${pkg}.${name}`;
}

function visit(value: Json, path: string, leaves: Leaves): void {
  if (Array.isArray(value)) for (const item of value) visit(item, path, leaves);
  else if (value !== null && typeof value === "object") {
    for (const [key, child] of Object.entries(value)) visit(child, path ? `${path}.${key}` : key, leaves);
  } else leaves.set(path, [...(leaves.get(path) ?? []), short(String(value))]);
}

/** Whole files are told apart by their hash. */
const short = (text: string) => (text.length < 200 ? text : createHash("sha256").update(text).digest("hex"));
