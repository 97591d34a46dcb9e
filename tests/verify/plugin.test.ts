/** Plugins are looked for where the engine looks, in its order. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPlugin, versionOf } from "../../src/verify/plugin.ts";

let base = "";
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "atelier-plugins-"));
  await mkdir(join(base, "project"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Puts a program there. */
async function put(...folder: string[]): Promise<string> {
  const path = join(base, ...folder, "pulumi-resource-fake");
  await mkdir(join(base, ...folder), { recursive: true });
  await writeFile(path, "#!/bin/sh\n");
  await chmod(path, 0o755);
  return path;
}

const write = (yaml: string) => writeFile(join(base, "project", "Pulumi.yaml"), yaml);

function find(env: Record<string, string> = {}) {
  return findPlugin("fake", "1.2.3", { env, project: join(base, "project"), home: join(base, "home") });
}

describe("a plugin is found", () => {
  it("in Pulumi's folder, in the version that the program was written for", async () => {
    const program = await put("home/plugins/resource-fake-v1.2.3");
    await put("home/plugins/resource-fake-v1.2.4");
    expect(await find()).toEqual({ program });
  });

  it("on PATH before that, unless Pulumi was told not to look there", async () => {
    const installed = await put("home/plugins/resource-fake-v1.2.3");
    const program = await put("bin");
    const PATH = join(base, "bin");
    expect(await find({ PATH })).toEqual({ program });
    expect(await find({ PATH, PULUMI_IGNORE_AMBIENT_PLUGINS: "true" })).toEqual({ program: installed });
  });

  it("where Pulumi.yaml says, before PATH", async () => {
    await put("bin");
    const program = await put("project/own");
    await write(
      "plugins:\n  providers:\n    - { name: other, path: x }\n    - { name: fake, path: ./own }\n",
    );
    expect(await find({ PATH: join(base, "bin") })).toEqual({ program });
  });

  it("as a running one before everything else", async () => {
    await put("bin");
    const env = { PATH: join(base, "bin"), PULUMI_DEBUG_PROVIDERS: "gcp:1,fake:4711" };
    expect(await find(env)).toEqual({ port: 4711 });
  });
});

describe("a plugin is not found", () => {
  it("in another version", async () => {
    await put("home/plugins/resource-fake-v1.2.4");
    expect(await find()).toBeUndefined();
  });

  it("where Pulumi.yaml names another version", async () => {
    await put("project/own");
    await write("plugins: { providers: [{ name: fake, path: ./own, version: 9.9.9 }] }\n");
    expect(await find()).toBeUndefined();
  });
});

describe("a wish that cannot be met stops everything", () => {
  it("in Pulumi.yaml", async () => {
    await write("plugins: { providers: [{ name: fake, path: ./nowhere }] }\n");
    const program = join(base, "project/nowhere/pulumi-resource-fake");
    await expect(find()).rejects.toThrow(
      `plugins.providers in Pulumi.yaml: there is no program ${program}; correct the path of fake`,
    );
  });

  it("in PULUMI_DEBUG_PROVIDERS", async () => {
    await expect(find({ PULUMI_DEBUG_PROVIDERS: "fake" })).rejects.toThrow(
      "PULUMI_DEBUG_PROVIDERS: fake has no port; write it as fake:4711",
    );
  });
});

describe("the version of a plugin", () => {
  it("is that of the package for Node", () => {
    expect(versionOf("gcp")).toMatch(/^\d+\.\d+\.\d+$/);
    expect(versionOf("no-such-package")).toBeUndefined();
  });
});
