/** The template of a service's instances in one region: a shielded machine without a public address, on
 * Container-Optimized OS, as the service's own identity.
 *
 * A template cannot be changed: a change makes a new one, the group moves to it, and only then the old one goes.
 */
import { RegionInstanceTemplate } from "@pulumi/gcp/compute/regionInstanceTemplate.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import { all, type Input, type Output, output, type Resource } from "@pulumi/pulumi";
import { type Bytes, mebibytes } from "../../../src/config/units.ts";
import { labelsOf } from "../deployment.ts";
import { locationOfKey } from "../encryption.ts";
import type { GcpGrant, GcpSecret } from "../handles.ts";
import { shorten, stackOf } from "../names.ts";
import { emailOf } from "../principal.ts";
import type { Boot, Collector } from "./boot.ts";
import { cloudInit } from "./cloud-init.ts";
import { autoNamed, type ContainerServiceArgs, serviceSettings } from "./deployment.ts";
import { diskTypeOf, type Machine, machineOf } from "./machine.ts";

const SCRATCH = mebibytes(256);
const TMP = mebibytes(64);
/** In GiB. */
const DISK = 30;

export function createTemplate(
  parent: Resource,
  args: ContainerServiceArgs,
  region: string,
): RegionInstanceTemplate {
  const { app, name, spec, deployment, network, identity } = args;
  const machine = chosenMachine(args);
  return new RegionInstanceTemplate(
    autoNamed(app, name, region),
    {
      // Google's provider adds a time and a counter; a longer beginning would get shorter ones.
      namePrefix: `${shorten(`${stackOf(app)}-${name}`, 36)}-`,
      region,
      machineType: machine.type,
      ...(machine.accelerator && { guestAccelerators: [machine.accelerator] }),
      disks: [bootDisk(args, region, machine)],
      networkInterfaces: [{ subnetwork: network.subnet(region) }],
      canIpForward: false,
      serviceAccount: {
        email: emailOf(identity),
        scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      },
      shieldedInstanceConfig: {
        enableSecureBoot: true,
        enableVtpm: true,
        enableIntegrityMonitoring: true,
      },
      // A machine with a gpu cannot move to another host while it runs.
      scheduling: { automaticRestart: true, onHostMaintenance: spec.gpu ? "TERMINATE" : "MIGRATE" },
      metadata: {
        "enable-oslogin": "TRUE",
        "block-project-ssh-keys": "TRUE",
        "serial-port-enable": "FALSE",
        "google-logging-enabled": "true",
        "google-monitoring-enabled": "true",
        "cos-update-strategy": "update_disabled",
        "user-data": userData(args),
      },
      tags: [network.tag(name)],
      labels: {
        ...labelsOf(deployment),
        service: name,
        ...(deployment.settings.patched && { patched: deployment.settings.patched }),
      },
    },
    // A canary's stable instances keep the template of before, which Google does not let go while it is in use.
    { parent, retainOnDelete: spec.rollout.strategy === "canary" },
  );
}

/** @throws Error when nothing fits; the target refused that before */
export function chosenMachine({ name, spec, deployment }: ContainerServiceArgs): Machine {
  const machine = machineOf(spec, serviceSettings(deployment.settings, name).machineType);
  if (!machine) throw new Error(`No machine type fits services.${name}.`);
  return machine;
}

function bootDisk(
  { name, deployment }: ContainerServiceArgs,
  region: string,
  machine: Machine,
): inputs.compute.RegionInstanceTemplateDisk {
  const { settings } = deployment;
  const { disk = DISK } = serviceSettings(settings, name);
  const key = keyIn(settings.encryptionKey, region);
  return {
    boot: true,
    autoDelete: true,
    sourceImage: settings.system,
    diskType: diskTypeOf(machine.type),
    diskSizeGb: disk,
    labels: labelsOf(deployment),
    ...(key && { diskEncryptionKey: { kmsKeySelfLink: key } }),
  };
}

/** The customer's key, where it may encrypt: a disk takes a key of its own region or a global one. */
export function keyIn(key: string | undefined, region: string): string | undefined {
  return key && [region, "global"].includes(locationOfKey(key)) ? key : undefined;
}

function userData(args: ContainerServiceArgs): Output<string> {
  const { name, spec, images, grants } = args;
  const given = Object.values(grants);
  return all([
    images.of(name, spec),
    all(environmentOf(args)),
    all(referencesOf(args)),
    all(given.flatMap(({ mounts }) => mounts).map(plainMount)),
  ]).apply(([image, env, secrets, mounts]) => cloudInit(bootOf(args, { image, env, secrets, mounts })));
}

const plainMount = ({ source, options = [], ...mount }: GcpGrant["mounts"][number]) =>
  output(source).apply((resolved) => ({ ...mount, source: resolved, options }));

function bootOf(
  { name, spec, deployment }: ContainerServiceArgs,
  resolved: Pick<Boot, "image" | "env" | "secrets" | "mounts">,
): Boot {
  const { port, metrics, command, user } = spec;
  const ports = new Set([port, metrics?.port].filter((one) => one !== undefined));
  const collector = collectorOf(name, spec, deployment);
  return {
    ...resolved,
    ...(command && { command }),
    ...(user && { user }),
    secretsAs: spec.secretsAs,
    ports: [...ports],
    cpu: spec.cpu,
    memory: spec.memory,
    scratch: scratchOf(spec.scratch),
    stopGrace: spec.stopGrace,
    ...gateOf(spec),
    gpus: spec.gpu?.count ?? 0,
    ...(collector && { collector }),
    mounter: deployment.settings.mounter,
  };
}

function gateOf({ port, health }: ContainerServiceArgs["spec"]): Pick<Boot, "gate"> {
  if (port === undefined || !health || health.ready === health.live) return {};
  return { gate: { port, path: health.ready } };
}

const scratchOf = (folders: readonly string[]): Record<string, Bytes> => ({
  "/tmp": TMP,
  ...Object.fromEntries(folders.map((path) => [path, SCRATCH])),
});

function collectorOf(
  name: string,
  { kind, metrics }: ContainerServiceArgs["spec"],
  { app, settings }: ContainerServiceArgs["deployment"],
): Collector | undefined {
  return (
    metrics && {
      image: settings.collector,
      job: name,
      port: metrics.port,
      path: metrics.path,
      every: metrics.every,
      labels: { app: app.name, environment: app.environment, kind },
      namespace: stackOf(app),
    }
  );
}

/** Plain variables, under the names that the service wants. */
function environmentOf({ app, spec, grants }: ContainerServiceArgs): Record<string, Input<string>> {
  const granted = Object.values(grants).flatMap(({ env }) => Object.entries(env));
  return {
    ATELIER_ENVIRONMENT: app.environment,
    ...(spec.port !== undefined && { PORT: String(spec.port) }),
    ...(spec.metrics && { METRICS_PORT: String(spec.metrics.port) }),
    ...Object.fromEntries(granted.map(([key, value]) => [spec.envNames[key] ?? key, value])),
    ...spec.env,
  };
}

/** Every secret that the service gets, under the name that it wants. */
export function secretsOf({ spec, grants, secrets }: ContainerServiceArgs): Record<string, GcpSecret> {
  const granted = Object.values(grants).flatMap((grant) => Object.entries(grant.secrets));
  return Object.fromEntries(
    [...granted, ...Object.entries(secrets)].map(([key, secret]) => [spec.envNames[key] ?? key, secret]),
  );
}

const referencesOf = (args: ContainerServiceArgs): Record<string, Input<string>> =>
  Object.fromEntries(Object.entries(secretsOf(args)).map(([name, { reference }]) => [name, reference]));
