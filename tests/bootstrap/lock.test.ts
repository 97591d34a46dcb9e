import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { placesFor } from "../../bootstrap/complete-lock.mjs";

const root = join(import.meta.dirname, "..", "..");

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe.each(["package-lock.json", "bootstrap/node/package-lock.json", "bench/plan/cdk/package-lock.json"])(
  "%s",
  (file) => {
    const packages = JSON.parse(readFileSync(join(root, file), "utf8")).packages as Record<string, Entry>;

    it("has an entry for every optional package; else run node bootstrap/complete-lock.mjs", () => {
      const missing = Object.entries(packages).flatMap(([path, entry]) =>
        Object.keys(entry.optionalDependencies ?? {}).filter(
          (name) => !placesFor(path, name).some((place) => packages[place]),
        ),
      );
      expect(missing).toEqual([]);
    });

    it("names no registry, so that everybody's own is used", () => {
      expect(Object.keys(packages).filter((path) => packages[path]?.resolved)).toEqual([]);
    });
  },
);

it("knows every place where a package is found", () => {
  expect(placesFor("", "a")).toEqual(["node_modules/a", "node_modules/a"]);
  expect(placesFor("node_modules/lib/node_modules/json", "a")).toEqual([
    "node_modules/lib/node_modules/json/node_modules/a",
    "node_modules/lib/node_modules/a",
    "node_modules/a",
  ]);
});

it.each(["", "bench/plan/cdk/"])("matches package.json in ./%s", (folder) => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, folder, file), "utf8"));
  const manifest = read("package.json") as Entry;
  const locked = (read("package-lock.json").packages as Record<string, Entry>)[""];
  expect(locked?.dependencies).toEqual(manifest.dependencies);
  expect(locked?.devDependencies).toEqual(manifest.devDependencies);
});
