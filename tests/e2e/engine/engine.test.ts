/** The real engine on the embedded backend: secrets, no changes, failures, and what `down` keeps. */
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProgress } from "../../../bootstrap/progress.mjs";
import { dockerClient } from "../../../engine/docker.ts";
import { type OpenEngine, openEngine } from "../../../engine/open.ts";
import { describeChanges, runOperation } from "../../../engine/operation.ts";
import { ensureSeed, secretKey, setSecret } from "../../../engine/secrets.ts";
import { configFileArguments, createStack, pulumi } from "../../../engine/stack.ts";
import { publishSecrets } from "../../../engine/stack-file.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const name = `atelier-e2e-engine-${process.pid}`;
const docker = dockerClient(process.env.DOCKER_HOST);
const pem = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n";
const committed = `config:\n  atelier:app: ${name}\n  atelier:environment: dev\n`;
let opened: OpenEngine;

beforeAll(async () => {
  const project = await mkdtemp(join(tmpdir(), "atelier-e2e-"));
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  await writeFile(join(project, "Pulumi.yaml"), await projectFile());
  await writeFile(join(project, "Pulumi.dev.yaml"), committed);
  const { PULUMI_BACKEND_URL: _, PULUMI_ACCESS_TOKEN: __, ...env } = process.env;
  const cached = { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache") };
  opened = await openEngine({
    project,
    env: { ...env, ...cached, HOME: project },
    progress: createProgress(),
  });
});

afterAll(async () => {
  await runOperation(opened, ["destroy", "--stack", "dev"]);
  await rm(opened.project, { recursive: true, force: true });
});

it("creates the stack and its secrets without touching the committed file", async () => {
  await createStack(opened, "dev");
  await createStack(opened, "dev");
  expect([await ensureSeed(opened, "dev"), await ensureSeed(opened, "dev")]).toEqual([true, false]);
  await setSecret(opened, "dev", secretKey("PEM"), pem);
  const outcome = await runOperation(opened, ["up", "--stack", "dev"]);
  expect(outcome.failures).toEqual([]);
  expect(describeChanges(outcome.changes)).toBe("3 created");
  expect(await committedFile()).toBe(committed);
});

it("gives programs our Node, and secrets byte for byte", async () => {
  const { stdout } = await pulumi(opened, ["stack", "output", "--json", "--show-secrets"]);
  expect(JSON.parse(stdout)).toMatchObject({
    node: process.version,
    pem,
    seed: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await committedFile()).toBe(committed);
});

it("keeps secrets out of state and logs", async () => {
  const { stdout } = await pulumi(opened, ["stack", "export"]);
  expect(stdout).not.toContain("BEGIN KEY");
  expect(await readFile(join(opened.own, "logs", "up.log"), "utf8")).not.toContain("BEGIN KEY");
});

it("changes nothing the second time, and follows the committed file", async () => {
  const started = Date.now();
  expect(describeChanges((await runOperation(opened, ["up", "--stack", "dev"])).changes)).toBe("no changes");
  expect(Date.now() - started).toBeLessThan(15_000);
  await writeFile(join(opened.project, "Pulumi.dev.yaml"), committed.replace("dev", "test"));
  const outcome = await runOperation(opened, ["up", "--stack", "dev"]);
  expect(describeChanges(outcome.changes)).toBe("1 replaced");
});

it("says what failed, in the resource's or the program's own words", async () => {
  await writeFile(join(opened.project, "Pulumi.dev.yaml"), `${committed}  atelier:broken: "true"\n`);
  const outcome = await runOperation(opened, ["up", "--stack", "dev"]);
  expect(outcome.succeeded).toBe(false);
  expect(outcome.failures[0]?.message).toContain("broken, with 0 frames");
  const debugged = { ...opened, env: await environmentWithTraces() };
  expect((await runOperation(debugged, ["up", "--stack", "dev"])).failures[0]?.message).toContain(
    "with 50 frames",
  );
  await writeFile(join(opened.project, "Pulumi.dev.yaml"), committed);
});

it("destroys everything but volumes when asked to keep them, and takes them up again", async () => {
  const keep = ["--exclude", "**docker:index/volume:Volume::**"];
  expect((await runOperation(opened, ["destroy", "--stack", "dev", ...keep])).failures).toEqual([]);
  expect(await existing()).toEqual({ volumes: 1, networks: 0 });
  expect((await runOperation(opened, ["up", "--stack", "dev"])).failures).toEqual([]);
  expect(await existing()).toEqual({ volumes: 1, networks: 1 });
});

it("moves the secrets into the stack file for plain pulumi commands", async () => {
  expect(await publishSecrets({ ...opened, stack: "dev" })).toBe(true);
  expect(await configFileArguments(opened, ["preview", "--stack", "dev"])).toEqual([]);
  const { code, stdout } = await pulumi(opened, ["preview", "--stack", "dev", "--expect-no-changes"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("unchanged")]);
});

async function projectFile(): Promise<string> {
  const text = await readFile(join(root, "Pulumi.yaml"), "utf8");
  return text.replace("main: stacks/index.ts", `main: ${join(import.meta.dirname, "program.ts")}`);
}

function committedFile(): Promise<string> {
  return readFile(join(opened.project, "Pulumi.dev.yaml"), "utf8");
}

async function environmentWithTraces(): Promise<OpenEngine["env"]> {
  const env = { ...opened.env, ATELIER_DEBUG: "1" };
  return (await openEngine({ project: opened.project, env, progress: createProgress() })).env;
}

async function existing(): Promise<{ volumes: number; networks: number }> {
  const filters = { name: [name] };
  const { Volumes } = await docker.listVolumes({ filters });
  return { volumes: Volumes.length, networks: (await docker.listNetworks({ filters })).length };
}
