/** Completes package-lock.json after `npm install`: run it when tests/bootstrap/lock.test.ts asks for it.
 *
 * npm leaves an optional package out of the lock file when the registry at hand does not carry it (a mirror without
 * the binaries of other platforms, for instance), and `npm ci` then refuses the lock file everywhere. The missing
 * entries are added with their pinned version and platform; npm fetches them only where they apply.
 */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

/** Adds what is missing and returns the names. */
export function completeLock(lock) {
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (placesFor(path, name).some((place) => lock.packages[place])) continue;
      lock.packages[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
      added.push(name);
    }
  }
  return added;
}

/** Where Node would find a package that another one at `path` asks for: beside it, or beside one that it lies in. */
export function placesFor(path, name) {
  const folders = path.split("/node_modules/");
  return [
    ...folders.map(
      (_, index) => `${folders.slice(0, folders.length - index).join("/node_modules/")}/node_modules/${name}`,
    ),
    `node_modules/${name}`,
  ].map((place) => place.replace(/^\//, ""));
}

/** `@scope/cli-linux-x64-musl` → where it applies. */
function platformOf(name) {
  const match =
    /-(android|darwin|freebsd|linux|openbsd|win32)-(arm64|arm|ia32|riscv64|s390x|ppc64|x64)(-musl)?/.exec(
      name,
    );
  if (!match) throw new Error(`${name} is missing from the lock file and its name tells no platform`);
  const [, os, cpu, musl] = match;
  return { os: [os], cpu: [cpu], ...(musl ? { libc: ["musl"] } : {}) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  const added = completeLock(lock);
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  if (added.length > 0) {
    await writeFile(
      "package-lock.json",
      `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
    );
  }
  console.log(added.length > 0 ? `Added: ${added.join(", ")}` : "The lock file is complete.");
}
