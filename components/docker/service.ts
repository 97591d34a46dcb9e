import type { Container } from "@pulumi/docker/container.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Resource } from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Service } from "../../src/config/model.ts";
import { mebibytes } from "../../src/config/units.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import type { ServiceArgs, ServicePart } from "../contracts/service.ts";
import { type ContainerSpec, createContainer, httpProbe, type Probe } from "./container.ts";
import type { Deployment } from "./deployment.ts";
import type { DockerBackend } from "./edge/backend.ts";
import { createEgress, type Egress } from "./egress.ts";
import { SECRETS_FOLDER } from "./files.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import type { LocalImage } from "./image.ts";
import { succeeded } from "./job.ts";
import type { DockerSecret } from "./secrets.ts";

export interface ContainerServiceArgs extends ServiceArgs<DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** Used where neither the image nor the app says who runs it. */
const NOBODY = "10001:10001";

/** A service of the app on a Docker host: `scale.min` hardened containers under one network alias.
 *
 * Costs nothing but the host. There is no autoscaling: `scale.max` beyond `scale.min` is announced by the target.
 * @example new ContainerService("api", { ...shop.service("api"), identity, network })
 */
export class ContainerService extends ComponentResource implements ServicePart<DockerHandles> {
  readonly backend?: DockerBackend;
  readonly metrics?: DockerBackend;
  readonly scrape: readonly ScrapeTarget[];
  readonly done: Input<Resource>;
  readonly #args: ContainerServiceArgs;

  constructor(name: string, args: ContainerServiceArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:ContainerService", name, {}, opts);
    this.#args = args;
    const egress = createEgress(this, args.deployment, args.network, args);
    const containers = instances(args).map((instance) =>
      createContainer(this, args.deployment, describe(args, instance, egress)),
    );
    this.done = whenDone(args, containers);
    this.scrape = scrapeTargets(args);
    const backend = describeBackend(args);
    if (backend) this.backend = backend;
    if (args.spec.metrics) {
      this.metrics = { alias: args.name, port: args.spec.metrics.port, kind: "operators" };
    }
    this.registerOutputs({});
  }

  /** The address contract: `API_URL`, `API_HOST`, `API_PORT`. */
  grant(consumer: string): DockerGrant {
    const { name, spec, app } = this.#args;
    // A service bears with one that is not there yet; a job runs once and must not.
    const waits = app.services[consumer]?.kind === "job";
    const prefix = prefixOf(name);
    const port = String(spec.port);
    return {
      env: {
        [`${prefix}URL`]: `http://${name}:${port}`,
        [`${prefix}HOST`]: name,
        [`${prefix}PORT`]: port,
      },
      secrets: {},
      mounts: [],
      ready: waits ? [this.done] : [],
    };
  }
}

/** Numbers of a service's instances: 1, 2, …; jobs and cron have one. */
function instances({ spec }: ContainerServiceArgs): number[] {
  const count = runsOnce(spec) ? 1 : spec.scale.min;
  return Array.from({ length: count }, (_, index) => index + 1);
}

const runsOnce = ({ kind }: Service): boolean => kind === "job" || kind === "cron";

function describe(args: ContainerServiceArgs, instance: number, egress: Egress | undefined): ContainerSpec {
  const { app, deployment, name, spec, network } = args;
  const grants = Object.values(args.grants);
  const image = deployment.images.of(spec);
  const delivered = deliverSecrets(args);
  const develop = app.development ? spec.develop : undefined;
  const command = develop?.command ?? spec.command;
  return {
    part: runsOnce(spec) ? spec.kind : "service",
    name: runsOnce(spec) ? name : `${name}-${instance}`,
    of: name,
    image,
    state: "stateless",
    run: RUN[spec.kind],
    ...(command && { command }),
    env: { ...environment(args, egress), ...delivered.env },
    secretEnv: delivered.secretEnv,
    files: { secrets: delivered.files },
    networks: [
      ...(answers(spec) ? [network.own(name)] : []),
      ...network.used(name),
      ...(egress ? [egress.attachment] : []),
    ],
    volumes: [
      ...grants.flatMap(({ mounts }) => mounts),
      ...Object.entries(develop?.mount ?? {}).map(([source, path]) => ({ source, path, readOnly: false })),
    ],
    scratch: Object.fromEntries(spec.scratch.map((path) => [path, mebibytes(256)])),
    ...runAs(spec, image),
    limits: { cpu: spec.cpu, memory: spec.memory, reserve: spec.reserve },
    ...probe(spec),
    stop: { grace: spec.stopGrace },
    labels: schedule(spec),
    dependsOn: [
      ...args.after,
      ...grants.flatMap(({ ready }) => ready),
      ...(egress ? [egress.container] : []),
    ],
  };
}

function runAs({ user }: Service, { hasUser }: LocalImage): { user?: string } {
  if (user) return { user };
  return hasUser ? {} : { user: NOBODY };
}

const RUN = {
  web: "always",
  model: "always",
  worker: "always",
  static: "always",
  job: "once",
  cron: "on-schedule",
} as const satisfies Record<Service["kind"], ContainerSpec["run"]>;

/** Whether anybody can call the service. */
function answers({ port, metrics }: Service): boolean {
  return port !== undefined || metrics !== undefined;
}

function environment({ spec, grants, app }: ContainerServiceArgs, egress: Egress | undefined) {
  const granted = Object.assign({}, ...Object.values(grants).map(({ env }) => env)) as Record<string, string>;
  const renamed = Object.entries(granted).map(([key, value]) => [spec.envNames[key] ?? key, value]);
  return {
    ATELIER_ENVIRONMENT: app.environment,
    ...(spec.port !== undefined && { PORT: String(spec.port) }),
    ...(spec.metrics && { METRICS_PORT: String(spec.metrics.port) }),
    ...(spec.fallback !== undefined && { FALLBACK: spec.fallback }),
    ...egress?.env,
    ...(Object.fromEntries(renamed) as Record<string, string>),
    ...spec.env,
  };
}

/** Secrets as files under /run/secrets, named by `<NAME>_FILE`, or as variables where the service asks for it. */
function deliverSecrets({ spec, grants, secrets }: ContainerServiceArgs) {
  const granted = Object.assign({}, ...Object.values(grants).map((grant) => grant.secrets)) as Record<
    string,
    DockerSecret
  >;
  const all = Object.entries({ ...granted, ...secrets }).map(
    ([key, { value }]) => [spec.envNames[key] ?? key, value] as const,
  );
  if (spec.secretsAs === "environment") return { env: {}, secretEnv: Object.fromEntries(all), files: {} };
  return {
    env: Object.fromEntries(all.map(([key]) => [`${key}_FILE`, `${SECRETS_FOLDER}/${key}`])),
    secretEnv: {},
    files: Object.fromEntries(all),
  };
}

function probe({ health, port }: Service): { health?: Probe } {
  if (!health || port === undefined) return {};
  const { every, timeout, failAfter, startup, live } = health;
  return { health: { test: httpProbe(port, live), every, timeout, failAfter, startup } };
}

function schedule({ schedule: when }: Service): Record<string, string> {
  return when ? { "atelier.cron": when.cron, "atelier.timezone": when.timeZone } : {};
}

function describeBackend({ name, spec }: ContainerServiceArgs): DockerBackend | undefined {
  if (spec.port === undefined) return undefined;
  return {
    alias: name,
    port: spec.port,
    ...(spec.health && {
      health: {
        path: spec.health.ready,
        every: spec.health.every,
        timeout: spec.health.timeout,
        failAfter: spec.health.failAfter,
      },
    }),
    kind: "service",
  };
}

function scrapeTargets({ name, spec }: ContainerServiceArgs): ScrapeTarget[] {
  if (!spec.metrics) return [];
  const { port, path, every } = spec.metrics;
  return [{ job: name, host: name, port, path, every, labels: { kind: spec.kind } }];
}

function whenDone(
  { name, spec, secrets, grants }: ContainerServiceArgs,
  containers: Container[],
): Input<Resource> {
  const last = containers.at(-1);
  if (!last) throw new Error(`The service ${name} has no container.`);
  if (spec.kind !== "job") return last;
  const given = [
    ...Object.values(secrets),
    ...Object.values(grants).flatMap((grant) => Object.values(grant.secrets)),
  ];
  return succeeded(
    `services.${name}`,
    last,
    given.map(({ value }) => value),
  );
}
