import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { rolloutMinutes } from "../../../../components/gcp/compute/group.ts";
import type { GcpGrant } from "../../../../components/gcp/handles.ts";
import type { Service } from "../../../../src/config/model.ts";
import { cores, gibibytes, mebibytes, minutes, percent, seconds } from "../../../../src/config/units.ts";
import { makeService, makeWeb } from "../../../helpers/app.ts";
import { type Json, leaks, type Program } from "../../../helpers/program.ts";
import { type Given, IMAGE, readUserData, runService, secretAt, TYPES } from "./fixture.ts";

const template = (program: Program<unknown>, name: string | RegExp = "shop-dev-api-us-central1") =>
  program.get(name, TYPES.template);
const group = (program: Program<unknown>, name: string | RegExp = "shop-dev-api-us-central1") =>
  program.get(name, TYPES.group);

function userDataOf(program: Program<unknown>) {
  const { metadata } = template(program).inputs as { metadata: Record<string, string> };
  return readUserData(metadata["user-data"] ?? "");
}

const ROLLING = { strategy: "rolling", rollback: "automatic" } as const;

const inputsOf = async (spec: Service, given: Given = {}) => group(await runService(spec, given)).inputs;

describe("the template", () => {
  test("is a shielded machine without a public address, as the service's own identity", async () => {
    const program = await runService(makeWeb());
    const { metadata, ...inputs } = template(program).inputs as Record<string, Json>;
    expect(inputs).toEqual({
      namePrefix: "shop-dev-api-",
      region: "us-central1",
      machineType: "e2-small",
      disks: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: "projects/cos-cloud/global/images/family/cos-stable",
          diskType: "pd-balanced",
          diskSizeGb: 30,
          labels: { app: "shop", environment: "dev" },
        },
      ],
      networkInterfaces: [{ subnetwork: "projects/acme-prod/regions/us-central1/subnetworks/shop-dev" }],
      canIpForward: false,
      serviceAccount: {
        email: "shop-dev-api@acme-prod.iam.gserviceaccount.com",
        scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      },
      shieldedInstanceConfig: {
        enableSecureBoot: true,
        enableVtpm: true,
        enableIntegrityMonitoring: true,
      },
      scheduling: { automaticRestart: true, onHostMaintenance: "MIGRATE" },
      tags: ["shop-dev-api"],
      labels: { app: "shop", environment: "dev", service: "api" },
    });
    const { "user-data": userData, ...rest } = metadata as Record<string, string>;
    expect(rest).toEqual({
      "enable-oslogin": "TRUE",
      "block-project-ssh-keys": "TRUE",
      "serial-port-enable": "FALSE",
      "google-logging-enabled": "true",
      "google-monitoring-enabled": "true",
      "cos-update-strategy": "update_disabled",
    });
    expect(userData?.startsWith("#cloud-config\n")).toBe(true);
  });

  test("CG-04: takes the machine that the stack config names", async () => {
    const program = await runService(makeWeb(), {
      settings: { services: { api: { machineType: "n1-standard-4", disk: 50 } } },
    });
    expect(template(program).inputs).toMatchObject({
      machineType: "n1-standard-4",
      disks: [{ diskSizeGb: 50 }],
    });
  });

  test("has its gpu attached, cannot move, and installs the driver first", async () => {
    const program = await runService(
      makeWeb({ cpu: cores(4), memory: gibibytes(8), gpu: { kind: "nvidia-tesla-t4", count: 1 } }),
      { settings: { services: { api: { zones: ["us-central1-a", "us-central1-b"] } } } },
    );
    expect(template(program).inputs).toMatchObject({
      machineType: "n1-standard-4",
      guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
      scheduling: { onHostMaintenance: "TERMINATE" },
    });
    const { files } = userDataOf(program);
    const unit = files["/etc/systemd/system/atelier-service.service"]?.content ?? "";
    expect(unit.indexOf("gpu.sh")).toBeGreaterThan(0);
    expect(unit.indexOf("gpu.sh")).toBeLessThan(unit.indexOf("pull.sh"));
  });

  test("CKV_GCP_37, CKV_GCP_38: encrypts its disk with the customer's key where that lies, after the agent may", async () => {
    const encryptionKey = "projects/acme/locations/us-central1/keyRings/main/cryptoKeys/data";
    const program = await runService(makeWeb(), {
      app: { regions: ["us-central1", "europe-west1"] },
      settings: { encryptionKey },
    });
    expect(template(program).inputs).toMatchObject({
      disks: [{ diskEncryptionKey: { kmsKeySelfLink: encryptionKey } }],
    });
    expect(JSON.stringify(template(program, "shop-dev-api-europe-west1").inputs)).not.toContain(
      encryptionKey,
    );
    expect(group(program).dependencies).toContain("shop-dev-api-disk-agent-key");
  });

  test("a new word in `patched` is a new template", async () => {
    const program = await runService(makeWeb(), { settings: { patched: "2026-11-01" } });
    expect(template(program).inputs.labels).toEqual({
      app: "shop",
      environment: "dev",
      service: "api",
      patched: "2026-11-01",
    });
  });

  test("names fit at the longest app, environment and service", async () => {
    const program = await runService(makeWeb(), {
      app: {
        name: "a".repeat(20),
        environment: "e".repeat(20),
        regions: ["northamerica-northeast1"],
        services: { web: makeWeb({ uses: { ["s".repeat(30)]: "read" } }) },
      },
      name: "s".repeat(30),
    });
    const prefix = program.resources.find(({ type }) => type === TYPES.template)?.inputs.namePrefix;
    expect(prefix).toMatch(/^[a-z][a-z0-9-]{0,35}-$/);
    const base = program.resources.find(({ type }) => type === TYPES.group)?.inputs.baseInstanceName;
    expect(base).toMatch(/^[a-z][a-z0-9-]{0,56}[a-z0-9]$/);
    const google = program.resources.filter(({ type }) => type.startsWith("gcp:"));
    // Pulumi adds a hyphen and seven digits to names that it makes.
    const long = google.filter(({ name, inputs }) => !inputs.name && name.length > 55);
    expect(long.map(({ name }) => name)).toEqual([]);
  });
});

describe("user-data", () => {
  const grant: GcpGrant = {
    env: { DB_HOST: "10.10.0.5" },
    secrets: { DB_PASSWORD: secretAt("db-api", 2) },
    mounts: [
      {
        type: "bucket",
        source: "shop-index",
        path: "/vectors/index",
        readOnly: true,
        options: ["metadata-cache-ttl-secs=60"],
      },
    ],
    ready: [],
  };
  const spec = makeWeb({
    uses: { db: "write" },
    env: { LOG_LEVEL: "info" },
    envNames: { DB_PASSWORD: "PGPASSWORD", DB_HOST: "PGHOST" },
    secrets: ["JWT_SECRET"],
    scratch: ["/cache"],
    command: ["serve", "--all"],
  });
  const run = () => runService(spec, { grants: { db: grant }, secrets: { JWT_SECRET: secretAt("jwt", 7) } });

  test("carries variables and places of secrets, under the names that the service wants", async () => {
    const { files } = userDataOf(await run());
    const start = files["/etc/atelier/run.sh"]?.content ?? "";
    for (const variable of [
      "ATELIER_ENVIRONMENT=dev",
      "LOG_LEVEL=info",
      "METRICS_PORT=9092",
      "PGHOST=10.10.0.5",
      "PGPASSWORD_FILE=/run/secrets/PGPASSWORD",
      "JWT_SECRET_FILE=/run/secrets/JWT_SECRET",
      "PORT=8080",
    ]) {
      expect(start).toContain(`--env '${variable}'`);
    }
    expect(start).toContain("--publish 8080:8080");
    expect(start).toContain("--publish 9092:9092");
    expect(start).toContain("--tmpfs '/cache:rw,nosuid,nodev,mode=1777,size=256m'");
    expect(start).toContain(`'${IMAGE}' \\\n  'serve' \\\n  '--all'`);
    expect(files["/etc/atelier/secrets.sh"]?.content).toContain(
      "fetch 'PGPASSWORD' 'projects/acme-prod/secrets/db-api/versions/2'\nfetch 'JWT_SECRET' 'projects/acme-prod/secrets/jwt/versions/7'\n",
    );
  });

  test("holds no value of a secret, and is one itself when a variable is", async () => {
    const program = await runService(spec, {
      grants: { db: { ...grant, env: { DB_HOST: secret("pa55word") } } },
      secrets: { JWT_SECRET: { ...secretAt("jwt"), value: secret("t0ps3cret") } },
    });
    expect(leaks(program.resources, ["pa55word", "t0ps3cret"])).toEqual([]);
    expect(JSON.stringify(program.resources)).not.toContain("t0ps3cret");
    const plain = await runService(spec, { grants: { db: grant } });
    expect(leaks(plain.resources, ["10.10.0.5"])).toEqual(["shop-dev-api-us-central1.metadata.user-data"]);
  });

  test("every unit tries again by itself, none requires another, and Docker is stopped after it", async () => {
    const { files, commands } = userDataOf(await run());
    const units = Object.entries(files).filter(([path]) => path.endsWith(".service"));
    expect(units.map(([path]) => path)).toEqual([
      "/etc/systemd/system/atelier-service.service",
      "/etc/systemd/system/atelier-collector.service",
      "/etc/systemd/system/atelier-mount-0.service",
    ]);
    for (const [, { content }] of units) {
      expect(content).toContain("\nAfter=network-online.target docker.service\n");
      expect(content).toContain("\nRestart=always\n");
      expect(content).toContain("\nStartLimitIntervalSec=0\n");
      expect(content).not.toMatch(/^(Requires|BindsTo)=/m);
      // Most folders of the system are mounted without the right to run programs.
      expect(content).not.toMatch(/^Exec\w+=\/etc/m);
    }
    expect(commands).toEqual([
      ["systemctl", "daemon-reload"],
      ["systemctl", "start", "--no-block", "atelier-service.service"],
      ["systemctl", "start", "--no-block", "atelier-collector.service"],
      ["systemctl", "start", "--no-block", "atelier-mount-0.service"],
    ]);
  });

  test("the service's unit prepares, starts, waits for readiness, and stops with the app's grace", async () => {
    const { files } = userDataOf(await run());
    expect(files["/etc/systemd/system/atelier-service.service"]?.content).toBe(
      `[Unit]
Description=The service
Wants=network-online.target docker.service
After=network-online.target docker.service
StartLimitIntervalSec=0

[Service]
Environment=DOCKER_CONFIG=/run/atelier/docker
ExecStartPre=/bin/sh /etc/atelier/pull.sh '${IMAGE}'
ExecStartPre=/bin/sh /etc/atelier/user.sh
ExecStartPre=/bin/sh /etc/atelier/secrets.sh
ExecStart=/bin/sh /etc/atelier/run.sh
ExecStartPost=/bin/sh /etc/atelier/gate.sh
ExecStop=/usr/bin/docker stop -t 10 service
Restart=always
RestartSec=5
TimeoutStartSec=80min
TimeoutStopSec=25
`,
    );
  });

  test("no gate where liveness and readiness are one question", async () => {
    const health = { ...(makeWeb().health as NonNullable<Service["health"]>), ready: "/health/live" };
    const { files } = userDataOf(await runService(makeWeb({ health })));
    expect(files["/etc/atelier/gate.sh"]).toBeUndefined();
    expect(files["/etc/systemd/system/atelier-service.service"]?.content).not.toContain("ExecStartPost");
  });

  test("CG-11: the collector reads the container and writes to Managed Prometheus under the service's name", async () => {
    const { files } = userDataOf(await run());
    expect(parse(files["/etc/atelier/collector.yaml"]?.content ?? "")).toEqual({
      receivers: {
        prometheus: {
          config: {
            scrape_configs: [
              {
                job_name: "api",
                metrics_path: "/metrics",
                scrape_interval: "15s",
                scrape_timeout: "10s",
                static_configs: [
                  {
                    targets: ["service:9092"],
                    labels: { app: "shop", environment: "dev", kind: "web" },
                  },
                ],
                relabel_configs: [{ target_label: "instance", replacement: "${env:INSTANCE}:9092" }],
              },
            ],
          },
        },
      },
      processors: {
        memory_limiter: { check_interval: "1s", limit_percentage: 65, spike_limit_percentage: 20 },
        resourcedetection: { detectors: ["gcp"], timeout: "10s" },
        resource: {
          attributes: [
            { key: "cluster", value: "shop-dev", action: "upsert" },
            { key: "namespace", value: "shop-dev", action: "upsert" },
          ],
        },
        batch: { send_batch_size: 200, send_batch_max_size: 200, timeout: "5s" },
      },
      exporters: { googlemanagedprometheus: {} },
      service: {
        pipelines: {
          metrics: {
            receivers: ["prometheus"],
            processors: ["memory_limiter", "resourcedetection", "resource", "batch"],
            exporters: ["googlemanagedprometheus"],
          },
        },
      },
    });
    const without = userDataOf(await runService(makeService()));
    expect(Object.keys(without.files)).not.toContain("/etc/atelier/collector.yaml");
  });
});

describe("the group", () => {
  test("T2: moves to a new version instance by instance and waits until every one is of it", async () => {
    const program = await runService(
      makeWeb({ scale: { min: 2, max: 6, on: { cpu: percent(70) } }, rollout: ROLLING }),
    );
    expect(group(program).inputs).toEqual({
      region: "us-central1",
      baseInstanceName: "shop-dev-api",
      versions: [{ name: "stable", instanceTemplate: "self:shop-dev-api-us-central1" }],
      targetSize: 2,
      updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REPLACE",
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        instanceRedistributionType: "PROACTIVE",
        maxSurgeFixed: 3,
        maxUnavailableFixed: 0,
      },
      autoHealingPolicies: { healthCheck: "self:shop-dev-api-live", initialDelaySec: 240 },
      instanceLifecyclePolicy: { defaultActionOnFailure: "REPAIR", forceUpdateOnRepair: "NO" },
      namedPorts: [
        { name: "service", port: 8080 },
        { name: "metrics", port: 9092 },
      ],
      waitForInstances: true,
      waitForInstancesStatus: "UPDATED",
    });
    expect(group(program).options.protect).toBe(false);
  });

  test("T2: the size is the autoscaler's where there is one, and the app's otherwise", async () => {
    const scaled = group(await runService(makeWeb({ scale: { min: 1, max: 3, on: {} } })));
    expect(scaled.options.ignoreChanges).toEqual(["targetSize"]);
    const fixed = await runService(makeWeb({ scale: { min: 2, max: 2, on: {} } }));
    expect(group(fixed).options.ignoreChanges).toEqual([]);
    expect(group(fixed).inputs.targetSize).toBe(2);
    expect(fixed.resources.filter(({ type }) => type === TYPES.autoscaler)).toEqual([]);
  });

  test.each([
    [["us-central1-a"], 1],
    [["us-central1-b", "us-central1-a", "us-central1-c", "us-central1-f"], 4],
  ])("T2: surges by no fewer instances than there are zones: %j", async (zones, surge) => {
    const inputs = await inputsOf(makeWeb({ rollout: ROLLING }), {
      settings: { services: { api: { zones } } },
    });
    expect(inputs).toMatchObject({
      distributionPolicyZones: [...zones].sort(),
      updatePolicy: { maxSurgeFixed: surge, maxUnavailableFixed: 0 },
    });
  });

  test("CG-10: blue-green makes the whole new version before the old one goes", async () => {
    const inputs = await inputsOf(
      makeWeb({
        scale: { min: 2, max: 8, on: {} },
        rollout: { strategy: "blue-green", rollback: "automatic" },
      }),
    );
    expect(inputs).toMatchObject({ updatePolicy: { maxSurgeFixed: 8, maxUnavailableFixed: 0 } });
  });

  test("T2: a canary stands beside the template that the stack config names", async () => {
    const stable = "projects/acme-prod/regions/us-central1/instanceTemplates/shop-dev-api-20261101";
    const spec = makeWeb({
      rollout: { strategy: "canary", share: percent(25), rollback: "manual" },
    });
    const program = await runService(spec, {
      settings: { services: { api: { stable: { "us-central1": stable } } } },
    });
    expect(group(program).inputs.versions).toEqual([
      { name: "stable", instanceTemplate: stable },
      {
        name: "canary",
        instanceTemplate: "self:shop-dev-api-us-central1",
        targetSize: { percent: 25 },
      },
    ]);
    // The stable version keeps a template that the stack has replaced; Google refuses to delete one in use.
    expect(template(program).options.retainOnDelete).toBe(true);
    const whole = await runService(spec);
    expect(group(whole).inputs.versions).toEqual([
      { name: "stable", instanceTemplate: "self:shop-dev-api-us-central1" },
    ]);
    expect(template(await runService(makeWeb())).options.retainOnDelete).toBe(false);
  });

  test("waits for what it needs: grants, jobs, network and its own permissions", async () => {
    const secret = secretAt("jwt");
    const program = await runService(makeWeb({ secrets: ["JWT_SECRET"] }), {
      secrets: { JWT_SECRET: secret },
    });
    expect(group(program).dependencies).toEqual(
      expect.arrayContaining(["reader-of-jwt-api", "shop-dev-api-logs", "shop-dev-api-figures"]),
    );
  });

  test("SA-15: one per region, one after the other, so that a bad version stops in the first", async () => {
    const program = await runService(makeWeb(), { app: { regions: ["us-central1", "europe-west1"] } });
    const second = group(program, "shop-dev-api-europe-west1");
    expect(second.inputs.region).toBe("europe-west1");
    expect(second.dependencies).toContain("shop-dev-api-us-central1");
    expect(group(program).dependencies).not.toContain("shop-dev-api-europe-west1");
    expect(program.result.backend?.groups).toMatchObject([
      { region: "us-central1" },
      { region: "europe-west1" },
    ]);
    expect(Object.keys(program.result.templates)).toEqual(["us-central1", "europe-west1"]);
  });
});

test("T2: a rollout has the time that its rounds take, not the provider's 15 minutes", () => {
  const spec = makeWeb({ rollout: ROLLING, scale: { min: 3, max: 30, on: {} }, stopGrace: seconds(30) });
  // Ten rounds of three minutes' boot, one of start, and one and a half to finish requests and leave.
  expect(rolloutMinutes(spec, 3)).toBe(10 + 55);
  expect(rolloutMinutes({ ...spec, rollout: { ...ROLLING, strategy: "blue-green" } }, 3)).toBe(10 + 6);
});

describe("health", () => {
  const check = (program: Program<unknown>, purpose: string) =>
    program.get(`shop-dev-api-${purpose}`, TYPES.check).inputs;

  test("T2: readiness routes and liveness heals, each by its own check", async () => {
    const program = await runService(makeWeb());
    const same = {
      checkIntervalSec: 5,
      timeoutSec: 2,
      healthyThreshold: 1,
      unhealthyThreshold: 3,
      logConfig: { enable: true },
    };
    expect(check(program, "ready")).toEqual({
      ...same,
      httpHealthCheck: { port: 8080, portSpecification: "USE_FIXED_PORT", requestPath: "/health/ready" },
    });
    expect(check(program, "live")).toEqual({
      ...same,
      httpHealthCheck: { port: 8080, portSpecification: "USE_FIXED_PORT", requestPath: "/health/live" },
    });
    expect(group(program).inputs.autoHealingPolicies).toMatchObject({
      healthCheck: "self:shop-dev-api-live",
    });
    expect(program.result.backend).toMatchObject({
      type: "groups",
      name: "api",
      instances: { portName: "service" },
    });
  });

  test("a port without health is asked whether it takes connections", async () => {
    const { health: _, ...spec } = makeWeb();
    const program = await runService(spec);
    expect(check(program, "ready")).toMatchObject({
      tcpHealthCheck: { port: 8080, portSpecification: "USE_FIXED_PORT" },
    });
  });

  test("a worker is asked for its metrics, or nothing", async () => {
    const metrics = { port: 9091, path: "/metrics", every: seconds(15), declares: {} };
    const measured = await runService(makeService({ metrics }));
    expect(check(measured, "live")).toMatchObject({
      httpHealthCheck: { port: 9091, requestPath: "/metrics" },
    });
    expect(measured.result.backend).toBeUndefined();
    const silent = await runService(makeService());
    expect(silent.named(/-(live|ready)$/)).toEqual([]);
    expect(group(silent).inputs.autoHealingPolicies).toBeUndefined();
  });

  test("whole seconds, and a start of the app's length after the machine's own", async () => {
    const health = {
      live: "/",
      ready: "/",
      every: seconds(2.5),
      timeout: seconds(0.5),
      failAfter: 4,
      startup: minutes(5),
    };
    const program = await runService(makeWeb({ health }));
    expect(check(program, "live")).toMatchObject({
      checkIntervalSec: 3,
      timeoutSec: 1,
      unhealthyThreshold: 4,
    });
    expect(group(program).inputs.autoHealingPolicies).toMatchObject({ initialDelaySec: 480 });
  });
});

describe("SA-11: the autoscaler", () => {
  const policy = async (spec: Partial<Service>, given: Given = {}) => {
    const program = await runService(makeWeb(spec), given);
    const { inputs } = program.get("shop-dev-api-us-central1", TYPES.autoscaler);
    return inputs.autoscalingPolicy as Record<string, Json>;
  };

  test("turns the container's share of cpu into the machine's", async () => {
    const on = { cpu: percent(70) };
    expect(await policy({ scale: { min: 2, max: 10, on } })).toEqual({
      mode: "ON",
      minReplicas: 2,
      maxReplicas: 10,
      cooldownPeriod: 240,
      cpuUtilization: { target: 0.7, predictiveMethod: "NONE" },
      scaleInControl: { timeWindowSec: 600, maxScaledInReplicas: { percent: 25 } },
    });
    const settings = { services: { api: { machineType: "n1-standard-2" } } };
    expect(await policy({ scale: { min: 2, max: 10, on }, cpu: cores(1) }, { settings })).toMatchObject({
      cpuUtilization: { target: 0.35 },
    });
  });

  test("predicts in prod alone", async () => {
    const scale = { min: 1, max: 3, on: { cpu: percent(70) } };
    expect(await policy({ scale }, { app: { preset: "prod" } })).toMatchObject({
      cpuUtilization: { predictiveMethod: "OPTIMIZE_AVAILABILITY" },
    });
    for (const preset of ["dev", "staging"] as const) {
      expect(await policy({ scale }, { app: { preset } }), preset).toMatchObject({
        cpuUtilization: { predictiveMethod: "NONE" },
      });
    }
  });

  test("measures memory by the system's own agent, with what the system takes", async () => {
    const scale = { min: 1, max: 3, on: { memory: percent(80) } };
    const { metrics: _, ...plain } = makeWeb({ memory: gibibytes(1), scale });
    const program = await runService(plain);
    const { inputs } = program.get("shop-dev-api-us-central1", TYPES.autoscaler);
    expect(inputs.autoscalingPolicy).toMatchObject({
      metrics: [
        {
          name: "compute.googleapis.com/guest/memory/bytes_used",
          filter: 'resource.type = "gce_instance" AND metric.labels.state = "used"',
          type: "GAUGE",
          target: Math.round(gibibytes(1) * 0.8 + mebibytes(512)),
        },
      ],
    });
    expect(inputs.autoscalingPolicy).not.toHaveProperty("cpuUtilization");
  });

  test("keeps as many requests per instance as the app says, with room above for the load balancer", async () => {
    const scale = { min: 1, max: 3, on: { requestsPerSecond: 100 } };
    const program = await runService(makeWeb({ scale }));
    expect(program.get("shop-dev-api-us-central1", TYPES.autoscaler).inputs).toMatchObject({
      autoscalingPolicy: { loadBalancingUtilization: { target: 0.8 } },
    });
    expect(program.result.backend?.groups).toMatchObject([{ region: "us-central1", ratePerInstance: 125 }]);
  });

  test("takes cpu where the app does not say when", async () => {
    expect(await policy({ scale: { min: 1, max: 2, on: {} } })).toMatchObject({
      cpuUtilization: { target: 0.6 },
    });
  });
});

describe("permissions", () => {
  const member = "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com";

  test("SA-18: logs, figures and the one repository; nothing else", async () => {
    const source = {
      type: "build",
      context: "/srv/shop/api",
      dockerfile: "Dockerfile",
      args: {},
    } as const;
    const program = await runService(makeWeb({ source }));
    const grants = program.resources.filter(({ type }) => /iam/i.test(type));
    expect(grants.map(({ type, inputs }) => [type, inputs])).toEqual([
      ["gcp:projects/iAMMember:IAMMember", { project: "acme-prod", role: "roles/logging.logWriter", member }],
      [
        "gcp:projects/iAMMember:IAMMember",
        { project: "acme-prod", role: "roles/monitoring.metricWriter", member },
      ],
      [
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        {
          project: "acme-prod",
          location: "us-central1",
          repository: "shop",
          role: "roles/artifactregistry.reader",
          member,
        },
      ],
    ]);
  });

  test("an image of another registry needs no grant of ours", async () => {
    const program = await runService(makeWeb());
    expect(program.named("shop-dev-api-image")).toEqual([]);
  });
});

test("metrics are a backend of their own, on the port that operators see", async () => {
  const { result } = await runService(makeWeb());
  expect(result.metrics).toMatchObject({
    type: "groups",
    name: "api-metrics",
    instances: { portName: "metrics" },
  });
  expect(result.scrape).toEqual([
    {
      job: "api",
      host: "api.shop-dev.internal",
      port: 9092,
      path: "/metrics",
      every: 15000,
      labels: { kind: "web" },
    },
  ]);
});
