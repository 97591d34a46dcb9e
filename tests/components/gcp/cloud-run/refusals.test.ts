import { describe, expect, test } from "vitest";
import { differencesOfServices } from "../../../../components/gcp/cloud-run/differences.ts";
import { refuseServices } from "../../../../components/gcp/cloud-run/refusals.ts";
import { runSettings } from "../../../../components/gcp/cloud-run/settings.ts";
import type { App, Route, Service } from "../../../../src/config/model.ts";
import { formatProblem } from "../../../../src/config/problem.ts";
import {
  bytes,
  cores,
  days,
  gibibytes,
  hours,
  mebibytes,
  minutes,
  percent,
  seconds,
} from "../../../../src/config/units.ts";
import { makeApp, makeService, makeWeb } from "../../../helpers/app.ts";
import { makeRun } from "../../../helpers/gcp-run.ts";

const fits = { cpu: cores(1), memory: gibibytes(1), reserve: { cpu: cores(1), memory: gibibytes(1) } };
const quiet = { ...fits, rollout: { strategy: "blue-green", rollback: "automatic" } } as const;
const web = (changes: Partial<Service> = {}) => makeWeb({ ...quiet, ...changes });

function refusals(
  spec: Service,
  { app = {}, settings = {} }: { app?: Partial<App>; settings?: object } = {},
) {
  return refuseServices(makeRun(makeApp({ services: { api: spec }, ...app }), settings)).map(formatProblem);
}

const ROUTE: Route = {
  to: { type: "service", service: "api" },
  strip: false,
  rateLimit: { paths: {} },
  bodyLimit: bytes(1),
};

test("what Cloud Run carries is not refused", () => {
  expect(refusals(web())).toEqual([]);
  expect(
    refusals(web(), { app: { routes: { "/": ROUTE }, regions: ["us-central1", "europe-west1"] } }),
  ).toEqual([]);
  expect(refusals(makeService({ kind: "job", timeout: days(7) }))).toEqual([]);
  expect(refusals(makeService({ cpu: cores(0.25), memory: mebibytes(64) }))).toEqual([]);
});

describe("sizes (SA-06, CG-12)", () => {
  test.each([
    [cores(1), mebibytes(512)],
    [cores(1), gibibytes(4)],
    [cores(2), gibibytes(8)],
    [cores(4), gibibytes(2)],
    [cores(6), gibibytes(24)],
    [cores(8), gibibytes(32)],
  ])("cpu %s goes with %s bytes", (cpu, memory) => {
    expect(refusals(makeService({ cpu, memory }))).toEqual([]);
  });

  test.each([
    [
      cores(3),
      gibibytes(4),
      "services.api.cpu: 3 is not a size of Cloud Run; allowed: up to 1, 2, 4, 6, 8; set cpu: 4",
    ],
    [
      cores(16),
      gibibytes(32),
      "services.api.cpu: 16 is not a size of Cloud Run; allowed: up to 1, 2, 4, 6, 8; set cpu: 8 or choose the target gcp-compute",
    ],
    [
      cores(1),
      gibibytes(8),
      "services.api.memory: 8Gi does not go with cpu 1 on Cloud Run; allowed: 512Mi–4Gi; set cpu: 2 or memory: 4Gi",
    ],
    [
      cores(4),
      gibibytes(1),
      "services.api.memory: 1Gi does not go with cpu 4 on Cloud Run; allowed: 2Gi–16Gi; set cpu: 1 or memory: 2Gi",
    ],
    [
      cores(8),
      gibibytes(64),
      "services.api.memory: 64Gi does not go with cpu 8 on Cloud Run; allowed: 4Gi–32Gi; set memory: 32Gi",
    ],
  ])("cpu %s with %s bytes is refused", (cpu, memory, message) => {
    expect(refusals(makeService({ cpu, memory }))).toEqual([message]);
  });

  test("the collector of metrics takes its part of the largest instance", () => {
    expect(refusals(web({ cpu: cores(8), memory: gibibytes(8) }))).toEqual([
      "services.api.cpu: 8 leaves nothing of the 8 cores of an instance to the collector of metrics, which takes 0.5; set cpu: 6 or remove metrics",
    ]);
  });

  test("a gpu is an L4 with enough beside it", () => {
    const large = { cpu: cores(4), memory: gibibytes(16) };
    expect(refusals(web({ ...large, gpu: { kind: "nvidia-l4", count: 1 } }))).toEqual([]);
    expect(refusals(web({ ...large, gpu: { kind: "nvidia-t4", count: 2 } }))).toEqual([
      "services.api.gpu: 2 × nvidia-t4 is not what Cloud Run gives an instance; allowed: 1 × nvidia-l4; take that or choose the target gcp-compute",
    ]);
    expect(refusals(web({ gpu: { kind: "nvidia-l4", count: 1 } }))).toEqual([
      "services.api.gpu: nvidia-l4 does not go with cpu 1 and memory 1Gi on Cloud Run; allowed: from cpu 4 and memory 16Gi; set cpu: 4 and memory: 16Gi",
    ]);
    const less = [{ cpu: cores(2) }, { memory: gibibytes(8) }];
    for (const size of less) {
      const refused = refusals(web({ ...large, ...size, gpu: { kind: "nvidia-l4", count: 1 } }));
      expect(refused, JSON.stringify(size)).toContainEqual(
        expect.stringContaining("allowed: from cpu 4 and memory 16Gi"),
      );
    }
  });
});

describe("times", () => {
  test("a request and a stream end within the hour, a job within the week", () => {
    const streaming = { kind: "websocket", longest: hours(2), heartbeat: seconds(15) } as const;
    expect(refusals(web({ timeout: minutes(61) }))).toEqual([
      "services.api.timeout: 61m is longer than Cloud Run lets a request take; allowed: up to 1h; set it to 1h or choose the target gcp-compute",
    ]);
    expect(refusals(web({ streaming }))).toEqual([
      "services.api.streaming.longest: 2h is longer than Cloud Run lets a request take; allowed: up to 1h; set it to 1h or choose the target gcp-compute",
    ]);
    expect(refusals(makeService({ kind: "job", timeout: days(8) }))).toEqual([
      "services.api.timeout: 8d is longer than Cloud Run lets a job run; allowed: up to 7d; set it to 7d or choose the target gcp-compute",
    ]);
    const gpu = { kind: "nvidia-l4", count: 1 };
    expect(
      refusals(makeService({ kind: "cron", timeout: hours(2), cpu: cores(4), memory: gibibytes(16), gpu })),
    ).toEqual([
      "services.api.timeout: 2h is longer than Cloud Run lets a job with a gpu run; allowed: up to 1h; set it to 1h or choose the target gcp-compute",
    ]);
  });

  test("probes know whole seconds, and end before the next begins", () => {
    const health = { live: "/", ready: "/", failAfter: 3, startup: minutes(1) };
    expect(refusals(web({ health: { ...health, every: minutes(5), timeout: seconds(1.5) } }))).toEqual([
      "services.api.health.every: 5m is not a time that Cloud Run's probes know; allowed: whole seconds, 1s–240s; set every: 240s",
      "services.api.health.timeout: 1500ms is not a time that Cloud Run's probes know; allowed: whole seconds, 1s–240s; set timeout: 2s",
    ]);
    expect(refusals(web({ health: { ...health, every: seconds(3), timeout: seconds(3) } }))).toEqual([
      "services.api.health.timeout: 3s is not shorter than every 3s, which Cloud Run asks for; set every: 4s",
    ]);
  });
});

describe("what is Cloud Run's own", () => {
  test.each(["PORT", "K_SERVICE", "CLOUD_RUN_JOB", "X_GOOGLE_TOKEN"])("the variable %s", (variable) => {
    expect(refusals(web({ env: { [variable]: "1" } }))).toEqual([
      `services.api.env.${variable}: ${variable} is set by Cloud Run itself; choose another name, or remove it where it is PORT: the service's port arrives as PORT`,
    ]);
  });

  test("a variable that was renamed to one of them", () => {
    expect(refusals(web({ envNames: { DB_PORT: "PORT" } }))).toHaveLength(1);
    expect(refusals(web({ envNames: { DB_PORT: "PGPORT" }, env: { K_SERVICES: "1" } }))).toEqual([]);
  });

  test("the user, and folders of the system", () => {
    expect(refusals(web({ user: "1000:1000" }))).toEqual([
      "services.api.user: 1000:1000 cannot be set on Cloud Run, which takes the image's own user; write USER 1000:1000 in the Dockerfile and remove user",
    ]);
    expect(refusals(web({ scratch: ["/dev/shm", "/develop"] }))).toEqual([
      "services.api.scratch: /dev/shm cannot be mounted on Cloud Run; allowed: folders outside of /dev, /proc and /sys, without a colon; choose another folder, for instance below /tmp",
    ]);
  });
});

describe("scale", () => {
  test("a worker without an instance would never run (PM-05)", () => {
    expect(refusals(makeService({ scale: { min: 0, max: 2, on: {} } }))).toEqual([
      "services.api.scale.min: 0 would never run: nothing on Cloud Run starts the first instance of a worker; allowed: from 1; set min: 1",
    ]);
  });

  test("a cpu target lies where Cloud Run takes one (SA-11)", () => {
    expect(refusals(web({ scale: { min: 1, max: 3, on: { cpu: percent(95) } } }))).toEqual([
      "services.api.scale.on.cpu: 95% is not a cpu target that Cloud Run scales on; allowed: 10%–90%; set cpu: 90%",
    ]);
    expect(refusals(web({ scale: { min: 1, max: 3, on: { cpu: percent(9) } } }))).toEqual([
      "services.api.scale.on.cpu: 9% is not a cpu target that Cloud Run scales on; allowed: 10%–90%; set cpu: 10%",
    ]);
    for (const cpu of [percent(10), percent(90)]) {
      expect(refusals(web({ scale: { min: 1, max: 3, on: { cpu } } }))).toEqual([]);
    }
  });

  test("failover between regions needs kept instances and a readiness probe (SA-15)", () => {
    const { health: _health, ...spec } = web({ scale: { min: 0, max: 3, on: {} } });
    const app = { routes: { "/": ROUTE }, regions: ["us-central1", "europe-west1"] };
    expect(refusals(spec, { app })).toEqual([
      "services.api.scale.min: 0 keeps no instance ready in each region, so that requests leave a region where it does not work; allowed: from 1; set min: 1",
      "services.api: has no health in several regions, so that requests leave a region where it does not work; add health: /health for instance",
    ]);
    expect(refusals(spec, { app: { routes: { "/": ROUTE } } })).toEqual([]);
  });

  test("files in a bucket have neither instances nor probes (SA-15)", () => {
    const source = { type: "build", context: "/nowhere/dist", dockerfile: "Dockerfile", args: {} } as const;
    const spec = makeService({ kind: "static", source, scale: { min: 0, max: 1, on: {} } });
    const app = { routes: { "/": ROUTE }, regions: ["us-central1", "europe-west1"] };
    expect(refusals(spec, { app })).toEqual([]);
  });
});

describe("rollouts (CG-10)", () => {
  const gate = { errorRate: percent(1), for: minutes(2) };
  const canary = { canary: { api: { stable: "none" } } };
  const here = "change it for this target under environments.dev.services.api.rollout";

  test("a canary with its stable revision is carried", () => {
    const rollout = { strategy: "canary", share: percent(10), gate, rollback: "manual" } as const;
    expect(refusals(web({ rollout }), { settings: canary })).toEqual([]);
  });

  test("a canary must know what serves now", () => {
    expect(refusals(web({ rollout: { strategy: "canary", rollback: "automatic" } }))).toEqual([
      `services.api.rollout.strategy: canary needs to know which revision serves now; run pulumi config set --path 'atelier:gcp-cloud-run.canary["api"].stable' with the revision that the stack's outputs name, or none before there is one`,
    ]);
  });

  test("a gate is watched by nobody during up", () => {
    const rollout = { strategy: "canary", gate, rollback: "automatic" } as const;
    expect(refusals(web({ rollout }), { settings: canary })).toEqual([
      `services.api.rollout.rollback: automatic needs somebody who watches the gate, and Cloud Run does not; allowed: manual; set rollback: manual, and go on or back by atelier:gcp-cloud-run: { canary: … } as the outputs say; ${here}`,
    ]);
    expect(refusals(web({ rollout: { strategy: "blue-green", gate, rollback: "automatic" } }))).toEqual([
      `services.api.rollout.gate: a gate on measurements is not carried by gcp-cloud-run with blue-green: a new revision counts once it is ready; set strategy: canary and rollback: manual; ${here}`,
    ]);
  });

  test("shares are whole percents, and canaries get requests", () => {
    const rollout = { strategy: "canary", share: percent(2.5), rollback: "manual" } as const;
    expect(refusals(web({ rollout }), { settings: canary })).toEqual([
      "services.api.rollout.share: 2.5% is not a share that Cloud Run can give; allowed: whole percents; set share: 3%",
    ]);
    expect(refusals(makeService({ rollout }), { settings: canary })).toEqual([
      `services.api.rollout.strategy: canary is not carried for a worker, which gets no requests; allowed: rolling, blue-green; ${here}`,
    ]);
  });

  test("settings that nothing follows are refused", () => {
    expect(refusals(web(), { settings: canary })).toEqual([
      "atelier:gcp-cloud-run.canary.api: api rolls out by blue-green, so that nothing would follow it; remove it or set strategy: canary",
    ]);
    expect(refusals(web(), { settings: { services: { apo: { concurrency: 5 } } } })).toEqual([
      "atelier:gcp-cloud-run.services.apo: there is no service apo; allowed: api; name one of them or remove it",
    ]);
  });
});

describe("settings", () => {
  const parse = (more: object) => runSettings.safeParse({ project: "acme-prod", ...more });

  test.each([
    { services: { api: { concurrency: 1001 } } },
    { services: { api: { retries: 11 } } },
    { services: { api: { cpus: "always" } } },
    { canary: { api: { stable: "Shop" } } },
    { canary: { api: { stable: "shop-dev-api-1", share: "2.5%" } } },
    { canary: { api: { stable: "shop-dev-api-1", share: "101%" } } },
    { collector: "collector" },
    { region: "Iowa" },
  ])("%j is refused", (more) => {
    expect(parse(more).success).toBe(false);
  });

  test("what they take is kept", () => {
    const canary = { api: { stable: "shop-dev-api-1a2b3c4d", share: "50%" } };
    expect(parse({ services: { api: { concurrency: 1000, cpu: "requests" } }, canary }).data).toMatchObject({
      services: { api: { concurrency: 1000, cpu: "requests" } },
      canary,
      invoker: "all-users",
    });
  });
});

describe("differences", () => {
  const tell = (spec: Service, app: Partial<App> = {}, settings = {}) =>
    differencesOfServices(makeRun(makeApp({ services: { api: spec }, ...app }), settings));
  const always = "services: the root of a container is writable, in memory that counts as the container's";

  test("are few for a service that asks for nothing else", () => {
    expect(tell(web())).toEqual([always]);
  });

  test("of sizes, triggers and workers", () => {
    expect(
      tell(
        web({
          cpu: cores(0.5),
          memory: mebibytes(128),
          reserve: { cpu: cores(0.5), memory: mebibytes(128) },
        }),
      ),
    ).toEqual([
      "services.api: an instance gets cpu 1 instead of 0.5 and memory 512Mi instead of 128Mi, the least that Cloud Run gives one that answers several requests at a time",
      always,
    ]);
    const on = { memory: percent(80), requestsPerSecond: 100 };
    expect(
      tell(web({ scale: { min: 1, max: 3, on } }), {}, { services: { api: { concurrency: 20 } } }),
    ).toEqual([
      "services.api: instances are not added on memory and requestsPerSecond, but when each answers more than 20 requests at a time (atelier:gcp-cloud-run: services.api.concurrency)",
      always,
    ]);
    expect(tell(makeService({ ...fits, scale: { min: 1, max: 4, on: {} } }))).toEqual([
      "services.api: 1 of up to 4 instances run; Cloud Run adds none to a worker pool by itself",
      always,
    ]);
  });

  test("of starting, stopping and cpu", () => {
    const health = {
      live: "/",
      ready: "/",
      every: seconds(10),
      timeout: seconds(3),
      failAfter: 3,
      startup: minutes(5),
    };
    expect(tell(web({ health, stopGrace: seconds(30), scale: { min: 0, max: 200, on: {} } }))).toEqual([
      "services.api: a start may take 4m instead of 5m",
      "services.api: an instance has its cpu only while it answers requests; work between them stands still, and metrics are read less often (atelier:gcp-cloud-run: services.api.cpu)",
      "services.api: up to 200 instances in the app's network need a higher quota; projects begin with 100 to 200 per revision",
      "services (api): an instance is stopped 10s after SIGTERM, whatever stopGrace says",
      always,
    ]);
  });

  test("of callers, who must say who they are", () => {
    const services = { "user-api": web(), shop: web({ uses: { "user-api": "read" } }) };
    expect(tell(web(), { services })).toEqual([
      "services.user-api: callers (shop) must send an identity token for USER_API_AUDIENCE as Authorization: Bearer; others get 403",
      always,
    ]);
    const route: Route = { ...ROUTE, to: { type: "service", service: "user-api" } };
    expect(tell(web(), { services, routes: { "/": route } })).toEqual([always]);
  });

  test("of reservations, rolling, metrics and development", () => {
    const job = makeService({
      ...fits,
      kind: "cron",
      metrics: { port: 1, path: "/", every: seconds(15), declares: {} },
    });
    const rolling = web({
      rollout: { strategy: "rolling", rollback: "automatic" },
      reserve: { cpu: cores(0.5), memory: mebibytes(512) },
      develop: { mount: {} },
    });
    const metrics: Route = { ...ROUTE, to: { type: "operators", tool: { metricsOf: "api" } } };
    expect(
      tell(rolling, {
        services: { api: rolling, nightly: job },
        development: true,
        routes: { "/metrics": metrics },
      }),
    ).toEqual([
      "services.api: develop is left out; the image runs as it was built",
      "services.nightly: metrics of a cron are not collected; it ends before anybody reads them",
      "services (api): an instance has all of its cpu and memory to itself, whatever reserve says",
      "services (api): rolling sends all requests to the new revision at once, when it is ready",
      always,
      "routes./metrics: is left out; the metrics of api are in Managed Prometheus, and Cloud Run opens no second port",
    ]);
  });

  test("of regions", () => {
    const regions = ["us-central1", "europe-west1"];
    expect(tell(web(), { services: { api: web(), queue: makeService(fits) }, regions })).toEqual([
      always,
      "services (api): scale counts instances in each of 2 regions",
      "services (queue): run in us-central1 alone",
    ]);
  });
});
