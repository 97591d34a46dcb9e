/** Programs that tests need from outside npm: from the PATH, else from Debian's packages. What cannot be had fails the
 * test with one line that says what is missing; nothing is skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../engine/folders.ts";

/** Path of a program. Where it is missing its package is unpacked into the user's cache, not installed.
 * @throws Error naming the program and the package
 */
export function unpackedProgram(name: string, packageName: string): string {
  if (spawnSync(name, ["--version"]).status === 0) return name;
  return join(unpackedPackages(name, [packageName]), "usr/bin", name);
}

/** Folder with the content of Debian's packages, as below `/`, for programs that need more than one of them.
 * @param name of the program, for messages
 * @throws Error naming the program and the packages
 */
export function unpackedPackages(name: string, packages: readonly string[]): string {
  const folder = join(cacheFolder(process.env), "test-programs", packages.join("+"));
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const script = `cd "$1" && shift && (apt-get download -qq "$@" || (apt-get update -qq && apt-get download -qq "$@")) && for one in *.deb; do dpkg-deb -x "$one" root || exit 1; done`;
    const { status, stderr } = spawnSync("sh", ["-c", script, "sh", work, ...packages], { encoding: "utf8" });
    if (status !== 0) throw missing(name, packages.join(", "), stderr);
    if (!existsSync(folder)) renameSync(join(work, "root"), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** Path of a Chromium; installed as root on Debian, because it needs libraries of the system.
 * @throws Error naming what to install
 */
export function chromiumPath(): string {
  const known = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  const found = () => known.find((path) => path !== undefined && existsSync(path));
  const path = found();
  if (path) return path;
  const script =
    "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium";
  const { status, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  const installed = found();
  if (status !== 0 || !installed) throw missing("chromium", "chromium", stderr);
  return installed;
}

function missing(name: string, packageName: string, why: string): Error {
  const last = why.trim().split("\n").at(-1) ?? "";
  return new Error(
    `${name} is missing and Debian's package ${packageName} could not be had (${last}); install it`,
  );
}
