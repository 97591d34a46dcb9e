/** What the repository offers to import is there, and becomes what was compiled when the package is made. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Manifest, published } from "../packaging/manifest.ts";

const root = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

describe("the repository's package.json", () => {
  it("names entries that exist", () => {
    const missing = Object.values(manifest.exports).filter(
      (path) => !path.includes("*") && !existsSync(join(root, path)),
    );
    expect(missing).toEqual([]);
  });

  it("has one entry per component, and one for all", () => {
    expect(manifest.exports).toMatchObject({
      "./docker": "./components/docker/index.ts",
      "./docker/*": "./components/docker/*.ts",
      "./gcp": "./components/gcp/index.ts",
      "./gcp/*": "./components/gcp/*.ts",
    });
    for (const target of ["docker", "gcp"]) {
      const files = readdirSync(join(root, "components", target));
      expect(files).toEqual(
        expect.arrayContaining(["postgres.ts", "redis.ts", "bucket.ts", "network.ts", "parts.ts"]),
      );
    }
  });
});

describe("the package's own", () => {
  const own = published(manifest);

  it("leads every entry to what was compiled, and to its declarations", () => {
    expect(own.exports).toEqual({
      ".": { types: "./dist/src/index.d.ts", default: "./dist/src/index.js" },
      "./contracts": {
        types: "./dist/components/contracts/index.d.ts",
        default: "./dist/components/contracts/index.js",
      },
      "./docker": {
        types: "./dist/components/docker/index.d.ts",
        default: "./dist/components/docker/index.js",
      },
      "./docker/*": { types: "./dist/components/docker/*.d.ts", default: "./dist/components/docker/*.js" },
      "./gcp": { types: "./dist/components/gcp/index.d.ts", default: "./dist/components/gcp/index.js" },
      "./gcp/*": { types: "./dist/components/gcp/*.d.ts", default: "./dist/components/gcp/*.js" },
      "./monitoring": {
        types: "./dist/components/monitoring/definitions.d.ts",
        default: "./dist/components/monitoring/definitions.js",
      },
      "./schema/app.schema.json": "./schema/app.schema.json",
      "./package.json": "./package.json",
    });
    expect(own.typesVersions).toMatchObject({
      "*": { "gcp/*": ["dist/components/gcp/*.d.ts"], gcp: ["dist/components/gcp/index.d.ts"] },
    });
    expect(own.bin).toEqual({ atelier: "dist/bootstrap/atelier.mjs" });
  });

  it("shares the Pulumi SDK with whoever installs it, and pins everything else", () => {
    const { dependencies } = own as { dependencies: Record<string, string> };
    for (const [name, version] of Object.entries(dependencies)) {
      expect(version, name).toMatch(name.startsWith("@pulumi/") ? /^\^\d/ : /^\d/);
    }
  });

  it("says nothing of how the repository is worked on", () => {
    expect(Object.keys(own)).not.toEqual(expect.arrayContaining(["devDependencies"]));
    expect(Object.keys(own)).not.toEqual(expect.arrayContaining(["scripts"]));
    expect(own.files).toEqual(["dist", "schema"]);
  });
});
