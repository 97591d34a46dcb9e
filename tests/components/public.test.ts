/** What programs of one's own import: every class says what it makes, what it costs and how it is used, and every
 * argument and output is typed and documented.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Component, componentsOf, tables } from "../../packaging/components.ts";

const root = resolve(import.meta.dirname, "../..");
const TARGETS = ["gcp", "docker"] as const;

let components: Readonly<Record<string, readonly Component[]>> = {};
beforeAll(() => {
  components = componentsOf(...TARGETS);
}, 120_000);

describe.each(TARGETS)("the components of %s", (target) => {
  const all = () => components[target] ?? [];

  it("are all the classes of the target", () => {
    expect(all().map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "Auth",
        "Bucket",
        "Documents",
        "Edge",
        "Network",
        "Postgres",
        "Redis",
        "Vectors",
      ]),
    );
  });

  it("say what they make, what that costs, and how they are used", () => {
    const silent = all().filter(({ makes, costs, example }) => !makes || !costs || !example);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it("document every argument and every output, and none is any", () => {
    const found = all().flatMap(({ name, arguments: args, outputs }) =>
      [...args, ...outputs]
        .filter(({ documentation, type }) => !documentation || /\bany\b/.test(type))
        .map((one) => `${name}.${one.name}: ${one.type}`),
    );
    expect(found).toEqual([]);
  });
});

it("stand in the README as their classes say", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme.includes(tables(components)), "run node packaging/components.ts").toBe(true);
});

describe("every example in a docstring compiles", () => {
  const folder = mkdtempSync(join(root, "tests/.examples-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("against the classes as they are", () => {
    for (const target of TARGETS) writeFileSync(join(folder, `${target}.ts`), program(target));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.json", include: ["./*.ts"] }),
    );
    const compiler = join(root, "node_modules/typescript-7/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    expect(stdout).toBe("");
  }, 120_000);

  function program(target: (typeof TARGETS)[number]): string {
    const examples = (components[target] ?? []).map(({ name, entry, example = "" }) => {
      const used = example.includes("new ContainerService(") ? "ContainerService" : name;
      const file = `../../components/${entry.slice("atelier/".length)}.ts`;
      return `{ const { ${used} } = await import("${file}");\n${example};\n}`;
    });
    return [PRELUDE[target], ...examples].join("\n");
  }
});

/** The names that examples take for granted. */
const SERVICES = `{ api: { kind: "web", image: "acme/api:1", port: 8080 }, site: { kind: "static", build: "./site" } }`;
const DATA = `{ db: { kind: "postgres" }, cache: { kind: "redis" }, items: { kind: "documents" }, catalog: { kind: "documents" }, media: { kind: "bucket" }, index: { kind: "vectors", dimensions: 512 }, users: { kind: "auth" } }`;
const SHARED = `
  import type { Input, Resource } from "@pulumi/pulumi";
  import type { MonitoringArgs } from "../../components/contracts/monitoring.ts";
  declare const seed: string;
  declare const targets: MonitoringArgs["targets"], dashboards: MonitoringArgs["dashboards"], rules: MonitoringArgs["rules"];
`;
const PRELUDE: Readonly<Record<(typeof TARGETS)[number], string>> = {
  gcp: `${SHARED}
  import * as gcp from "../../components/gcp/index.ts";
  import { runtime } from "@pulumi/pulumi";
  const settings = { project: "acme-prod", region: "us-central1" };
  const shop = gcp.cloudRunDeployment({ name: "shop", settings, services: ${SERVICES}, data: ${DATA} });
  const machines = gcp.computeDeployment({ name: "shop", settings, services: ${SERVICES} });
  const { deployment } = shop;
  const { app } = deployment;
  declare const secrets: gcp.Secrets, network: gcp.Network, identity: gcp.Identity, registry: gcp.Registry;
  declare const images: gcp.Images, zone: gcp.PrivateZone, monitoring: gcp.Monitoring;
  declare const routes: gcp.GcpEdgeArgs["routes"];
  export const used: readonly (Input<Resource> | unknown)[] = [runtime, seed, app, machines, monitoring];`,
  docker: `${SHARED}
  import * as docker from "../../components/docker/index.ts";
  const shop = await docker.deployment({ name: "shop", services: ${SERVICES}, data: ${DATA} });
  const { deployment } = shop;
  const { app, host } = deployment;
  const identity = { service: "api", principal: "api" };
  declare const secrets: docker.Secrets, network: docker.Network;
  declare const routes: docker.DockerEdgeArgs["routes"];
  declare const published: ConstructorParameters<typeof docker.Ports>[1]["published"];
  export const used: readonly (Input<Resource> | unknown)[] = [host];`,
};
