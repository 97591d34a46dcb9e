import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../../engine/command.ts";
import {
  archiveName,
  fetchRelease,
  parseChecksums,
  releaseBin,
  releaseDigestLines,
} from "../../engine/release.ts";
import { quietProgress, script, serve, temporaryFolder } from "./helpers.ts";

const platform = "linux-x64";
const name = archiveName(platform);
const env = process.env;

it("downloads, verifies and unpacks", async () => {
  const { archive, sha256 } = await release("echo v3.259.0");
  const folder = await temporaryFolder();
  await fetchRelease({ ...options(folder), sources: await sources(archive, `${sha256}  ${name}\n`) });
  expect((await run(join(releaseBin(folder), "pulumi"), [], { env })).stdout).toBe("v3.259.0\n");
  expect(await readdir(folder)).toEqual(["release"]);
});

it("refuses an archive that was tampered with, and keeps nothing of it", async () => {
  const { sha256 } = await release("echo v3.259.0");
  const tampered = await release("echo owned");
  const folder = await temporaryFolder();
  const served = await sources(tampered.archive, `${sha256}  ${name}\n`);
  await expect(fetchRelease({ ...options(folder), sources: served })).rejects.toThrow(
    `${served.archives}/${name} is not what was pinned: its SHA-256 is ${tampered.sha256}, expected ${sha256}; ` +
      "nothing was installed; try another network, and report it if it stays",
  );
  expect(await readdir(folder)).toEqual([]);
});

it("believes a pinned digest more than the checksums file", async () => {
  const { archive, sha256 } = await release("echo v3.259.0");
  const folder = await temporaryFolder();
  const served = await sources(archive, `${sha256}  ${name}\n`);
  const digests = { [platform]: "0".repeat(64) };
  await expect(fetchRelease({ ...options(folder), sources: served, digests })).rejects.toThrow(
    `expected ${"0".repeat(64)}`,
  );
});

it("refuses a checksums file that does not list the archive", async () => {
  const { archive, sha256 } = await release("echo v3.259.0");
  const served = await sources(archive, `${sha256}  something-else.tar.gz\n`);
  await expect(fetchRelease({ ...options(await temporaryFolder()), sources: served })).rejects.toThrow(
    `the checksums file of Pulumi 3.259.0 does not list ${name}`,
  );
});

it("notices a closed network within seconds", async () => {
  const folder = await temporaryFolder();
  const closed = { archives: "http://127.0.0.1:1", checksums: "http://127.0.0.1:1/checksums.txt" };
  const started = Date.now();
  await expect(fetchRelease({ ...options(folder), sources: closed })).rejects.toThrow("ECONNREFUSED");
  expect(Date.now() - started).toBeLessThan(2000);
});

it("prints the digests to pin", async () => {
  const sum = "a".repeat(64);
  const all = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] as const;
  const checksums = all.map((one) => `${sum}  ${archiveName(one)}`).join("\n");
  const lines = await releaseDigestLines(env, await sources(Buffer.from(""), checksums));
  expect(lines).toEqual(all.map((one) => `  "${one}": "${sum}",`));
});

it("reads lines as sha256sum writes them", () => {
  const sum = "a".repeat(64);
  expect([...parseChecksums(`${sum}  one.tar.gz\n${sum} *two.tar.gz\nnot a line\n`)]).toEqual([
    ["one.tar.gz", sum],
    ["two.tar.gz", sum],
  ]);
});

function options(folder: string) {
  return { env, platform, folder, progress: quietProgress() } as const;
}

async function sources(archive: Buffer, checksums: string) {
  const host = await serve({ [`/${name}`]: archive, "/checksums.txt": checksums });
  return { archives: host, checksums: `${host}/checksums.txt` };
}

/** An archive in the shape of Pulumi's, whose pulumi runs `body`. */
async function release(body: string): Promise<{ archive: Buffer; sha256: string }> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "pulumi"));
  await script(join(folder, "pulumi", "pulumi"), body);
  await run("tar", ["-czf", join(folder, name), "-C", folder, "pulumi"], { env });
  const archive = await readFile(join(folder, name));
  return { archive, sha256: createHash("sha256").update(archive).digest("hex") };
}
