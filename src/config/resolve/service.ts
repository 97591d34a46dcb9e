/** One merged service → Service. */
import { resolve } from "node:path";
import { serviceKeys } from "../kinds.ts";
import type {
  Build,
  DeclaredMetric,
  Health,
  Image,
  Metrics,
  Rollout,
  Scale,
  Service,
  ServiceKind,
  Streaming,
} from "../model.ts";
import type { Path } from "../places.ts";
import { type ParsedService, SERVICE_KINDS } from "../schema/services.ts";
import { bytes, cores, milliseconds } from "../units.ts";
import { Missing, present } from "./missing.ts";

export interface ServiceContext {
  readonly directory: string;
  readonly missing: Missing;
  /** Metrics of a service: from the file that it names, or as written. */
  readonly declared: (name: string, service: ParsedService) => Readonly<Record<string, DeclaredMetric>>;
}

export function resolveService(name: string, service: ParsedService, context: ServiceContext): Service {
  const path = ["services", name];
  const kind = context.missing.need([...path, "kind"], service.kind, "web", {
    allowed: SERVICE_KINDS.join(", "),
    remedy: "add kind: web for instance",
  });
  // Without a kind there are no defaults, and everything else would seem to be missing.
  const missing = service.kind === undefined ? new Missing() : context.missing;
  return serviceOf(path, kind, service, { ...context, missing });
}

function serviceOf(path: Path, kind: ServiceKind, service: ParsedService, context: ServiceContext): Service {
  const { missing, directory } = context;
  refuseOtherKeys(path, service, missing);
  const need = <K extends keyof ParsedService>(key: K, placeholder: NonNullable<ParsedService[K]>) =>
    missing.need([...path, key], service[key], placeholder) as NonNullable<ParsedService[K]>;
  const server = serviceKeys[kind].includes("scale");
  const { develop } = service;
  return present({
    kind,
    source: sourceOf(path, service, context),
    command: service.command,
    port: portOf(path, service, missing),
    cpu: need("cpu", cores(1)),
    memory: need("memory", bytes(1)),
    reserve: {
      cpu: missing.need([...path, "reserve", "cpu"], service.reserve?.cpu, cores(1)),
      memory: missing.need([...path, "reserve", "memory"], service.reserve?.memory, bytes(1)),
    },
    gpu: service.gpu && {
      kind: missing.need([...path, "gpu", "kind"], service.gpu.kind, "", {
        remedy: "add kind: nvidia-l4 for instance",
      }),
      count: missing.need([...path, "gpu", "count"], service.gpu.count, 1),
    },
    scale: server ? scaleOf(path, service, missing) : { min: 1, max: 1, on: {} },
    health: service.health && healthOf(path, service.health, missing),
    streaming: service.streaming && streamingOf(path, service.streaming, missing),
    timeout: need("timeout", milliseconds(1)),
    stopGrace: need("stopGrace", milliseconds(1)),
    uses: service.uses ?? {},
    env: service.env ?? {},
    envNames: service.envNames ?? {},
    secrets: service.secrets ?? [],
    secretsAs: service.secretsAs ?? "files",
    egress: service.egress ?? [],
    metrics: service.metrics && metricsOf(path, service, service.metrics, context),
    rollout: rolloutOf(path, service.rollout, missing),
    schedule: scheduleOf(path, kind, service, missing),
    after: service.after ?? [],
    scratch: service.scratch ?? [],
    user: service.user,
    fallback: service.fallback,
    develop:
      develop &&
      present({
        mount: Object.fromEntries(
          Object.entries(develop.mount ?? {}).map(([folder, inside]) => [resolve(directory, folder), inside]),
        ),
        command: develop.command,
      }),
  });
}

/** A key that the service's kind does not have. */
function refuseOtherKeys(path: Path, service: ParsedService, missing: Missing): void {
  const { kind } = service;
  if (kind === undefined) return;
  const known: readonly string[] = serviceKeys[kind];
  for (const key of Object.keys(service).filter((key) => !known.includes(key))) {
    const having = SERVICE_KINDS.filter((other) => (serviceKeys[other] as readonly string[]).includes(key));
    missing.add({
      path: [...path, key],
      what: `a service of kind ${kind} has no ${key}`,
      allowed: `on ${having.join(", ")}`,
      remedy: "remove it or change the kind",
    });
  }
}

function sourceOf(
  path: Path,
  { kind, build, image }: ParsedService,
  { directory, missing }: ServiceContext,
): Build | Image {
  const placeholder: Build = { type: "build", context: directory, dockerfile: "Dockerfile", args: {} };
  if (build && image && kind !== "static") {
    missing.add({
      path: [...path, "image"],
      what: "stands beside build",
      allowed: "one of build and image",
      remedy: "remove one of the two",
    });
    return image;
  }
  if (kind === "static" && !build && image) return placeholder;
  if (kind === "static" && !build) {
    return missing.need<Build>([...path, "build"], undefined, placeholder, {
      remedy: "a static service serves what is built: add build: ./folder",
    });
  }
  if (image && !build) return image;
  if (!build) {
    const remedy = "add build: ./folder or image: registry/name:tag";
    missing.add({ path, what: "has neither build nor image", allowed: "one of build and image", remedy });
    return placeholder;
  }
  const context = missing.need([...path, "build", "context"], build.context, ".", {
    remedy: "add context: ./folder",
  });
  return present({
    type: "build" as const,
    context: resolve(directory, context),
    dockerfile: missing.need([...path, "build", "dockerfile"], build.dockerfile, "Dockerfile"),
    target: build.target,
    args: build.args ?? {},
  });
}

function portOf(path: Path, { kind, port, health }: ParsedService, missing: Missing): number | undefined {
  const serving = kind === "web" || kind === "model" || kind === "static";
  if (port === undefined && serving) {
    return missing.need([...path, "port"], port, undefined, {
      allowed: "1–65535",
      remedy: "add the port that the service listens on, for instance port: 8080",
    });
  }
  if (port === undefined && health && kind === "worker") {
    return missing.need([...path, "port"], port, undefined, {
      allowed: "1–65535",
      remedy: "a health check asks on a port: add port: 8080 for instance, or remove health",
    });
  }
  return port;
}

function scaleOf(path: Path, { scale }: ParsedService, missing: Missing): Scale {
  const { queue, ...on } = scale?.on ?? {};
  const where = [...path, "scale", "on", "queue"];
  return {
    min: missing.need([...path, "scale", "min"], scale?.min, 1),
    max: missing.need([...path, "scale", "max"], scale?.max, 1),
    on: present({
      ...on,
      queue: queue && {
        data: missing.need([...where, "data"], queue.data, "", { remedy: "name a redis in uses" }),
        list: missing.need([...where, "list"], queue.list, "", { remedy: "add the key of the list" }),
        length: missing.need([...where, "length"], queue.length, 1, {
          remedy: "add length: 10 for instance",
        }),
      },
    }),
  };
}

function healthOf(path: Path, health: NonNullable<ParsedService["health"]>, missing: Missing): Health {
  const where = [...path, "health"];
  if (health.live === undefined && health.ready === undefined) {
    missing.need(where, undefined, "", { remedy: "write health: /health for instance" });
  }
  return {
    live: health.live ?? "/",
    ready: health.ready ?? "/",
    every: missing.need([...where, "every"], health.every, milliseconds(1)),
    timeout: missing.need([...where, "timeout"], health.timeout, milliseconds(1)),
    failAfter: missing.need([...where, "failAfter"], health.failAfter, 1),
    startup: missing.need([...where, "startup"], health.startup, milliseconds(1)),
  };
}

function streamingOf(
  path: Path,
  streaming: NonNullable<ParsedService["streaming"]>,
  missing: Missing,
): Streaming {
  const where = [...path, "streaming"];
  return {
    kind: missing.need([...where, "kind"], streaming.kind, "sse", {
      allowed: "sse, websocket",
      remedy: "add kind: sse",
    }),
    longest: missing.need([...where, "longest"], streaming.longest, milliseconds(1)),
    heartbeat: missing.need([...where, "heartbeat"], streaming.heartbeat, milliseconds(1)),
  };
}

function metricsOf(
  path: Path,
  service: ParsedService,
  metrics: NonNullable<ParsedService["metrics"]>,
  { missing, declared }: ServiceContext,
): Metrics {
  const where = [...path, "metrics"];
  return {
    port: missing.need([...where, "port"], metrics.port, 1, {
      remedy: "add the port of the metrics, for instance port: 9100",
    }),
    path: missing.need([...where, "path"], metrics.path, "/metrics"),
    every: missing.need([...where, "every"], metrics.every, milliseconds(1)),
    declares: declared(String(path[1]), service),
  };
}

function rolloutOf(path: Path, rollout: ParsedService["rollout"], missing: Missing): Rollout {
  const where = [...path, "rollout", "gate"];
  const { gate, strategy = "rolling", rollback = "automatic", share } = rollout ?? {};
  return present({
    strategy,
    share,
    gate:
      gate &&
      present({
        errorRate: gate.errorRate,
        p95: gate.p95,
        metric: gate.metric && {
          name: missing.need([...where, "metric", "name"], gate.metric.name, "", {
            remedy: "name a metric that the service declares",
          }),
          max: missing.need([...where, "metric", "max"], gate.metric.max, 0, {
            remedy: "add its highest allowed value",
          }),
        },
        for: missing.need([...where, "for"], gate.for, milliseconds(1)),
      }),
    rollback,
  });
}

function scheduleOf(
  path: Path,
  kind: Service["kind"],
  { schedule }: ParsedService,
  missing: Missing,
): Service["schedule"] {
  if (kind !== "cron") return undefined;
  const remedy = 'add schedule: "0 3 * * *" for every night at three';
  if (schedule === undefined) {
    missing.need([...path, "schedule"], undefined, "", { allowed: "a cron expression", remedy });
    return undefined;
  }
  return {
    cron: missing.need([...path, "schedule", "cron"], schedule.cron, "", {
      allowed: "a cron expression",
      remedy,
    }),
    timeZone: missing.need([...path, "schedule", "timeZone"], schedule.timeZone, "UTC"),
  };
}
