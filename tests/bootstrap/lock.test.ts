import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe.each(["package-lock.json", "bootstrap/node/package-lock.json"])("%s", (file) => {
  const packages = JSON.parse(readFileSync(join(root, file), "utf8")).packages as Record<string, Entry>;

  it("has an entry for every optional package; else run node bootstrap/complete-lock.mjs", () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) =>
          !packages[`${path}/node_modules/${name}`.replace(/^\//, "")] && !packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it("names no registry, so that everybody's own is used", () => {
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved)).toEqual([]);
  });
});

it("matches package.json", () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
  const manifest = read("package.json") as Entry;
  const locked = (read("package-lock.json").packages as Record<string, Entry>)[""];
  expect(locked?.dependencies).toEqual(manifest.dependencies);
  expect(locked?.devDependencies).toEqual(manifest.devDependencies);
});
