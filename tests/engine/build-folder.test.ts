import { chmod, mkdir, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { baseImageFolder } from "../../engine/base-image.ts";
import { ensureFolder, versionOf } from "../../engine/build-folder.ts";
import { packagesFolder } from "../../engine/packages.ts";
import { programFolder } from "../../engine/programs.ts";
import { siteFolder } from "../../engine/sites.ts";
import { temporaryFolder } from "./helpers.ts";

let folder: string;
let source: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  source = await writeSource("source");
});

async function writeSource(name: string): Promise<string> {
  const made = join(folder, name);
  await mkdir(join(made, "sub"), { recursive: true });
  await writeFile(join(made, "main.go"), "package main\n");
  await writeFile(join(made, "sub", "start"), "#!/bin/sh\n");
  await symlink("main.go", join(made, "link"));
  return made;
}

describe("the version of a build folder", () => {
  it("is the same wherever the source lies and whenever it was written", async () => {
    const other = await writeSource("elsewhere");
    await utimes(join(other, "main.go"), 1, 1);
    expect(versionOf([1], other)).toBe(versionOf([1], source));
    expect(versionOf([1], source)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["content", () => writeFile(join(source, "main.go"), "package other\n")],
    ["a new file", () => writeFile(join(source, "sub", "new"), "")],
    ["an empty folder", () => mkdir(join(source, "empty"))],
    ["the executable bit", () => chmod(join(source, "sub", "start"), 0o755)],
    [
      "where a link leads",
      async () => {
        await rm(join(source, "link"));
        await symlink("sub/start", join(source, "link"));
      },
    ],
  ])("changes with %s", async (_, change) => {
    const before = versionOf([1], source);
    await change();
    expect(versionOf([1], source)).not.toBe(before);
  });

  it("changes with what is done to the source, and with the order of several", async () => {
    const other = await writeSource("other");
    await writeFile(join(other, "main.go"), "package other\n");
    expect(versionOf([2], source)).not.toBe(versionOf([1], source));
    expect(versionOf([1], source, other)).not.toBe(versionOf([1], other, source));
  });

  it("does not mistake one layout for another with the same bytes", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    await mkdir(one);
    await mkdir(two);
    await writeFile(join(one, "a"), "bc");
    await writeFile(join(two, "ab"), "c");
    expect(versionOf([], one)).not.toBe(versionOf([], two));
  });
});

describe("the place of a build folder", () => {
  it("says what it is and which version", () => {
    const program = programFolder({ name: "waf", source, target: "." }, "/cache");
    expect(program.folder).toBe(`/cache/programs/waf-${program.version}`);
    const packages = packagesFolder({ name: "firestore", source }, "/cache");
    expect(packages.folder).toBe(`/cache/programs/firestore-${packages.version}`);
    const site = siteFolder({ files: source, server: join(source, "sub") }, "/cache");
    expect(site.folder).toBe(`/cache/sites/${site.version}/source`);
    const base = baseImageFolder("/cache");
    expect(base.folder).toBe(`/cache/images/${base.version}`);
    expect(base.version).toContain(process.arch);
  });

  it("is another for another package of the same source", () => {
    const version = (target: string) => programFolder({ name: "waf", source, target }, "/cache").version;
    expect(version("./cmd")).not.toBe(version("."));
  });
});

describe("a build folder", () => {
  it("is made once, also when two want it at the same time", async () => {
    const wanted = { folder: join(folder, "cache", "made"), version: "1" };
    let made = 0;
    const make = async () => {
      made++;
      await mkdir(wanted.folder);
    };
    const both = await Promise.all([ensureFolder(wanted, make), ensureFolder(wanted, make)]);
    expect([...both, await ensureFolder(wanted, make)]).toEqual([wanted, wanted, wanted]);
    expect(made).toBe(1);
    expect(await readdir(join(folder, "cache"))).toEqual(["made"]);
  });

  it("is made at the next time when it could not be made", async () => {
    const wanted = { folder: join(folder, "made"), version: "1" };
    const fail = () => Promise.reject(new Error("the compiler is out"));
    await expect(ensureFolder(wanted, fail)).rejects.toThrow("the compiler is out");
    await expect(ensureFolder(wanted, () => mkdir(wanted.folder))).resolves.toBe(wanted);
  });
});
