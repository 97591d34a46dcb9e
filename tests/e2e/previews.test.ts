/** Previews under the real engine: made from their template, updated, listed, taken away by number and by age. The
 * program is three lines, because what a preview is made of is not what this is about.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgress } from "../../bootstrap/progress.mjs";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { createStack, pulumi } from "../../engine/stack.ts";
import { previewDown, previewsIn, previewUp, sweep } from "../../src/ci/previews.ts";
import { ROOT } from "../helpers/stack.ts";

const PROGRAM = `import { ComponentResource, Config } from "@pulumi/pulumi";
const config = new Config("atelier");
if (config.require("environment") === "pr-666") throw new Error("this one is broken");
new ComponentResource("acme:shop:App", "app");
export const url = \`https://\${config.requireObject("set")["edge.domain"]}\`;
`;

const progress = createProgress({ write: () => true });
let folder: string;
let opened: OpenEngine;

/** The state lies where a workflow's would: in a backend that is named, with a passphrase that is given. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-previews-"));
  const runtime = '{ name: nodejs, options: { typescript: false, nodeargs: "--stack-trace-limit=0" } }';
  const project = `name: shop\nmain: index.mjs\nruntime: ${runtime}\n`;
  await writeFile(join(folder, "Pulumi.yaml"), project);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "index.mjs"), PROGRAM);
  await writeFile(
    join(folder, "Pulumi.preview.yaml"),
    "config:\n  atelier:environment: preview\n  atelier:set: { edge.domain: preview.acme.example }\n",
  );
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "of the test",
    PULUMI_HOME: join(folder, ".home"),
  };
  opened = await openEngine({ project: folder, env, progress });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const names = async () => (await previewsIn(opened)).map(({ name }) => name).sort();
const up = (number: number) => previewUp({ opened, number, progress }, "preview.acme.example");

describe("previews", () => {
  it("are made, with a file, an environment and a domain of their own", async () => {
    const { changes } = await up(12);
    expect(changes).toMatchObject({ create: 2 });
    const { stdout } = await pulumi(opened, ["stack", "output", "url", "--stack", "pr-12"]);
    expect(stdout.trim()).toBe("https://pr-12.preview.acme.example");
    expect(await readFile(join(folder, "Pulumi.pr-12.yaml"), "utf8")).toContain("atelier:environment: pr-12");
  });

  it("are updated in place", async () => {
    expect((await up(12)).changes).toMatchObject({ same: 2 });
    expect(await names()).toEqual(["pr-12"]);
  });

  it("are updated on another machine, which has no file of theirs", async () => {
    await rm(join(folder, "Pulumi.pr-12.yaml"));
    expect((await up(12)).changes).toMatchObject({ same: 2 });
  });

  it("tell what failed, and stay to be taken away", async () => {
    await expect(up(666)).rejects.toThrow(/pulumi up of pr-666 failed:\n.*this one is broken/s);
    expect(await names()).toEqual(["pr-12", "pr-666"]);
  });

  it("go by number, with their stack and file, on a machine that never saw them", async () => {
    await rm(join(folder, "Pulumi.pr-12.yaml"));
    await previewDown({ opened, number: 12, progress });
    expect(await names()).toEqual(["pr-666"]);
    expect(existsSync(join(folder, "Pulumi.pr-12.yaml"))).toBe(false);
  });

  it("are no error when there are none", async () => {
    await previewDown({ opened, number: 99, progress });
    expect(await names()).toEqual(["pr-666"]);
  });

  it("go by age, and leave other stacks and younger ones alone", async () => {
    await createStack(opened, "prod");
    await up(13);
    expect(await sweep(opened, 3_600_000, progress)).toBe(0);
    expect(await names()).toEqual(["pr-13", "pr-666"]);
    expect(await sweep(opened, 0, progress)).toBe(2);
    expect(await names()).toEqual([]);
    const { stdout } = await pulumi(opened, ["stack", "ls"]);
    expect(stdout).toContain("prod");
  });
});
