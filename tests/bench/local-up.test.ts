/** The compose file that bench/local-up makes from a deployment's Pulumi state. */
import { expect, test } from "vitest";
import { composeFile } from "../../bench/local-up/compose-file.ts";
import { lentFolders } from "../../bench/local-up/lent.ts";
import { GOAL, median, report } from "../../bench/local-up/report.ts";
import { readState } from "../../bench/local-up/state.ts";

const urn = (name: string) => `urn:pulumi:test::atelier::docker:index/container:Container::${name}`;
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

const container = (inputs: Record<string, unknown> & { name: string }, dependencies: string[] = []) => ({
  type: "docker:index/container:Container",
  urn: urn(inputs.name),
  id: `id-of-${inputs.name}`,
  inputs: { __defaults: ["removeVolumes"], removeVolumes: true, image: "sha256:1", ...inputs },
  dependencies,
});

const NETWORK = {
  type: "docker:index/network:Network",
  urn: "urn:network",
  id: "id-of-network",
  inputs: {
    name: "shop-dev-db",
    driver: "bridge",
    internal: true,
    ipamConfigs: [{ __defaults: [], subnet: "10.1.2.0/27" }],
    options: { "com.docker.network.bridge.enable_icc": "false" },
    labels: [{ label: "atelier.stack", value: "shop-dev" }],
  },
};

const VOLUME = {
  type: "docker:index/volume:Volume",
  urn: "urn:volume",
  id: "shop-dev-data",
  inputs: { name: "shop-dev-data", driver: "local", labels: [{ label: "atelier.name", value: "data" }] },
};

const FILES = container({
  name: "shop-dev-api-files",
  start: false,
  uploads: secret([{ file: "/run/secrets/token", content: "abc" }]),
  volumes: [{ containerPath: "/run/secrets" }, { containerPath: "/atelier/bin" }],
});

const PROBE = { tests: ["CMD", "true"], interval: "1s", timeout: "2s", retries: 3, startPeriod: "1m0s" };

const stateOf = (...resources: object[]) =>
  readState(JSON.stringify({ deployment: { resources: [{ type: "pulumi:pulumi:Stack" }, ...resources] } }));

function translated(...resources: object[]) {
  const state = stateOf(...resources);
  return composeFile(state, lentFolders(state, "/work-folder"));
}

test("a container with everything says the same in compose's words", () => {
  const api = container(
    {
      name: "shop-dev-api",
      image: "sha256:77",
      entrypoints: ["/bin/sh", "-c"],
      command: ["echo $HOME"],
      envs: secret(["PASSWORD=a$b", "PORT=80"]),
      user: "10001",
      readOnly: true,
      init: true,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      tmpfs: { "/tmp": "rw,size=64m" },
      cpus: "0.5",
      cpuShares: 256,
      memory: 128,
      memorySwap: 128,
      memoryReservation: 64,
      restart: "unless-stopped",
      stopSignal: "SIGUSR1",
      stopTimeout: 20,
      destroyGraceSeconds: 20,
      healthcheck: { ...PROBE, startInterval: "0s" },
      wait: true,
      waitTimeout: 85,
      mustRun: true,
      labels: [{ label: "atelier.name", value: "api" }],
      networkMode: "bridge",
      networksAdvanced: [{ name: "id-of-network", aliases: ["api"] }],
      ports: [{ internal: 8080, external: 28080, ip: "127.0.0.1", protocol: "tcp" }],
      dns: ["127.0.0.1"],
      volumes: [
        { fromContainer: "shop-dev-api-files" },
        { volumeName: "shop-dev-data", containerPath: "/data", readOnly: true },
        { hostPath: "/etc/hosts", containerPath: "/hosts" },
      ],
      logDriver: "json-file",
      logOpts: { "max-size": "10m" },
    },
    [urn("shop-dev-api-files"), "urn:network"],
  );

  expect(translated(NETWORK, VOLUME, FILES, api)).toEqual({
    services: {
      "shop-dev-api": {
        container_name: "shop-dev-api",
        image: "sha256:77",
        pull_policy: "never",
        entrypoint: ["/bin/sh", "-c"],
        command: ["echo $$HOME"],
        environment: ["PASSWORD=a$$b", "PORT=80"],
        user: "10001",
        read_only: true,
        init: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        tmpfs: ["/tmp:rw,size=64m"],
        cpus: 0.5,
        cpu_shares: 256,
        mem_limit: "128m",
        memswap_limit: "128m",
        mem_reservation: "64m",
        restart: "unless-stopped",
        stop_signal: "SIGUSR1",
        stop_grace_period: "20s",
        healthcheck: {
          test: ["CMD", "true"],
          interval: "1s",
          timeout: "2s",
          retries: 3,
          start_period: "1m0s",
        },
        labels: { "atelier.name": "api" },
        networks: { "shop-dev-db": { aliases: ["api"] } },
        ports: [{ target: 8080, published: "28080", host_ip: "127.0.0.1", protocol: "tcp" }],
        dns: ["127.0.0.1"],
        volumes: [
          {
            type: "bind",
            source: "/work-folder/shop-dev-api-files/run/secrets",
            target: "/run/secrets",
            read_only: true,
          },
          {
            type: "bind",
            source: "/work-folder/shop-dev-api-files/atelier/bin",
            target: "/atelier/bin",
            read_only: true,
          },
          { type: "volume", source: "shop-dev-data", target: "/data", read_only: true },
          { type: "bind", source: "/etc/hosts", target: "/hosts", read_only: false },
        ],
        logging: { driver: "json-file", options: { "max-size": "10m" } },
      },
    },
    networks: {
      "shop-dev-db": {
        name: "shop-dev-db",
        driver: "bridge",
        internal: true,
        ipam: { config: [{ subnet: "10.1.2.0/27" }] },
        driver_opts: { "com.docker.network.bridge.enable_icc": "false" },
        labels: { "atelier.stack": "shop-dev" },
      },
    },
    volumes: { "shop-dev-data": { name: "shop-dev-data", labels: { "atelier.name": "data" } } },
  });
});

test("who depends on a container waits for what Pulumi waits for", () => {
  const job = container({ name: "job", attach: true, mustRun: false });
  const healthy = container({ name: "healthy", healthcheck: PROBE });
  const plain = container({ name: "plain" });
  const api = container({ name: "api" }, [urn("job"), urn("healthy"), urn("plain"), urn("cron")]);
  const cron = container({ name: "cron", start: false, mustRun: false });

  const { services } = translated(job, healthy, plain, cron, api);

  expect(services.api?.depends_on).toEqual({
    job: { condition: "service_completed_successfully" },
    healthy: { condition: "service_healthy" },
    plain: { condition: "service_started" },
  });
});

test("what Pulumi creates without starting it is left out", () => {
  const cron = container({ name: "cron", start: false });
  expect(translated(FILES, cron, container({ name: "api" })).services).toEqual({
    api: { container_name: "api", image: "sha256:1", pull_policy: "never" },
  });
});

test("a container without a network has none", () => {
  const setup = container({ name: "setup", networkMode: "none" });
  expect(translated(setup).services.setup?.network_mode).toBe("none");
});

test("files are lent only by companions of containers that run", () => {
  const api = container({ name: "api", volumes: [{ fromContainer: "shop-dev-api-files" }] });
  const unused = container({ name: "cron-files", start: false, volumes: [{ containerPath: "/run/config" }] });
  expect(
    lentFolders(stateOf(FILES, api, unused), "/root").map(({ companion, path }) => [companion, path]),
  ).toEqual([
    ["shop-dev-api-files", "/run/secrets"],
    ["shop-dev-api-files", "/atelier/bin"],
  ]);
});

test("an input that compose has no word for is refused: it would not be the same container", () => {
  expect(() => translated(container({ name: "api", privileged: true }))).toThrow(
    "api: the input privileged has no translation for compose.",
  );
  expect(() => translated(container({ name: "api", uploads: [{ file: "/a", content: "b" }] }))).toThrow(
    "Compose can't copy files into a container; a companion must lend them.",
  );
});

test("the report compares medians with the goal", () => {
  const pair = (ours: number, theirs: number) => ({
    pulumi: { seconds: ours, load: 1 },
    compose: { seconds: theirs, load: 2 },
  });
  expect(median([3, 1, 2])).toBe(2);
  expect(median([1, 2, 3, 10])).toBe(2.5);
  const text = report([pair(30, 20), pair(24, 20), pair(26, 21)], "v2.35.1");
  expect(text).toContain("| 1 | 30.0 s | 20.0 s | 1.50 × | 1.0, 2.0 |");
  expect(text).toContain("| median | 26.0 s | 20.0 s | 1.30 × |  |");
  expect(text).toContain("| min–max | 24.0–30.0 s | 20.0–21.0 s |  |  |");
  expect(text).toContain(`The goal of at most ${GOAL} × is met.`);
  expect(report([pair(30, 20)], "v2.35.1")).toContain(`The goal of at most ${GOAL} × is not met.`);
});
