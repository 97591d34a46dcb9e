/** The one way in which this target makes a container: hardened, labelled, with its files, limits and probe.
 *
 * A container is either *stateless*, then it comes in generations: its names end in a hash of everything that
 * Docker can't change in place, so that a change creates the new one, waits until it is healthy and only then
 * removes the old one, and a failed new one leaves the old one serving. Or it is *stateful*, then it has a fixed
 * name and is stopped before its successor starts.
 */
import { createHash } from "node:crypto";
import { isAbsolute, relative } from "node:path";
import { Container } from "@pulumi/docker/container.js";
import type * as inputs from "@pulumi/docker/types/input.js";
import { type ComponentResource, type Input, type Resource, secret } from "@pulumi/pulumi";
import {
  type Bytes,
  type Cpu,
  type Duration,
  inMebibytes,
  inSeconds,
  seconds,
} from "../../src/config/units.ts";
import { asLabels, type Deployment, labelsOf, nameOf } from "./deployment.ts";
import { createFiles, type Files } from "./files.ts";
import type { LocalImage } from "./image.ts";
import type { Attachment } from "./network.ts";

export interface ContainerSpec {
  /** What it is to the app: `service`, `data`, `edge`, `monitoring`, `job`, … */
  readonly part: string;
  /** Name below the deployment's prefix, for instance `api-1`. */
  readonly name: string;
  /** The service, data part or tool that it belongs to: value of the name label. */
  readonly of: string;
  readonly image: LocalImage;
  readonly state: "stateless" | "stateful";
  readonly run: "always" | "once" | "on-schedule";
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Variables whose values are secret. */
  readonly secretEnv?: Readonly<Record<string, string>>;
  readonly files?: Files;
  readonly networks: readonly Attachment[];
  readonly volumes?: readonly VolumeMount[];
  /** Writable folders in memory, path → size. `/tmp` is always there. */
  readonly scratch?: Readonly<Record<string, Bytes>>;
  readonly ports?: readonly inputs.ContainerPort[];
  readonly user?: string;
  readonly limits: Limits;
  readonly health?: Probe;
  readonly stop?: { readonly signal?: string; readonly grace?: Duration };
  readonly labels?: Readonly<Record<string, string>>;
  /** Can look up names outside of the deployment. */
  readonly outside?: boolean;
  readonly dependsOn?: Input<Input<Resource>[]>;
}

export interface Limits {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly reserve?: { readonly cpu: Cpu; readonly memory: Bytes };
}

export interface VolumeMount {
  /** A volume's name, or an absolute host folder. The volume itself belongs into `dependsOn`. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface Probe {
  readonly test: readonly string[];
  readonly every: Duration;
  readonly timeout: Duration;
  readonly failAfter: number;
  readonly startup: Duration;
}

/** Carries the static busybox that probes use; every container has it, whatever its image. */
export const BUSYBOX = "/atelier/bin/busybox";

/** How the platform's own parts are asked. One that hangs is noticed after at most 8 s: 2 s until it is asked and 2 s
 * for its answer, twice.
 */
export const PROBING = { every: seconds(2), timeout: seconds(2), failAfter: 2 } as const;

/** Debian's static busybox crashes on `wget -T`, so the time limit is a program of its own. */
export const httpProbe = (port: number, path: string): string[] => [
  "CMD",
  BUSYBOX,
  "timeout",
  "10",
  BUSYBOX,
  "wget",
  "-q",
  "-O",
  "/dev/null",
  `http://127.0.0.1:${port}${path}`,
];

/** Hash of everything that makes one generation differ from the next: six hex digits. Folders of the app count by where
 * they are in it, so that a checkout elsewhere has the same names.
 */
export function generationOf(spec: ContainerSpec, { app }: Pick<Deployment, "app">): string {
  const { limits: _limits, dependsOn: _dependsOn, image, networks, volumes = [], ...rest } = spec;
  const placed = ({ source, ...mount }: VolumeMount): VolumeMount => ({
    ...mount,
    source: isAbsolute(source) ? relative(app.directory, source) : source,
  });
  const content = {
    ...rest,
    volumes: volumes.map(placed),
    image: image.reference,
    networks: networks.map(({ name, aliases }) => [name, aliases]),
  };
  return createHash("sha256").update(JSON.stringify(content, sorted)).digest("hex").slice(0, 6);
}

export function createContainer(
  parent: ComponentResource,
  deployment: Deployment,
  spec: ContainerSpec,
): Container {
  const name = containerName(deployment, spec);
  const files = createFiles(parent, deployment, name, spec);
  return new Container(
    name,
    {
      name,
      image: spec.image.id,
      ...(spec.entrypoint && { entrypoints: [...spec.entrypoint] }),
      ...(spec.command && { command: [...spec.command] }),
      envs: environment(spec),
      ...(spec.user && { user: spec.user }),
      ...hardening(spec),
      ...limits(spec.limits),
      ...lifecycle(spec),
      ...(spec.health && { healthcheck: healthcheck(spec.health) }),
      labels: asLabels({
        ...labelsOf(deployment, spec.part, spec.of),
        "atelier.run": spec.run,
        ...spec.labels,
      }),
      ...networking(spec),
      volumes: [{ fromContainer: files.name }, ...(spec.volumes ?? []).map(volume)],
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
    },
    {
      parent,
      deleteBeforeReplace: true,
      ...(spec.dependsOn && { dependsOn: spec.dependsOn }),
      additionalSecretOutputs: ["containerLogs"],
      ...(spec.run === "once" && { customTimeouts: { create: "15m" } }),
    },
  );
}

function containerName(deployment: Deployment, spec: ContainerSpec): string {
  if (spec.state === "stateful") return nameOf(deployment, spec.name);
  const name = `${nameOf(deployment, spec.name)}-${generationOf(spec, deployment)}`;
  const attempt = deployment.host.attempts[name];
  return attempt === undefined ? name : `${name}-${attempt}`;
}

function environment({ env = {}, secretEnv = {} }: ContainerSpec) {
  const plain = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const hidden = Object.entries(secretEnv).map(([key, value]) => secret(`${key}=${value}`));
  return [...plain.sort(), ...hidden];
}

function hardening({ scratch = {} }: ContainerSpec) {
  const folders = { "/tmp": undefined, ...scratch };
  const tmpfs = Object.entries(folders).map(([path, size]) => [
    path,
    `rw,nosuid,nodev,mode=1777,size=${inMebibytes(size ?? DEFAULT_SCRATCH)}m`,
  ]);
  return {
    readOnly: true,
    init: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    tmpfs: Object.fromEntries(tmpfs) as Record<string, string>,
  };
}

const DEFAULT_SCRATCH = (64 * 1024 ** 2) as Bytes;

function limits({ cpu, memory, reserve }: Limits) {
  return {
    cpus: decimal(cpu),
    // Docker weighs containers by shares when processors are scarce: 1024 per reserved core.
    cpuShares: Math.max(2, Math.round((reserve?.cpu ?? cpu) * 1024)),
    memory: inMebibytes(memory),
    // Always set together: raising memory past a fixed swap limit fails half way.
    memorySwap: inMebibytes(memory),
    memoryReservation: inMebibytes(reserve?.memory ?? memory),
  };
}

function lifecycle({ run, health, stop = {} }: ContainerSpec) {
  const grace = inSeconds(stop.grace ?? seconds(10));
  const common = {
    ...(stop.signal && { stopSignal: stop.signal }),
    stopTimeout: grace,
    destroyGraceSeconds: grace,
  };
  if (run === "once") return { ...common, mustRun: false, attach: true, logs: true, restart: "no" };
  if (run === "on-schedule") return { ...common, mustRun: false, start: false, restart: "no" };
  const wait = health && { wait: true, waitTimeout: Math.ceil(patience(health)) };
  return { ...common, restart: "unless-stopped", ...wait };
}

/** The provider's spelling, `1.0` for 1. Another spelling would be an eternal difference, and a replacement. */
function decimal(cpu: Cpu): string {
  return Number.isInteger(cpu) ? `${cpu}.0` : String(cpu);
}

/** Seconds after which a start without a good probe is a failed start. */
function patience({ startup, every, timeout, failAfter }: Probe): number {
  return inSeconds(startup) + failAfter * (inSeconds(every) + inSeconds(timeout)) + 10;
}

function healthcheck({ test, every, timeout, failAfter, startup }: Probe): inputs.ContainerHealthcheck {
  return {
    tests: [...test],
    interval: duration(every),
    timeout: duration(timeout),
    retries: failAfter,
    startPeriod: duration(startup),
  };
}

/** Go's spelling of a duration as Docker gives it back: `1m30s`. Another spelling would be an eternal difference. */
export function duration(time: Duration): string {
  const total = inSeconds(time);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = total % 60;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}

function networking({ networks, ports, outside }: ContainerSpec) {
  return {
    networkMode: networks.length > 0 ? "bridge" : "none",
    ...(networks.length > 0 && {
      networksAdvanced: networks.map(({ id, aliases }) => ({ name: id, aliases: [...aliases] })),
    }),
    ...(ports && { ports: [...ports] }),
    // Names outside are looked up at an address that answers nothing, so that no data leaves through DNS.
    ...(!outside && networks.length > 0 && { dns: ["127.0.0.1"] }),
  };
}

function volume({ source, path, readOnly }: VolumeMount): inputs.ContainerVolume {
  const isFolder = source.startsWith("/");
  return { ...(isFolder ? { hostPath: source } : { volumeName: source }), containerPath: path, readOnly };
}

function sorted(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}
