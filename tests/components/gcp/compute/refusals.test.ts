import { describe, expect, test } from "vitest";
import { differencesOfCompute } from "../../../../components/gcp/compute/differences.ts";
import { refuseCompute } from "../../../../components/gcp/compute/refusals.ts";
import { computeSettings } from "../../../../components/gcp/compute/settings.ts";
import type { App, Service } from "../../../../src/config/model.ts";
import { formatProblem } from "../../../../src/config/problem.ts";
import {
  cores,
  gibibytes,
  hours,
  milliseconds,
  minutes,
  percent,
  seconds,
} from "../../../../src/config/units.ts";
import { makeApp, makeService, makeWeb } from "../../../helpers/app.ts";
import { makeSettings } from "./fixture.ts";

type Settings = Parameters<typeof makeSettings>[0];

const routes: App["routes"] = {
  "/api": {
    to: { type: "service", service: "api" },
    strip: false,
    rateLimit: { paths: {} },
    bodyLimit: gibibytes(1),
  },
};

const appOf = (spec: Service, app: Partial<App> = {}) =>
  makeApp({ routes, ...app, services: { api: spec, ...app.services } });

const refused = (spec: Service, services: Record<string, unknown> = {}, app: Partial<App> = {}) =>
  refuseCompute(appOf(spec, app), makeSettings({ services } as Settings)).map(formatProblem);

test("a usual service is taken as it is", () => {
  expect(refused(makeWeb())).toEqual([]);
  expect(refused(makeService())).toEqual([]);
});

describe("refused, with a way out", () => {
  const health = makeWeb().health as NonNullable<Service["health"]>;
  const rollout = { strategy: "canary", share: percent(10), rollback: "manual" } as const;
  const gpu = { kind: "nvidia-l4", count: 1 };
  const zones = ["us-central1-a"];
  const large = { cpu: cores(4), memory: gibibytes(8) };

  const cases: readonly (readonly [string, Service, Record<string, unknown>, Partial<App>, string[]])[] = [
    [
      "no instance at all",
      makeWeb({ scale: { min: 0, max: 3, on: { cpu: percent(70) } } }),
      {},
      {},
      [
        "services.api.scale.min: 0 instances cannot be woken on gcp-compute: an instance that is not there measures nothing; allowed: 1–3; set min: 1 or choose the target gcp-cloud-run",
      ],
    ],
    [
      "a queue",
      makeService({ scale: { min: 1, max: 3, on: { queue: { data: "cache", list: "jobs", length: 10 } } } }),
      {},
      {},
      [
        "services.api.scale.on.queue: the length of jobs is not measured on gcp-compute: Memorystore tells the length of no list; allowed: cpu, memory, requestsPerSecond; set scale.on: { cpu: 60% } or leave out queue",
      ],
    ],
    [
      "requests that no route brings",
      makeWeb({ scale: { min: 1, max: 3, on: { requestsPerSecond: 50 } } }),
      {},
      { routes: {}, services: { web: makeWeb({ uses: { api: "read" } }) } },
      [
        "services.api.scale.on.requestsPerSecond: requests are counted by the edge, and no route leads to api, only web; allowed: cpu, memory; set scale.on: { cpu: 60% }",
      ],
    ],
    [
      "a long leave",
      makeWeb({ stopGrace: minutes(2) }),
      {},
      {},
      [
        "services.api.stopGrace: 2m is longer than a machine gets to shut down; allowed: up to 90s; set stopGrace: 90s",
      ],
    ],
    [
      "checks that Compute Engine does not know",
      makeWeb({
        health: { ...health, every: minutes(10), timeout: minutes(11), failAfter: 20, startup: hours(1) },
      }),
      {},
      {},
      [
        "services.api.health.every: 10m is longer than Compute Engine waits between checks; allowed: up to 5m; set every: 5m",
        "services.api.health.timeout: 11m is longer than every 10m; allowed: up to 10m; set timeout: 10m",
        "services.api.health.startup: 1h is longer than a group bears with a new instance, together with its boot; allowed: up to 57m; set startup: 57m",
        "services.api.health.failAfter: 20 failures in a row are more than Compute Engine counts; allowed: 1–10; set failAfter: 10 and a longer every",
      ],
    ],
    [
      "a gate",
      makeWeb({
        rollout: {
          strategy: "rolling",
          rollback: "automatic",
          gate: { for: minutes(2), errorRate: percent(1) },
        },
      }),
      {},
      {},
      [
        "services.api.rollout.gate: a gate on measurements is not carried by gcp-compute: a new instance counts once its liveness check passes; change it for this target under environments.dev.services.api.rollout, or watch a canary with alerts and take it back by hand",
      ],
    ],
    [
      "a stable template without a canary, for another region",
      makeWeb(),
      { api: { stable: { "europe-west1": "projects/p/regions/us-east1/instanceTemplates/t" } } },
      {},
      [
        "atelier:gcp-compute.services.api.stable: api has the strategy blue-green, which keeps no stable version beside the new one; allowed: with rollout.strategy: canary; remove stable or set strategy: canary",
        "atelier:gcp-compute.services.api.stable: names no template for us-central1, where the canary would be the only version; add the template of us-central1 from the stack output templates",
        "atelier:gcp-compute.services.api.stable.europe-west1: projects/p/regions/us-east1/instanceTemplates/t is not a template of europe-west1; name the one that the stack output templates shows for the region",
      ],
    ],
    [
      "a machine that is too small",
      makeWeb({ ...large, rollout }),
      { api: { machineType: "n1-standard-2" } },
      {},
      [
        "atelier:gcp-compute.services.api.machineType: n1-standard-2 has cpu 2 and 7680Mi, and api needs cpu 4 and 8960Mi with what the system takes; set machineType: e2-custom-4-8960 or leave it out",
      ],
    ],
    [
      "Arm",
      makeWeb(),
      { api: { machineType: "t2a-standard-2" } },
      {},
      [
        "atelier:gcp-compute.services.api.machineType: t2a-standard-2 has Arm processors, and images are built for x86-64; name a machine type with x86-64 processors, n2-standard-2 for instance",
      ],
    ],
    [
      "more than a machine has",
      makeWeb({ cpu: cores(200) }),
      {},
      {},
      [
        "services.api.cpu: no machine type that gcp-compute chooses from has cpu 200 and 896Mi with what the system takes; allowed: up to cpu 128 and 864Gi; with a gpu what its machines have; set less cpu or memory, or name one: atelier:gcp-compute: { services: { api: { machineType: … } } }",
      ],
    ],
    [
      "an unknown gpu",
      makeWeb({ ...large, gpu: { kind: "abacus", count: 1 } }),
      {},
      {},
      [
        "services.api.gpu.kind: abacus is not a gpu that gcp-compute knows; allowed: nvidia-l4, nvidia-tesla-t4, nvidia-tesla-a100, nvidia-a100-80gb; set gpu.kind: nvidia-l4 for instance",
      ],
    ],
    [
      "a number of gpus that no machine carries",
      makeWeb({ ...large, gpu: { ...gpu, count: 3 } }),
      { api: { zones } },
      {},
      ["services.api.gpu.count: no machine carries 3 × nvidia-l4; allowed: 1, 2, 4, 8; set gpu.count: 1"],
    ],
    [
      "a gpu on a machine without it, anywhere",
      makeWeb({ ...large, gpu }),
      { api: { machineType: "n1-standard-8" } },
      {},
      [
        "atelier:gcp-compute.services.api.machineType: n1-standard-8 does not carry 1 × nvidia-l4; allowed: g2-standard-4, g2-standard-8, g2-standard-12, g2-standard-16, g2-standard-32; name one of these or leave it out",
        "atelier:gcp-compute.services.api.zones: not every zone of us-central1 has nvidia-l4, which api needs; name the zones that have it; `gcloud compute accelerator-types list` shows them",
      ],
    ],
    [
      "zones of other regions",
      makeWeb(),
      { api: { zones: ["us-east1-b"] } },
      {},
      [
        "atelier:gcp-compute.services.api.zones: us-east1-b is in none of the app's regions; allowed: zones of us-central1; remove it, or add its region to regions",
        "atelier:gcp-compute.services.api.zones: no zone of us-central1 is named; add us-central1-b for instance, or leave out zones",
      ],
    ],
    [
      "settings of nobody",
      makeWeb(),
      { appi: {} },
      {},
      [
        "atelier:gcp-compute.services.appi: appi is not a service of the app; allowed: api; remove it or correct the name",
      ],
    ],
  ];

  test.each(cases)("%s", (_, spec, services, app, messages) => {
    expect(refused(spec, services, app)).toEqual(messages);
  });

  test("settings of machines on a job, and of jobs on a machine", () => {
    const services = { api: { retries: 1 }, migrate: { machineType: "n1-standard-2", run: 2 } };
    const app = { services: { migrate: makeService({ kind: "job" }) } };
    expect(refused(makeWeb(), services, app)).toEqual([
      "atelier:gcp-compute.services.api.retries: a web runs all the time and has no retries; remove it",
      "atelier:gcp-compute.services.migrate.machineType: a job runs on Cloud Run and has no machineType; remove it",
    ]);
  });

  test("jobs are Cloud Run's to judge", () => {
    const [problem] = refused(
      makeWeb(),
      {},
      { services: { migrate: makeService({ kind: "job", cpu: cores(3) }) } },
    );
    expect(problem).toMatch(/^services\.migrate\.cpu: 3 is not a size of Cloud Run; /);
  });
});

describe("settings", () => {
  test("are strict, and keep what every Google target asks", () => {
    const parsed = (settings: object) => computeSettings.safeParse({ project: "acme-prod", ...settings });
    expect(parsed({ services: { api: { machineType: "n1-standard-2" } } }).success).toBe(true);
    expect(parsed({ services: { api: { machine: "n1-standard-2" } } }).error?.issues[0]?.code).toBe(
      "unrecognized_keys",
    );
    expect(parsed({ sevices: {} }).error?.issues[0]?.code).toBe("unrecognized_keys");
    expect(parsed({ services: { api: { zones: ["us-central1"] } } }).error?.issues[0]?.message).toBe(
      "is not a zone such as us-central1-a",
    );
  });
});

describe("told at each up", () => {
  const told = (
    spec: Service,
    services: Record<string, unknown> = {},
    app: Partial<App> = {},
    settings: object = {},
  ) => differencesOfCompute(appOf(spec, app), makeSettings({ ...settings, services } as Settings));
  const ROLLING = { strategy: "rolling", rollback: "automatic" } as const;
  const machines = [
    "services (api): a failed liveness check replaces the whole machine, which takes up to 3m and the service's own start",
    "services (api): machines are not patched in place; a new one has the newest system, and a new word in atelier:gcp-compute: { patched: … } replaces all",
  ];
  const failed =
    "a rollout that fails ends after 16m with the old instances serving; running up with the version before takes the new ones away";

  test("what a rollout does and does not", () => {
    expect(told(makeWeb({ rollout: ROLLING }))).toEqual([`services.api: ${failed}`, ...machines]);
    expect(told(makeWeb())).toContain(
      `services.api: blue-green makes all new instances before the old ones go, and each takes requests as soon as it is ready, so that for a while both versions answer; ${failed}`,
    );
  });

  test("what a canary comes to", () => {
    const canary = makeWeb({
      scale: { min: 4, max: 4, on: {} },
      rollout: { strategy: "canary", share: percent(10), rollback: "manual" },
    });
    expect(told(canary)).toContain(
      "services.api: a new version goes to all instances unless atelier:gcp-compute names the template that the others keep (services.api.stable)",
    );
    const stable = { "us-central1": "projects/p/regions/us-central1/instanceTemplates/t" };
    expect(told(canary, { api: { stable } })).toContain(
      "services.api: the canary is 1 of 4 instances in each region, for 10% of the requests",
    );
  });

  test("what is measured otherwise", () => {
    const health = {
      ...(makeWeb().health as NonNullable<Service["health"]>),
      every: milliseconds(500),
      timeout: milliseconds(200),
    };
    const spec = makeWeb({
      rollout: ROLLING,
      health,
      scale: { min: 1, max: 3, on: { memory: percent(80) } },
    });
    expect(told(spec)).toEqual([
      `services.api: ${failed}`,
      "services.api: memory is measured on the whole machine, of which 768Mi are taken to be the system's",
      "services.api: health.every 500ms and health.timeout 200ms is rounded up to whole seconds",
      ...machines,
    ]);
    expect(told(makeService({ rollout: ROLLING }))).toContain(
      "services.api: there is no port to ask, so that an instance counts once its machine runs; a container that keeps failing is started again every 5s",
    );
    expect(told(makeService({ rollout: ROLLING, health }))).toContain(
      "services.api: health is not asked, because there is no port",
    );
    const metrics = { port: 9091, path: "/metrics", every: seconds(15), declares: {} };
    expect(told(makeService({ rollout: ROLLING, metrics }))).toContain(
      "services.api: an instance is sound while its metrics answer on port 9091",
    );
  });

  test("what runs elsewhere, in more regions, or with another key", () => {
    const sentences = told(
      makeWeb({ rollout: ROLLING, develop: { mount: {} } }),
      {},
      {
        regions: ["us-central1", "europe-west1"],
        development: true,
        services: { migrate: makeService({ kind: "job" }) },
      },
      { encryptionKey: "projects/p/locations/us-central1/keyRings/r/cryptoKeys/k" },
    );
    expect(sentences).toEqual([
      `services.api: ${failed}`,
      "services.api: develop is left out; the image runs as it was built",
      "services (migrate): run as Cloud Run jobs in us-central1, not on machines; their root is writable, and they are stopped 10s after SIGTERM",
      ...machines,
      "services (api): scale counts instances in each of 2 regions, and a new version goes to one region after the other",
      "services: disks in europe-west1 are encrypted with Google's own keys; encryptionKey lies elsewhere",
    ]);
  });
});
