/** The one way in which this target describes containers: services, worker pools and jobs share it.
 *
 * Secrets are files where the service does not ask otherwise. Cloud Run mounts one secret per folder, so that the
 * file is `/run/secrets/<NAME>/value`; `<NAME>_FILE` says so, as everywhere. Versions are pinned: a new version is a
 * new template. What goes out takes the app's own network, so that its firewall and its NAT apply.
 */
import { createHash } from "node:crypto";
import { type Input, type Output, output, type Resource } from "@pulumi/pulumi";
import { type Bytes, bytes, mebibytes } from "../../../src/config/units.ts";
import type { GcpGrant, GcpMount, GcpSecret } from "../handles.ts";
import { emailOf } from "../principal.ts";
import { COLLECTOR_FOLDER, type Collector } from "./collector.ts";
import type { ContainerServiceArgs } from "./deployment.ts";
import { envIn } from "./grant.ts";
import { asMemory, collectorLimits, limitsOf, memoryOf } from "./size.ts";

export const SECRETS_FOLDER = "/run/secrets";
const CONTAINER = "app";

/** Everything of a template that services, worker pools and jobs spell the same way. */
export function describeTemplate(args: ContainerServiceArgs, region: string, collector?: Collector) {
  const { identity, network, name, spec } = args;
  const files = [...secretFiles(args), ...mounts(args), ...scratch(args)];
  return {
    serviceAccount: emailOf(identity),
    containers: [describeContainer(args, region, files), ...describeCollector(args, collector)],
    volumes: [...files.map(({ volume }) => volume), ...collectorVolume(collector)],
    vpcAccess: {
      egress: "ALL_TRAFFIC",
      networkInterfaces: [
        { network: network.id, subnetwork: network.subnet(region), tags: [network.tag(name)] },
      ],
    },
    ...(spec.gpu && { nodeSelector: { accelerator: spec.gpu.kind }, gpuZonalRedundancyDisabled: true }),
  };
}

/** What must be there before anything of the template starts. */
export function readyOf(
  { after, grants, identity, network, ...args }: ContainerServiceArgs,
  collector?: Collector,
) {
  const readers = Object.values(secretsOf({ grants, ...args })).map(
    (secret): Input<Resource> => secret.readers(identity.principal, identity.service),
  );
  const granted = Object.values(grants).flatMap(({ ready }) => ready);
  return [...network.ready, ...after, ...granted, ...readers, ...(collector?.ready ?? [])];
}

/** Eight hex digits of everything that is in the templates. */
export function hashOf(content: object): Output<string> {
  return output(content).apply((known: unknown) =>
    createHash("sha256").update(JSON.stringify(known, sorted)).digest("hex").slice(0, 8),
  );
}

function describeContainer(args: ContainerServiceArgs, region: string, files: readonly File[]) {
  const { images, name, spec } = args;
  return {
    name: CONTAINER,
    image: images.of(name, spec),
    ...(spec.command && { commands: [...spec.command] }),
    envs: environment(args, region),
    resources: { limits: limitsOf(spec) },
    volumeMounts: files.map(({ volume, path }) => ({ name: volume.name, mountPath: path })),
  };
}

// ------------------------------------------------------------------------------------------ variables

function environment(args: ContainerServiceArgs, region: string) {
  const { app, grants, spec } = args;
  const granted = Object.assign({}, ...Object.values(grants).map((grant) => envIn(grant, region))) as Env;
  const plain: Env = {
    ATELIER_ENVIRONMENT: app.environment,
    ...(spec.metrics && { METRICS_PORT: String(spec.metrics.port) }),
    ...renamed(granted, spec.envNames),
    ...(spec.secretsAs === "files" && fileVariables(args)),
    ...spec.env,
  };
  const secrets = spec.secretsAs === "environment" ? secretsOf(args) : {};
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).map(([name, { secret, version }]) => ({
      name,
      valueSource: { secretKeyRef: { secret, version } },
    })),
  ].sort((a, b) => compare(a.name, b.name));
}

type Env = Readonly<Record<string, Input<string>>>;

const fileVariables = (args: ContainerServiceArgs): Env =>
  Object.fromEntries(
    Object.keys(secretsOf(args)).map((name) => [`${name}_FILE`, `${SECRETS_FOLDER}/${name}/value`]),
  );

/** By the name under which the service wants them. */
function secretsOf({ grants, secrets, spec }: Pick<ContainerServiceArgs, "grants" | "secrets" | "spec">) {
  const granted = Object.assign(
    {},
    ...Object.values(grants).map((grant: GcpGrant) => grant.secrets),
  ) as Record<string, GcpSecret>;
  return renamed({ ...granted, ...secrets }, spec.envNames);
}

const renamed = <T>(values: Readonly<Record<string, T>>, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [names[key] ?? key, value]));

// -------------------------------------------------------------------------------------------- volumes

interface File {
  readonly volume: Volume;
  readonly path: string;
}

export interface Volume {
  readonly name: string;
  readonly secret?: {
    readonly secret: Input<string>;
    readonly items: { readonly version: Input<string>; readonly path: string }[];
  };
  readonly gcs?: {
    readonly bucket: Input<string>;
    readonly readOnly: boolean;
    readonly mountOptions: string[];
  };
  readonly nfs?: { readonly server: Input<string>; readonly path: Input<string>; readonly readOnly: boolean };
  readonly emptyDir?: { readonly medium: "MEMORY"; readonly sizeLimit: string };
}

function secretFiles(args: ContainerServiceArgs): File[] {
  if (args.spec.secretsAs !== "files") return [];
  return Object.entries(secretsOf(args))
    .sort(([a], [b]) => compare(a, b))
    .map(([name, { secret, version }], index) => ({
      volume: { name: `secret-${index}`, secret: { secret, items: [{ version, path: "value" }] } },
      path: `${SECRETS_FOLDER}/${name}`,
    }));
}

function mounts({ grants }: ContainerServiceArgs): File[] {
  return Object.values(grants)
    .flatMap((grant) => grant.mounts)
    .sort((a, b) => compare(a.path, b.path))
    .map((mount, index) => ({ volume: { name: `data-${index}`, ...source(mount) }, path: mount.path }));
}

function source({ options = [], readOnly, source: from, type }: GcpMount): Omit<Volume, "name"> {
  if (type === "bucket") {
    // Folders of a bucket are only prefixes, and everything in it would belong to root.
    const writable = readOnly ? [] : ["file-mode=666", "dir-mode=777"];
    return { gcs: { bucket: from, readOnly, mountOptions: ["implicit-dirs", ...writable, ...options] } };
  }
  const at = output(from);
  return {
    nfs: {
      server: at.apply((text) => text.slice(0, text.indexOf(":"))),
      path: at.apply((text) => text.slice(text.indexOf(":") + 1)),
      readOnly,
    },
  };
}

/** `/tmp` is there already, writable and in memory like the whole root. */
function scratch({ spec }: ContainerServiceArgs): File[] {
  const size = bytes(Math.min(LARGEST_SCRATCH, memoryOf(spec) / 2));
  return spec.scratch
    .filter((path) => path !== "/tmp")
    .map((path, index) => ({
      volume: { name: `scratch-${index}`, emptyDir: { medium: "MEMORY", sizeLimit: asMemory(size) } },
      path,
    }));
}

const LARGEST_SCRATCH: Bytes = mebibytes(256);

// ------------------------------------------------------------------------------------------ collector

const COLLECTOR_VOLUME = "collector";

function describeCollector({ deployment }: ContainerServiceArgs, collector?: Collector) {
  if (!collector) return [];
  return [
    {
      name: "collector",
      image: deployment.settings.collector,
      dependsOns: [CONTAINER],
      resources: { limits: collectorLimits() },
      volumeMounts: [{ name: COLLECTOR_VOLUME, mountPath: COLLECTOR_FOLDER }],
    },
  ];
}

function collectorVolume(collector?: Collector): Volume[] {
  if (!collector) return [];
  const { secret, version } = collector.config;
  return [{ name: COLLECTOR_VOLUME, secret: { secret, items: [{ version, path: "config.yaml" }] } }];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Keys in one order, so that the same content has one hash. */
function sorted(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compare(a, b)));
}
