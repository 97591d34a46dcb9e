import { describe, expect, test } from "vitest";
import { ContainerService } from "../../../../components/gcp/cloud-run/service.ts";
import type { App, Service } from "../../../../src/config/model.ts";
import { cores, gibibytes, hours } from "../../../../src/config/units.ts";
import { makeApp, makeService, makeWeb } from "../../../helpers/app.ts";
import { JOB, POOL, runAnswers, runArgs, runService } from "../../../helpers/gcp-run.ts";
import { runProgram } from "../../../helpers/program.ts";

const NAME = "shop-dev-api-us-central1";
const regions: Partial<App> = { regions: ["us-central1", "europe-west1"] };

describe("a worker (PM-05)", () => {
  const worker = (changes: Partial<Service> = {}) =>
    makeService({ scale: { min: 2, max: 4, on: {} }, ...changes });

  test("is a pool of as many instances as it has at least, in the region of the data", async () => {
    const { get, resources } = await runService(worker(), { app: regions });
    const { template, ...inputs } = get(NAME, POOL).inputs;
    expect(inputs).toEqual({
      name: "shop-dev-api",
      location: "us-central1",
      deletionProtection: false,
      labels: { app: "shop", environment: "dev", service: "api" },
      scaling: { manualInstanceCount: 2 },
    });
    expect(template).toMatchObject({
      serviceAccount: "shop-dev-api@acme-prod.iam.gserviceaccount.com",
      vpcAccess: { egress: "ALL_TRAFFIC" },
      containers: [{ name: "app", resources: { limits: { cpu: "1", memory: "512Mi" } } }],
    });
    expect(resources.filter(({ type }) => type === POOL)).toHaveLength(1);
  });

  test("has no ports, probes or revision's name, which pools do not know", async () => {
    const { get } = await runService(worker());
    const template = get(NAME, POOL).inputs.template;
    expect(JSON.stringify(template)).not.toMatch(/ports|Probe|revision|timeout|cpuIdle|executionEnvironment/);
  });

  test("has its metrics collected like a service", async () => {
    const metrics = { port: 9100, path: "/metrics", every: hours(1), declares: {} };
    const { get, result } = await runService(worker({ metrics }));
    expect(get(NAME, POOL).inputs.template).toMatchObject({
      containers: [{ name: "app" }, { name: "collector", dependsOns: ["app"] }],
    });
    expect(result.scrape).toHaveLength(1);
  });

  test("cannot be used by others", async () => {
    await expect(runService(worker(), {}, (service) => service.grant("web"))).rejects.toThrow(
      "The service api answers no requests.",
    );
  });
});

describe("a job (PM-07)", () => {
  const job = (changes: Partial<Service> = {}) =>
    makeService({ kind: "job", timeout: hours(1), cpu: cores(2), memory: gibibytes(1), ...changes });
  const nameOfJob = async (changes: Partial<Service> = {}, settings = {}) =>
    (await runService(job(changes), { settings })).get(NAME, JOB).inputs.name;

  test("runs once per version, and is there when that succeeded", async () => {
    const { get } = await runService(job());
    const { template, name, ...inputs } = get(NAME, JOB).inputs;
    expect(name).toMatch(/^shop-dev-api-[0-9a-f]{8}$/);
    expect(inputs).toEqual({
      location: "us-central1",
      deletionProtection: false,
      labels: { app: "shop", environment: "dev", service: "api" },
      runExecutionToken: "run",
    });
    expect(template).toMatchObject({
      taskCount: 1,
      template: {
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        timeout: "3600s",
        maxRetries: 0,
        serviceAccount: "shop-dev-api@acme-prod.iam.gserviceaccount.com",
        containers: [{ resources: { limits: { cpu: "2", memory: "1024Mi" } } }],
      },
    });
  });

  test("of another version is another job, so that its token never meets an execution of before (TPG#24451)", async () => {
    const before = await nameOfJob();
    expect(await nameOfJob()).toBe(before);
    expect(await nameOfJob({ env: { STEP: "2" } })).not.toBe(before);
    expect(await nameOfJob({}, { services: { api: { run: 2 } } })).not.toBe(before);
  });

  test("stays as it is when somebody ran it by hand and Google forgot the token", async () => {
    const { get } = await runService(job());
    expect(get(NAME, JOB).options).toMatchObject({
      ignoreChanges: ["runExecutionToken"],
      deleteBeforeReplace: false,
    });
  });

  test("has a name and a token that Google takes at the longest names", async () => {
    const app = makeApp({
      name: "a".repeat(20),
      environment: "e".repeat(20),
      services: { ["s".repeat(30)]: job() },
    });
    const { resources } = await runProgram(() => new ContainerService("job", runArgs(app, "s".repeat(30))), {
      outputs: runAnswers,
    });
    const { inputs } = resources.find(({ type }) => type === JOB) ?? {};
    expect(inputs?.name).toMatch(/^[a-z][a-z0-9-]{0,47}[a-z0-9]$/);
    expect(`${inputs?.name}${inputs?.runExecutionToken}`.length).toBeLessThan(63);
  });

  test("is tried again as often as the settings say", async () => {
    const { get } = await runService(job(), { settings: { services: { api: { retries: 2 } } } });
    expect(get(NAME, JOB).inputs.template).toMatchObject({ template: { maxRetries: 2 } });
  });

  test("gates what comes after it", async () => {
    const app = makeApp({ services: { migrate: job(), api: makeWeb({ after: ["migrate"] }) } });
    const { get } = await runProgram(
      () => {
        const migrate = new ContainerService("migrate", runArgs(app, "migrate"));
        return new ContainerService("api", runArgs(app, "api", { after: [migrate.done] }));
      },
      { outputs: runAnswers },
    );
    expect(get(NAME, "gcp:cloudrunv2/service:Service").dependencies).toContain(
      "shop-dev-migrate-us-central1",
    );
  });
});

describe("a cron entry", () => {
  const cron = makeService({
    kind: "cron",
    timeout: hours(1),
    schedule: { cron: "0 3 * * *", timeZone: "Europe/Rome" },
  });

  test("is a job that does not run by being made", async () => {
    const { get } = await runService(cron, { app: regions });
    expect(get(NAME, JOB).inputs).toMatchObject({
      name: "shop-dev-api",
      location: "us-central1",
      deletionProtection: false,
    });
    expect(get(NAME, JOB).inputs).not.toHaveProperty("runExecutionToken");
  });

  test("is started by an account that may do nothing else", async () => {
    const { get } = await runService(cron);
    expect(get("shop-dev-api--cron", "gcp:serviceaccount/account:Account").inputs.accountId).toBe(
      "shop-dev-api--cron",
    );
    expect(get(`${NAME}-scheduler`, "gcp:cloudrunv2/jobIamMember:JobIamMember").inputs).toEqual({
      name: "shop-dev-api",
      location: "us-central1",
      role: "roles/run.invoker",
      member: "serviceAccount:shop-dev-api--cron@acme-prod.iam",
    });
    const call = get("shop-dev-api", "gcp:cloudscheduler/job:Job");
    expect(call.inputs).toEqual({
      name: "shop-dev-api",
      region: "us-central1",
      schedule: "0 3 * * *",
      timeZone: "Europe/Rome",
      attemptDeadline: "60s",
      retryConfig: { retryCount: 3, minBackoffDuration: "5s", maxBackoffDuration: "60s" },
      httpTarget: {
        uri: "https://run.googleapis.com/v2/projects/acme-prod/locations/us-central1/jobs/shop-dev-api:run",
        httpMethod: "POST",
        oauthToken: { serviceAccountEmail: "shop-dev-api--cron@acme-prod.iam" },
      },
    });
    expect(call.dependencies).toContain(`${NAME}-scheduler`);
  });

  test("has an account that Google takes at the longest names", async () => {
    const app = makeApp({
      name: "a".repeat(20),
      environment: "e".repeat(20),
      services: { ["s".repeat(30)]: cron },
    });
    const { resources } = await runProgram(() => new ContainerService("cron", runArgs(app, "s".repeat(30))), {
      outputs: runAnswers,
    });
    const account = resources.find(({ type }) => type === "gcp:serviceaccount/account:Account");
    expect(account?.inputs.accountId).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  });
});
