import { ComponentResource, output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import {
  type ContainerSpec,
  createContainer,
  duration,
  generationOf,
} from "../../../components/docker/container.ts";
import { cores, gibibytes, mebibytes, minutes, seconds } from "../../../src/config/units.ts";
import { makeApp } from "../../helpers/app.ts";
import { makeDeployment } from "../../helpers/deployment.ts";
import { hidden, leaks, runProgram } from "../../helpers/program.ts";

const CONTAINER = "docker:index/container:Container";

const SPEC: ContainerSpec = {
  part: "service",
  name: "api-1",
  of: "api",
  image: { reference: "shop/api:abc", id: output("sha256:api"), hasUser: false },
  state: "stateless",
  run: "always",
  env: { B: "2", A: "1" },
  secretEnv: { KEY: "s3cret" },
  files: { config: { "app.conf": "x = 1" }, secrets: { PASSWORD: "hunter2" } },
  networks: [{ name: "api", id: output("net-api"), aliases: ["api"] }],
  limits: {
    cpu: cores(1),
    memory: gibibytes(1),
    reserve: { cpu: cores(0.5), memory: mebibytes(256) },
  },
};

const HEALTH = {
  test: ["CMD", "true"],
  every: seconds(5),
  timeout: seconds(2),
  failAfter: 3,
  startup: seconds(90),
};

/** A container of SPEC with changes, and its files. */
async function create(changes: Partial<ContainerSpec> = {}) {
  const program = await runProgram(() => {
    const parent = new ComponentResource("test:Parent", "parent");
    createContainer(parent, makeDeployment(makeApp()), { ...SPEC, ...changes });
  });
  const containers = program.resources.filter(({ type }) => type === CONTAINER);
  const files = containers.find(({ name }) => name.endsWith("-files"));
  const container = containers.find(({ name }) => !name.endsWith("-files"));
  if (!files || !container || containers.length !== 2)
    throw new Error("A container and its files were expected.");
  return { ...program, files, container };
}

describe("a container", () => {
  test("is hardened, limited, labelled and borrows its files", async () => {
    const { container, files } = await create();
    const name = `shop-dev-api-1-${generationOf(SPEC, { app: makeApp() })}`;
    expect(container).toMatchObject({
      type: CONTAINER,
      name,
      parent: "parent",
      dependencies: [`${name}-files`],
    });
    expect(container.inputs).toEqual({
      name,
      image: "sha256:api",
      envs: ["A=1", "B=2", hidden("KEY=s3cret")],
      readOnly: true,
      init: true,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      tmpfs: { "/tmp": "rw,nosuid,nodev,mode=1777,size=64m" },
      cpus: "1.0",
      cpuShares: 512,
      memory: 1024,
      memorySwap: 1024,
      memoryReservation: 256,
      restart: "unless-stopped",
      stopTimeout: 10,
      destroyGraceSeconds: 10,
      labels: [
        { label: "atelier.images", value: "debian" },
        { label: "atelier.name", value: "api" },
        { label: "atelier.part", value: "service" },
        { label: "atelier.run", value: "always" },
        { label: "atelier.stack", value: "shop-dev" },
      ],
      networkMode: "bridge",
      networksAdvanced: [{ name: "net-api", aliases: ["api"] }],
      dns: ["127.0.0.1"],
      volumes: [{ fromContainer: files.name }],
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
    });
    expect(container.options).toEqual({
      protect: false,
      retainOnDelete: false,
      deleteBeforeReplace: true,
      ignoreChanges: [],
      additionalSecretOutputs: ["containerLogs"],
    });
  });

  test("is called the same in every checkout of the app", () => {
    const named = (directory: string, folder: string) =>
      generationOf(
        { ...SPEC, volumes: [{ source: `${directory}/${folder}`, path: "/app", readOnly: false }] },
        { app: makeApp({ directory }) },
      );
    expect(named("/srv/shop", "api")).toBe(named("/tmp/earlier/shop", "api"));
    expect(named("/srv/shop", "api")).not.toBe(named("/srv/shop", "web"));
  });

  test("marks every secret value", async () => {
    const { resources } = await create();
    expect(leaks(resources, ["s3cret", "hunter2"])).toEqual([]);
    expect(leaks(resources, ["x = 1"])).toHaveLength(1);
  });

  test("waits as long as its probe may take, and says the probe in Docker's words", async () => {
    const { container } = await create({ health: HEALTH });
    expect(container.inputs).toMatchObject({
      healthcheck: {
        tests: ["CMD", "true"],
        interval: "5s",
        timeout: "2s",
        retries: 3,
        startPeriod: "1m30s",
      },
      wait: true,
      waitTimeout: 90 + 3 * (5 + 2) + 10,
    });
  });

  test("that runs once is attached, and neither restarted nor waited for as healthy", async () => {
    const { container } = await create({ run: "once", health: HEALTH });
    expect(container.inputs).toMatchObject({ mustRun: false, attach: true, logs: true, restart: "no" });
    expect(container.inputs).not.toHaveProperty("wait");
  });

  test("that runs on a schedule is made and not started", async () => {
    const { container } = await create({ run: "on-schedule" });
    expect(container.inputs).toMatchObject({ mustRun: false, start: false, restart: "no" });
    expect(container.inputs).not.toHaveProperty("attach");
  });

  test("without a network has none, and asks no name server", async () => {
    const { container } = await create({ networks: [] });
    expect(container.inputs).toMatchObject({ networkMode: "none" });
    expect(container.inputs).not.toHaveProperty("networksAdvanced");
    expect(container.inputs).not.toHaveProperty("dns");
  });

  test("mounts host folders and volumes as what they are", async () => {
    const { container } = await create({
      volumes: [
        { source: "shop-dev-db", path: "/data", readOnly: false },
        { source: "/srv/shop/src", path: "/app", readOnly: true },
      ],
    });
    expect(container.inputs.volumes).toEqual([
      { fromContainer: `${container.name}-files` },
      { volumeName: "shop-dev-db", containerPath: "/data", readOnly: false },
      { hostPath: "/srv/shop/src", containerPath: "/app", readOnly: true },
    ]);
  });
});

describe("the generation", () => {
  const generation = async (changes: Partial<ContainerSpec>) => (await create(changes)).container.name;

  test("is in the name of what is stateless, and not of what is stateful", async () => {
    expect(await generation({})).toMatch(/^shop-dev-api-1-[0-9a-f]{6}$/);
    expect(await generation({ state: "stateful" })).toBe("shop-dev-api-1");
  });

  test.each<[string, Partial<ContainerSpec>]>([
    ["limits", { limits: { cpu: cores(2), memory: gibibytes(2) } }],
    ["what it waits for", { dependsOn: [] }],
    ["the order of variables", { env: { A: "1", B: "2" } }],
    ["the id of the network", { networks: [{ name: "api", id: output("other"), aliases: ["api"] }] }],
  ])("stays when %s changes", async (_, changes) => {
    expect(await generation(changes)).toBe(await generation({}));
  });

  test.each<[string, Partial<ContainerSpec>]>([
    ["a variable", { env: { A: "1", B: "3" } }],
    ["a secret variable", { secretEnv: { KEY: "other" } }],
    ["a configuration file", { files: { config: { "app.conf": "x = 2" } } }],
    ["a secret file", { files: { config: { "app.conf": "x = 1" }, secrets: { PASSWORD: "hunter3" } } }],
    ["the image", { image: { reference: "shop/api:def", id: output("sha256:api"), hasUser: false } }],
    ["the command", { command: ["serve"] }],
    ["the probe", { health: HEALTH }],
    ["a label", { labels: { "atelier.cron": "0 3 * * *" } }],
    ["a network", { networks: [] }],
    ["a mount", { volumes: [{ source: "v", path: "/v", readOnly: true }] }],
    ["the user", { user: "1:1" }],
  ])("is another one when %s changes", async (_, changes) => {
    expect(await generation(changes)).not.toBe(await generation({}));
  });
});

test.each([
  [seconds(5), "5s"],
  [seconds(90), "1m30s"],
  [minutes(60), "1h0m0s"],
  [minutes(1), "1m0s"],
])("a duration of %d ms is %s to Docker", (time, text) => {
  expect(duration(time)).toBe(text);
});
