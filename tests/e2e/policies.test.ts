/** The policy pack under the real engine, against simulated providers: it finds what a plan finds, stops what is
 * mandatory and nothing else, takes settings and waivers from the stack's config, and stands beside another pack.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgress } from "../../bootstrap/progress.mjs";
import { installProgram } from "../../engine/packages.ts";
import { parsePolicies } from "../../policies/config.ts";
import { openFindings } from "../../policies/finding.ts";
import { judge } from "../../policies/judge.ts";
import type { Properties } from "../../policies/values.ts";
import { Cloud } from "../../rehearsal/cloud.ts";
import { googleBehaviour } from "../../rehearsal/google/behaviour.ts";
import { type Rehearsal, serve } from "../../rehearsal/server.ts";
import { loadExample, PROJECT, SETTINGS } from "../helpers/google-stack.ts";
import { ROOT, type Run, TestStack } from "../helpers/stack.ts";
import { planOf, readFile } from "../policies/plans.ts";

const PACK = join(ROOT, "policies");
const APP = "closetgpt";
const WHERE = { example: APP, target: "gcp-cloud-run", environment: "prod" } as const;
const CONFIG = {
  "atelier:app": join(ROOT, "examples", APP, "app.yaml"),
  "atelier:environment": "prod",
  "atelier:target": WHERE.target,
  [`atelier:${WHERE.target}`]: SETTINGS,
};
/** Logical name → inputs that are other ones. */
const BROKEN = {
  photos: { publicAccessPrevention: "inherited" },
  "closetgpt-prod-edge-tls": { profile: "COMPATIBLE" },
  "closetgpt-prod-edge-http": { description: "changed without any harm" },
} as const;

/** The app's own program, with some inputs changed on their way to the engine. */
const PROGRAM = `import { readFileSync } from "node:fs";
import { runtime } from "@pulumi/pulumi";
import { deploy } from ${JSON.stringify(join(ROOT, "src/index.ts"))};
const changes = JSON.parse(readFileSync("changes.json", "utf8"));
runtime.registerStackTransformation(({ name, props, opts }) =>
  changes[name] ? { props: { ...props, ...changes[name] }, opts } : undefined);
export const outputs = await deploy();
`;
const ONE_BUCKET = `import { Bucket } from "@pulumi/gcp/storage/bucket.js";
new Bucket("open", { location: "EU", name: "open", publicAccessPrevention: "inherited" });
`;

const behaviour = googleBehaviour(PROJECT);
const cloud = new Cloud(behaviour);
const stacks: TestStack[] = [];
let server: Rehearsal | undefined;
let stack: TestStack;

beforeAll(async () => {
  server = await serve(cloud, behaviour.isSecret);
  const required = Object.entries(loadExample(APP).secrets).filter(([, { source }]) => source === "required");
  stack = await makeStack(
    PROGRAM,
    CONFIG,
    Object.fromEntries(required.map(([name]) => [`atelier:secrets.${name}`, `value of ${name}`])),
  );
});
afterAll(async () => {
  for (const one of stacks) await one.remove();
  server?.close();
});

async function makeStack(program: string, config: object, secrets: Readonly<Record<string, string>> = {}) {
  const port = server?.port ?? 0;
  const made = await TestStack.create({
    program,
    config: { ...config },
    secrets,
    env: { PULUMI_DEBUG_PROVIDERS: `gcp:${port},docker-build:${port}` },
  });
  stacks.push(made);
  return made;
}

/** What the engine says of a stack with these changes. */
async function preview(changes: Changes, ...packs: readonly string[]): Promise<Run> {
  await writeFile(join(stack.folder, "changes.json"), JSON.stringify(changes));
  const flags = [PACK, ...packs].flatMap((pack) => ["--policy-pack", pack]);
  return stack.pulumi(["preview", "--non-interactive", "--color=never", ...flags]);
}

type Changes = Readonly<Record<string, Properties>>;

/** The same in this process, in the words of `found`. */
async function expected(changes: Changes, policies?: unknown): Promise<string[]> {
  const plan = await planOf(WHERE);
  const resources = plan.resources.map((resource) => ({
    ...resource,
    inputs: { ...resource.inputs, ...changes[resource.name] },
  }));
  const findings = judge(
    { ...plan, resources },
    { config: parsePolicies(policies), today: today(), read: readFile },
  );
  return openFindings(findings)
    .map(
      ({ level, severity, rule, resource, message, remedy }) =>
        `${level} ${severity} ${rule} ${resource}: ${message}; ${remedy}`,
    )
    .sort();
}

const today = () => new Date().toISOString().slice(0, 10);

/** What the engine prints below "Policies:". */
function found({ stdout }: Run): string[] {
  const lines = stdout.matchAll(
    /^ +- \[(\w+)\] \[severity: (\w+)\] {2}(\S+) {2}\((?:.*: )?(\S+)\)\n +(.+)$/gm,
  );
  return [...lines]
    .map(([, level, severity, rule, name, said]) => `${level} ${severity} ${rule} ${name}: ${said}`)
    .sort();
}

describe("a preview", () => {
  it("finds what a plan finds, and fails where it is mandatory", async () => {
    const run = await preview(BROKEN);
    expect(found(run), run.text).toEqual(await expected(BROKEN));
    const mandatory = found(run).filter((line) => line.startsWith("mandatory"));
    expect(mandatory.map((line) => line.split(" ")[2]).sort()).toEqual(["gcp-bucket-public", "gcp-edge-tls"]);
    expect(run.code).not.toBe(0);
    expect(run.text).toContain("preview failed");
  });

  it("goes on where everything is advisory, with another pack beside ours", async () => {
    const { folder } = await installProgram({
      name: "awsguard",
      source: join(import.meta.dirname, "awsguard"),
      env: process.env,
      progress: createProgress({ write: () => true }),
      seconds: 60,
    });
    const run = await preview({}, folder);
    expect(run.code, run.text).toBe(0);
    expect(found(run)).toEqual(await expected({}));
    expect(found(run).length).toBeGreaterThan(0);
    expect(run.stdout).toMatch(/atelier@v0\.1\.0/);
    expect(run.stdout).toMatch(/pulumi-awsguard@v0\.1\.0/);
  });

  it("takes settings and waivers from the stack's config", async () => {
    const policies = {
      rules: { "gcp-edge-tls": { enforcementLevel: "advisory" } },
      waivers: [
        {
          rule: "gcp-bucket-public",
          resource: "phot*",
          reason: "photos are shown to everybody",
          until: "2999-01-31",
        },
        { rule: "gcp-redis-tls", resource: "*", reason: "there is no Redis at all", until: "2000-01-31" },
      ],
    };
    await stack.configure({ ...CONFIG, "atelier:policies": policies });
    const run = await preview(BROKEN);
    expect(run.code, run.text).toBe(0);
    expect(found(run)).toEqual((await expected(BROKEN, policies)).map(ofStack));
    expect(found(run).filter((line) => /gcp-bucket-public/.test(line))).toEqual([]);
    expect(found(run).some((line) => line.startsWith("advisory critical gcp-edge-tls"))).toBe(true);
    expect(found(run).some((line) => line.includes("waiver-expired"))).toBe(true);
  });

  it("refuses a config that is wrong, in our own words", async () => {
    await stack.configure({ ...CONFIG, "atelier:policies": { rules: { "gcp-run-ingres": {} } } });
    const run = await preview({});
    expect(run.code).not.toBe(0);
    expect(run.text).toContain(
      "atelier:policies.rules.gcp-run-ingres: gcp-run-ingres is not a key here; did you mean gcp-run-ingress?",
    );
  });
});

describe("an update", () => {
  it("stops before what breaks a mandatory rule is made", async () => {
    const one = await makeStack(ONE_BUCKET, {});
    const run = await one.up("--policy-pack", PACK);
    expect(run.code, run.text).not.toBe(0);
    expect(run.stdout).toContain("gcp-bucket-public");
    expect(cloud.live.filter(({ type }) => type.startsWith("gcp:storage/"))).toEqual([]);
  });
});

/** What is found in the config itself has no resource; the engine says the stack's name there. */
const ofStack = (line: string): string => line.replace(/(waiver-\w+) \S+:/, "$1 atelier-test:");
