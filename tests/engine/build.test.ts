import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { binaries, buildMissing, missingBinaries } from "../../engine/build.ts";
import { goModules } from "../../engine/folders.ts";
import { pins } from "../../engine/pins.ts";
import { quietProgress, script, temporaryFolder } from "./helpers.ts";

/** Stands in for go: writes the output file, notes the call, and fails where `broken` exists. */
const fakeGo = `
while [ $# -gt 0 ]; do [ "$1" = "-o" ] && out="$2"; shift; done
echo "$out" >> "$CALLS"
if [ -e "$BROKEN" ] && [ "\${out##*/}" = "language-nodejs" ]; then echo "undefined: thing" >&2; exit 1; fi
echo "#!/bin/sh" > "$out"; chmod +x "$out"`;

it("goes on after an interruption where it was", async () => {
  const folder = await temporaryFolder();
  const env = { PATH: process.env.PATH, CALLS: join(folder, "calls"), BROKEN: join(folder, "broken") };
  const go = { path: await script(join(folder, "go"), fakeGo), toolchain: "local" };
  const engine = join(folder, "engine");
  await mkdir(engine);
  await writeFile(env.BROKEN, "");
  await expect(buildMissing(engine, go, env, quietProgress())).rejects.toThrow(
    "the Node language host does not build: undefined: thing",
  );
  expect((await missingBinaries(engine)).map(({ title }) => title)).toEqual([
    "Node language host",
    "Docker provider",
  ]);
  await writeFile(env.BROKEN, "");
  await buildMissing(engine, go, { ...env, BROKEN: "/nowhere" }, quietProgress());
  expect(await missingBinaries(engine)).toEqual([]);
  const calls = (await readFile(env.CALLS, "utf8")).trim().split("\n");
  expect(calls.map((call) => call.split("/").at(-1))).toEqual([
    "cli",
    "language-nodejs",
    "language-nodejs",
    "docker-provider",
  ]);
});

it("pins every source with a go.sum, and the same versions as the engine", async () => {
  const modules = await readdir(goModules);
  expect(modules.sort()).toEqual(binaries.map(({ module }) => module).sort());
  for (const { module } of binaries) {
    const file = await readFile(join(goModules, module, "go.mod"), "utf8");
    expect((await readFile(join(goModules, module, "go.sum"), "utf8")).length).toBeGreaterThan(1000);
    const needed = /^go (.*)$/m.exec(file)?.[1] ?? "";
    expect(needed <= pins.go, `${module} needs go ${needed}`).toBe(true);
  }
  const cli = await readFile(join(goModules, "cli", "go.mod"), "utf8");
  expect(cli).toContain(`github.com/pulumi/pulumi/pkg/v3 v${pins.pulumi}`);
  const provider = await readFile(join(goModules, "docker-provider", "main.go"), "utf8");
  expect(provider).toContain(`version = "${pins.dockerProvider}"`);
});
