import { expect, test } from "vitest";
import type { DockerGrant } from "../../../components/docker/handles.ts";
import { ContainerService } from "../../../components/docker/service.ts";
import type { App, Service } from "../../../src/config/model.ts";
import { cores, gibibytes, seconds } from "../../../src/config/units.ts";
import { makeApp, makePostgres, makeService, makeWeb } from "../../helpers/app.ts";
import { makeParts } from "../../helpers/deployment.ts";
import { hidden, leaks, rejectionOf, runProgram } from "../../helpers/program.ts";

const CONTAINER = "docker:index/container:Container";

/** A service called `api` alone in an app, with a grant for `db` when it uses that. */
function run(spec: Service, app: Partial<App> = {}, exitCode = 0) {
  const outputs = () => ({ exitCode, containerLogs: "first\nlogin with pa55word failed\n" });
  return runProgram(
    () => {
      const whole = makeApp({ services: { api: spec }, data: { db: makePostgres() }, ...app });
      const { deployment, network, secrets } = makeParts(whole);
      const grant: DockerGrant = {
        env: { DB_HOST: "db" },
        secrets: { DB_PASSWORD: secrets.store("db/api", "pa55word") },
        mounts: [{ source: "shop-dev-index", path: "/vectors/index", readOnly: true }],
        ready: [],
      };
      const service = new ContainerService("api", {
        app: whole,
        deployment,
        name: "api",
        spec,
        identity: { service: "api", principal: "api" },
        consumers: {},
        network,
        grants: spec.uses.db ? { db: grant } : {},
        secrets: Object.fromEntries(
          spec.secrets.map((name) => [name, secrets.store(name, `value of ${name}`)]),
        ),
        after: [],
      });
      return { service, failure: rejectionOf(service.done) };
    },
    { outputs },
  );
}

test("instances share an alias, and come with limits, probe and grace", async () => {
  const spec = makeWeb({
    scale: { min: 2, max: 4, on: {} },
    cpu: cores(2),
    memory: gibibytes(1),
    stopGrace: seconds(30),
  });
  const { named, result } = await run(spec);
  const instances = named(/^shop-dev-api-[12]-[0-9a-f]{6}$/);
  expect(instances.map(({ name }) => name.slice(0, 14))).toEqual(["shop-dev-api-1", "shop-dev-api-2"]);
  for (const instance of instances) {
    expect(instance.inputs).toMatchObject({
      image: "sha256:service",
      user: "10001:10001",
      cpus: "2.0",
      memory: 1024,
      stopTimeout: 30,
      destroyGraceSeconds: 30,
      networksAdvanced: [{ name: "shop-dev-api-id", aliases: ["api"] }],
      healthcheck: {
        tests: [
          "CMD",
          "/atelier/bin/busybox",
          "timeout",
          "10",
          "/atelier/bin/busybox",
          "wget",
          "-q",
          "-O",
          "/dev/null",
          "http://127.0.0.1:8080/health/live",
        ],
        interval: "5s",
        timeout: "2s",
        retries: 3,
        startPeriod: "1m0s",
      },
      envs: ["ATELIER_ENVIRONMENT=dev", "METRICS_PORT=9092", "PORT=8080"],
    });
  }
  expect(result.service.scrape).toEqual([
    { job: "api", host: "api", port: 9092, path: "/metrics", every: 15000, labels: { kind: "web" } },
  ]);
  expect(result.service.metrics).toMatchObject({ alias: "api", port: 9092 });
  expect(result.service.backend).toMatchObject({
    alias: "api",
    port: 8080,
    health: { path: "/health/ready" },
  });
});

test("more instances leave the others as they are", async () => {
  const two = await run(makeWeb({ scale: { min: 2, max: 4, on: {} } }));
  const three = await run(makeWeb({ scale: { min: 3, max: 4, on: {} } }));
  const containers = (program: typeof two) => program.resources.filter(({ type }) => type === CONTAINER);
  expect(containers(three)).toEqual(expect.arrayContaining(containers(two)));
  expect(containers(three)).toHaveLength(6);
});

test("secrets arrive as files that a variable names; a rename renames both", async () => {
  const spec = makeService({
    uses: { db: "write" },
    envNames: { DB_PASSWORD: "PGPASSWORD", DB_HOST: "PGHOST" },
    secrets: ["JWT_SECRET"],
    env: { LOG_LEVEL: "info" },
  });
  const { get, resources } = await run(spec);
  const container = get(/^shop-dev-api-1-[0-9a-f]{6}$/);
  expect(container.inputs.envs).toEqual([
    "ATELIER_ENVIRONMENT=dev",
    "JWT_SECRET_FILE=/run/secrets/JWT_SECRET",
    "LOG_LEVEL=info",
    "PGHOST=db",
    "PGPASSWORD_FILE=/run/secrets/PGPASSWORD",
  ]);
  expect(get(`${container.name}-files`).inputs.uploads).toEqual([
    { file: "/run/secrets/PGPASSWORD", content: hidden("pa55word"), permissions: "0444" },
    { file: "/run/secrets/JWT_SECRET", content: hidden("value of JWT_SECRET"), permissions: "0444" },
  ]);
  expect(container.inputs.volumes).toContainEqual({
    volumeName: "shop-dev-index",
    containerPath: "/vectors/index",
    readOnly: true,
  });
  expect(leaks(resources, ["pa55word", "value of"])).toEqual([]);
});

test("secrets are variables where the service asks for it, and still marked", async () => {
  const { get, resources } = await run(makeService({ secrets: ["JWT_SECRET"], secretsAs: "environment" }));
  expect(get(/^shop-dev-api-1-[0-9a-f]{6}$/).inputs.envs).toEqual([
    "ATELIER_ENVIRONMENT=dev",
    hidden("JWT_SECRET=value of JWT_SECRET"),
  ]);
  expect(leaks(resources, ["value of"])).toEqual([]);
});

test("memory and cpu change in place; a variable makes a new generation", async () => {
  const name = async (changes: Partial<Service>) =>
    (await run(makeService(changes))).get(/^shop-dev-api-1-[0-9a-f]{6}$/).name;
  const before = await name({});
  expect(await name({ memory: gibibytes(2), cpu: cores(2) })).toBe(before);
  expect(await name({ env: { A: "1" } })).not.toBe(before);
});

test("a cron entry is made with its schedule and not started", async () => {
  const { get } = await run(
    makeService({ kind: "cron", schedule: { cron: "0 3 * * *", timeZone: "Europe/Rome" } }),
  );
  const { inputs } = get(/^shop-dev-api-[0-9a-f]{6}$/);
  expect(inputs).toMatchObject({ start: false, mustRun: false, restart: "no" });
  expect(inputs.labels).toEqual(
    expect.arrayContaining([
      { label: "atelier.cron", value: "0 3 * * *" },
      { label: "atelier.run", value: "on-schedule" },
      { label: "atelier.timezone", value: "Europe/Rome" },
    ]),
  );
});

test("a job that failed says so with its last lines, without the secrets in them", async () => {
  const { result } = await run(makeService({ kind: "job", uses: { db: "write" } }), {}, 3);
  expect((await result.failure)?.message).toBe(
    "services.api: the job ended with exit code 3; what waits for it was not changed. Its last lines:\nfirst\nlogin with [secret] failed",
  );
});

test("what may be mounted for development is mounted there only", async () => {
  const develop = { mount: { "/srv/shop/api": "/app" }, command: ["uvicorn", "--reload"] };
  const volumes = async (development: boolean) =>
    (await run(makeService({ develop }), { development })).get(/^shop-dev-api-1-[0-9a-f]{6}$/).inputs;
  expect(await volumes(true)).toMatchObject({
    command: ["uvicorn", "--reload"],
    volumes: [{}, { hostPath: "/srv/shop/api", containerPath: "/app", readOnly: false }],
  });
  expect((await volumes(false)).volumes).toHaveLength(1);
});
