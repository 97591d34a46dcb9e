/** The package as a stranger has it: packed, installed into an empty project, and used by ten lines of the README. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cloud } from "../../rehearsal/cloud.ts";
import { googleBehaviour } from "../../rehearsal/google/behaviour.ts";
import { type Rehearsal, serve } from "../../rehearsal/server.ts";
import { PROJECT as GOOGLE } from "../helpers/google-stack.ts";
import { CLASSIC, type Packed, Project, pack, type Registration } from "../helpers/package.ts";
import { block } from "../helpers/readme.ts";
import { TestStack } from "../helpers/stack.ts";

const run = promisify(execFile);
const PROGRAM = block("ts parts");
const SEED = "5eed".repeat(16);
/** What the program's containers, networks and volumes are found by. */
const MINE = "label=atelier.stack=shop-dev";

let folder = "";
let packed: Packed | undefined;
let project: Project | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-package-"));
  packed = await pack(folder);
  project = await Project.with(packed.tarball);
});
afterAll(async () => {
  await project?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe("npm pack", () => {
  it("makes a small package of compiled code, with everything that it reads", () => {
    const { files, size } = must(packed);
    expect(size).toBeLessThan(1_250_000);
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(files.filter((file) => /(^|\/)tests?\/|_test\.go$|\.test\.|node_modules\//.test(file))).toEqual(
      [],
    );
    expect(files).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "README.md",
        "dist/bootstrap/atelier.mjs",
        "dist/bootstrap/node/package-lock.json",
        "dist/components/docker/bucket/s3.py",
        "dist/components/docker/monitoring/pages/page.css",
        "dist/components/gcp/postgres.d.ts",
        "dist/components/gcp/postgres.js",
        "dist/engine/debug.mjs",
        "dist/engine/go/cli/go.sum",
        "dist/images/edge/Dockerfile",
        "dist/images/keeper/keeper/__main__.py",
        "dist/images/waf/main.go",
        "package.json",
        "schema/app.schema.json",
      ]),
    );
  });

  it("installs with one Pulumi SDK, and a command that runs", async () => {
    const { folder: at } = must(project);
    const { stdout } = await run("npm", ["ls", "@pulumi/pulumi", "--all", "--parseable"], { cwd: at });
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const help = await run("npx", ["atelier", "config", "--help"], { cwd: at });
    expect(help.stdout).toContain("USAGE");
  });

  it("is entered by every export", async () => {
    const { folder: at } = must(project);
    const entries = ["", "/contracts", "/docker", "/docker/redis", "/gcp", "/gcp/postgres", "/monitoring"];
    const text = entries.map((entry) => `await import("atelier${entry}");`).join("\n");
    await run(process.execPath, ["--input-type=module", "--eval", text], { cwd: at });
  });
});

describe("ten lines with one component of Google Cloud and one of Docker", () => {
  it("are ten", () => {
    expect(PROGRAM.trim().split("\n")).toHaveLength(10);
  });

  it("pass the strict type check, and a wrong argument does not", async () => {
    await must(project).write("index.ts", PROGRAM);
    expect(await must(project).check("index.ts")).toBe("");
    await must(project).write("wrong.ts", PROGRAM.replace('expireAfter: "90d"', "replicas: 2"));
    expect(await must(project).check("wrong.ts")).toContain("'replicas' does not exist in type");
  });

  it("have a sibling in CommonJS, where Node and TypeScript find the same entries", async () => {
    const { folder: at } = must(project);
    await must(project).write("classic.ts", block("ts users"));
    expect(await must(project).check("classic.ts", CLASSIC)).toBe("");
    const text =
      'const { Bucket } = require("atelier/gcp/bucket"); if (!Bucket) throw new Error("nothing came")';
    await run(process.execPath, ["--input-type=commonjs", "--eval", text], { cwd: at });
  });

  it("register the same as TypeScript and as plain JavaScript, in this process", async () => {
    const config = { "stranger:seed": SEED };
    await must(project).write("index.js", PROGRAM);
    const typed = await must(project).registrations("index.ts", config);
    const plain = await must(project).registrations("index.js", config);
    expect(typesAndNames(plain)).toEqual(typesAndNames(typed));
    expect(typesAndNames(typed)).toEqual(
      expect.arrayContaining([
        "atelier:docker:Redis cache",
        "atelier:gcp:Bucket media",
        "docker:index/volume:Volume shop-dev-cache",
        "gcp:storage/bucket:Bucket media",
      ]),
    );
    const bucket = typed.find(({ type, name }) => type === "gcp:storage/bucket:Bucket" && name === "media");
    expect(bucket?.inputs).toMatchObject({
      location: "US-CENTRAL1",
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      lifecycleRules: expect.arrayContaining([
        { action: { type: "Delete" }, condition: expect.objectContaining({ age: 90 }) },
      ]),
    });
  });

  it("are refused with every mistake at once, by the paths of what was written", async () => {
    const wrong = PROGRAM.replace('"90d"', '"90 days"').replace("us-central1", "here");
    await must(project).write("refused.js", wrong);
    const failure: { stderr: string } = await must(project)
      .registrations("refused.js", { "stranger:seed": SEED })
      .then(
        () => ({ stderr: "nothing was refused" }),
        (error: { stderr: string }) => error,
      );
    expect(failure.stderr).toContain("data.media.expireAfter: 90 days is not a length of time");
  });
});

describe("the same ten lines under the real engine", () => {
  const behaviour = googleBehaviour(GOOGLE);
  const cloud = new Cloud(behaviour);
  let server: Rehearsal | undefined;
  let stack: TestStack | undefined;

  beforeAll(async () => {
    server = await serve(cloud, behaviour.isSecret);
    stack = await TestStack.create({
      program: PROGRAM,
      project: must(project).folder,
      config: {},
      env: { PULUMI_DEBUG_PROVIDERS: `gcp:${server.port}` },
    });
  });
  afterAll(async () => {
    await stack?.remove();
    server?.close();
    const volumes = await docker("volume", "ls", "--quiet", `--filter=${MINE}`);
    if (volumes) await docker("volume", "rm", ...volumes.split("\n"));
  });

  it("bring up a Redis on this host and a bucket on Google Cloud", async () => {
    const up = await must(stack).up();
    expect(up.code, up.text).toBe(0);
    const { server: name, bucket } = await must(stack).outputs();
    expect(await docker("inspect", "--format={{.State.Health.Status}}", String(name))).toBe("healthy");
    const buckets = cloud.live.filter(({ type }) => type === "gcp:storage/bucket:Bucket");
    expect(buckets.map(({ outputs }) => outputs.name)).toContain(bucket);
  });

  it("have nothing to do the second time, nor as plain JavaScript", async () => {
    expect(await must(stack).preview()).toEqual([]);
    const { folder: at } = must(stack);
    await rename(join(at, "index.ts"), join(at, "index.js"));
    const yaml = readFileSync(join(at, "Pulumi.yaml"), "utf8");
    await writeFile(join(at, "Pulumi.yaml"), yaml.replace("main: index.ts", "main: index.js"));
    expect(await must(stack).preview()).toEqual([]);
  });

  it("take everything away again", async () => {
    const destroy = await must(stack).destroy();
    expect(destroy.code, destroy.text).toBe(0);
    expect(await docker("ps", "--all", "--quiet", `--filter=${MINE}`)).toBe("");
    expect(cloud.live.map(({ type }) => type)).toEqual([]);
  });
});

const typesAndNames = (made: readonly Registration[]) => made.map(({ type, name }) => `${type} ${name}`);

async function docker(...args: string[]): Promise<string> {
  return (await run("docker", args)).stdout.trim();
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier step failed.");
  return value;
}
