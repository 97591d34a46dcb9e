/** One container, from the words of Pulumi's Docker provider into those of a compose file. */
import type { Lent } from "./lent.ts";
import type { ContainerInputs, Mount, Port } from "./state.ts";

/** A service of a compose file. */
export type Service = Readonly<Record<string, unknown>>;

export interface Known {
  /** Docker's id → name. */
  readonly networks: ReadonlyMap<string, string>;
  readonly lent: readonly Lent[];
}

type Translations = {
  readonly [Key in keyof ContainerInputs]-?: (
    value: NonNullable<ContainerInputs[Key]>,
    known: Known,
  ) => Service;
};

const nothing = (): Service => ({});

/** What makes the container, and what only says how the provider handles it. */
const TRANSLATIONS = {
  name: (container_name) => ({ container_name }),
  // Compose must neither pull nor build: the images are there.
  image: (image) => ({ image, pull_policy: "never" }),
  entrypoints: (entrypoint) => ({ entrypoint }),
  command: (command) => ({ command }),
  envs: (environment) => ({ environment }),
  user: (user) => ({ user }),
  readOnly: (read_only) => ({ read_only }),
  init: (init) => ({ init }),
  capabilities: ({ drops = [] }) => ({ cap_drop: drops }),
  securityOpts: (security_opt) => ({ security_opt }),
  tmpfs: (tmpfs) => ({ tmpfs: Object.entries(tmpfs).map(([path, options]) => `${path}:${options}`) }),
  cpus: (cpus) => ({ cpus: Number(cpus) }),
  cpuShares: (cpu_shares) => ({ cpu_shares }),
  memory: (memory) => ({ mem_limit: `${memory}m` }),
  memorySwap: (memory) => ({ memswap_limit: `${memory}m` }),
  memoryReservation: (memory) => ({ mem_reservation: `${memory}m` }),
  restart: (restart) => ({ restart }),
  stopSignal: (stop_signal) => ({ stop_signal }),
  stopTimeout: (seconds) => ({ stop_grace_period: `${seconds}s` }),
  healthcheck: ({ tests, interval, timeout, retries, startPeriod: start_period }) => ({
    healthcheck: { test: tests, interval, timeout, retries, start_period },
  }),
  labels: (labels) => ({ labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])) }),
  networkMode: (mode) => (mode === "bridge" ? {} : { network_mode: mode }),
  networksAdvanced: (attached, { networks }) => ({
    networks: Object.fromEntries(
      attached.map(({ name, aliases = [] }) => [networks.get(name) ?? name, { aliases }]),
    ),
  }),
  ports: (ports) => ({ ports: ports.map(port) }),
  dns: (dns) => ({ dns }),
  volumes: (mounts, { lent }) => ({ volumes: mounts.flatMap((mount) => volumes(mount, lent)) }),
  logDriver: (driver) => ({ logging: { driver } }),
  logOpts: (options) => ({ logging: { options } }),
  uploads: () => {
    throw new Error("Compose can't copy files into a container; a companion must lend them.");
  },
  start: nothing,
  mustRun: nothing,
  attach: nothing,
  logs: nothing,
  wait: nothing,
  waitTimeout: nothing,
  removeVolumes: nothing,
  destroyGraceSeconds: nothing,
  containerReadRefreshTimeoutMilliseconds: nothing,
} satisfies Translations;

/** @throws Error when an input has no translation: the comparison would not be of the same containers. */
export function translate(inputs: ContainerInputs, known: Known): Service {
  const service: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(inputs)) {
    const translation = (TRANSLATIONS as Record<string, Translation>)[key];
    if (!translation) throw new Error(`${inputs.name}: the input ${key} has no translation for compose.`);
    for (const [name, part] of Object.entries(translation(value as never, known))) {
      service[name] = name === "logging" ? { ...(service.logging as object), ...(part as object) } : part;
    }
  }
  return service;
}

type Translation = (value: never, known: Known) => Service;

function port({ internal, external, ip, protocol = "tcp" }: Port) {
  return { target: internal, published: String(external), ...(ip && { host_ip: ip }), protocol };
}

function volumes(mount: Mount, lent: readonly Lent[]): object[] {
  const { volumeName, hostPath, fromContainer, containerPath: target, readOnly = false } = mount;
  if (fromContainer) {
    return lent
      .filter(({ companion }) => companion === fromContainer)
      .map(({ folder, path }) => ({ type: "bind", source: folder, target: path, read_only: true }));
  }
  const read_only = readOnly;
  if (hostPath) return [{ type: "bind", source: hostPath, target, read_only }];
  return [{ type: "volume", source: volumeName, target, read_only }];
}
