/** An index on a Filestore share: for what is too large or changes too often for a bucket. */
import { Job } from "@pulumi/gcp/cloudrunv2/job.js";
import { Instance } from "@pulumi/gcp/filestore/instance.js";
import { type Input, interpolate, type Output, type Resource } from "@pulumi/pulumi";
import { type Bytes, gibibytes } from "../../../src/config/units.ts";
import type { Identity } from "../../contracts/identity.ts";
import { type Deployment, homeOf, labelsOf } from "../deployment.ts";
import { grantKey } from "../encryption.ts";
import type { GcpNetwork } from "../handles.ts";
import { nameOf } from "../names.ts";
import { emailOf } from "../principal.ts";

const SHARE = "vectors";
export const LARGEST_SHARE = gibibytes(102_400);
/** Sizes that Filestore's REGIONAL tier has, in GiB (cloud.google.com/filestore/docs/service-tiers). */
const STEPS = [
  { below: 1024, step: 1, least: 100 },
  { below: 10_240, step: 256, least: 1024 },
  { below: Number.POSITIVE_INFINITY, step: 2560, least: 10_240 },
] as const;

export interface ShareArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  readonly network: GcpNetwork;
  readonly storage: Bytes;
  /** Whoever writes; nobody does when absent. */
  readonly writer: Identity | undefined;
}

export interface Share {
  readonly name: Output<string>;
  /** `10.1.2.3:/vectors`. */
  readonly source: Output<string>;
  readonly ready: readonly Input<Resource>[];
}

export function createShare(parent: Resource, name: string, args: ShareArgs): Share {
  const instance = createInstance(parent, name, args);
  const address = addressOf(instance);
  const opened = args.writer && openShare(parent, name, args, { address, writer: args.writer, instance });
  return {
    name: instance.name,
    source: interpolate`${address}:/${SHARE}`,
    ready: opened ? [instance, opened] : [instance],
  };
}

/** A program that runs without Google has no answer to that. */
function addressOf({ networks }: Instance): Output<string> {
  return networks.apply(
    ([network]: readonly { readonly ipAddresses?: readonly string[] }[]) => network?.ipAddresses?.[0] ?? "",
  );
}

/** The next size up that Filestore has. */
export function capacityOf(storage: Bytes): number {
  const wanted = Math.ceil(storage / gibibytes(1));
  const size = STEPS.find(({ below, step }) => Math.ceil(wanted / step) * step < below) ?? STEPS[2];
  return Math.max(size.least, Math.ceil(wanted / size.step) * size.step);
}

/** @throws Error when the network gave managed services no addresses */
function createInstance(
  parent: Resource,
  name: string,
  { deployment, network, storage }: ShareArgs,
): Instance {
  const { app, settings } = deployment;
  const services = network.privateServices;
  if (!services) throw new Error(`data.${name}: the network has no range for managed services.`);
  return new Instance(
    name,
    {
      name: nameOf(app, "filestore", name),
      location: homeOf(deployment),
      tier: "REGIONAL",
      protocol: "NFS_V3",
      fileShares: {
        name: SHARE,
        capacityGb: capacityOf(storage),
        nfsExportOptions: [
          { ipRanges: [settings.cidr], accessMode: "READ_WRITE", squashMode: "NO_ROOT_SQUASH" },
        ],
      },
      networks: [
        {
          network: network.id,
          modes: ["MODE_IPV4"],
          connectMode: "PRIVATE_SERVICE_ACCESS",
          reservedIpRange: services.range,
        },
      ],
      ...(settings.encryptionKey !== undefined && { kmsKeyName: settings.encryptionKey }),
      deletionProtectionEnabled: app.protect,
      labels: labelsOf(deployment),
    },
    {
      parent,
      protect: app.protect,
      dependsOn: [services.ready, ...grantKey(parent, name, deployment, "file")],
    },
  );
}

interface Opening {
  readonly address: Output<string>;
  readonly writer: Identity;
  readonly instance: Instance;
}

/** A new share belongs to root, and services run under users of their own. Who may write is decided by the mount, so
 * the folder itself is opened, once, by a job that is done when it has been.
 */
function openShare(
  parent: Resource,
  name: string,
  { deployment, network }: ShareArgs,
  { address, writer, instance }: Opening,
): Job {
  const home = homeOf(deployment);
  return new Job(
    `${name}-setup`,
    {
      name: nameOf(deployment.app, "run", name, "setup"),
      location: home,
      deletionProtection: false,
      runExecutionToken: "once",
      labels: labelsOf(deployment),
      template: {
        template: {
          serviceAccount: emailOf(writer),
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          maxRetries: 3,
          timeout: "300s",
          containers: [
            {
              image: "docker.io/library/busybox:1.37.0",
              commands: ["chmod"],
              args: ["0777", `/${SHARE}`],
              volumeMounts: [{ name: SHARE, mountPath: `/${SHARE}` }],
            },
          ],
          volumes: [{ name: SHARE, nfs: { server: address, path: `/${SHARE}`, readOnly: false } }],
          vpcAccess: {
            egress: "ALL_TRAFFIC",
            networkInterfaces: [
              {
                network: network.id,
                subnetwork: network.subnet(home),
                tags: [network.tag(writer.service)],
              },
            ],
          },
        },
      },
    },
    { parent, dependsOn: [instance, ...network.ready] },
  );
}
