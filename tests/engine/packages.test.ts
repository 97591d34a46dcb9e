import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { installProgram, packagesFolder } from "../../engine/packages.ts";
import { quietProgress, script, temporaryFolder } from "./helpers.ts";

/** Stands in for npm: notes what it was asked in which folder, and fails where `BROKEN` exists. */
const FAKE_NPM = `
echo "$1 $2 $3" >> "$CALLS"
if [ -e "$BROKEN" ]; then echo "npm error code EINTEGRITY" >&2; echo "npm error sha512 differs" >&2; exit 1; fi
mkdir -p node_modules/left && echo ok > node_modules/left/index.js`;

let folder: string;
let source: string;
const install = () =>
  installProgram({
    name: "firestore",
    source,
    env: { XDG_CACHE_HOME: join(folder, "cache") },
    progress: quietProgress(),
    seconds: 1,
  });
const calls = async () => (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");

beforeEach(async () => {
  folder = await temporaryFolder();
  source = join(folder, "source");
  await mkdir(source);
  await writeFile(join(source, "Dockerfile"), "FROM scratch\n");
  await script(join(folder, "bin", "npm"), FAKE_NPM);
  vi.stubEnv("PATH", join(folder, "bin") + delimiter + process.env.PATH);
  vi.stubEnv("npm_execpath", "");
  vi.stubEnv("CALLS", join(folder, "calls"));
  vi.stubEnv("BROKEN", join(folder, "broken"));
});

it("installs what the lock file says, without scripts, beside the sources, and once", async () => {
  const assumed = packagesFolder({ name: "firestore", source }, join(folder, "cache", "atelier"));
  const made = await install();
  expect(made).toEqual(assumed);
  expect(await readdir(made.folder)).toEqual(["Dockerfile", "node_modules"]);
  expect(await install()).toEqual(made);
  expect(await calls()).toEqual(["ci --omit=dev --ignore-scripts"]);
});

it("installs anew when a source changes", async () => {
  const before = await install();
  await writeFile(join(source, "package-lock.json"), "{}");
  const after = await install();
  expect(after.folder).not.toBe(before.folder);
  expect(after.version).not.toBe(before.version);
  expect(await calls()).toHaveLength(2);
});

it("says what npm says, and begins again the next time", async () => {
  await writeFile(join(folder, "broken"), "");
  await expect(install()).rejects.toThrow(
    "the packages of firestore could not be installed: sha512 differs; check the network (npm ping), then try again",
  );
  vi.stubEnv("BROKEN", "/nowhere");
  expect(await readdir(join((await install()).folder, "node_modules"))).toEqual(["left"]);
});
