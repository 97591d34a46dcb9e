/** Arguments of a Memorystore instance. */
import type { InstanceArgs } from "@pulumi/gcp/redis/instance.js";
import type { Redis } from "../../../src/config/model.ts";
import { gibibytes } from "../../../src/config/units.ts";
import { type Deployment, homeOf, labelsOf } from "../deployment.ts";
import type { GcpNetwork } from "../handles.ts";

export const MOST_GIB = 300;

/** Major version → Google's newest of it. */
export const VERSIONS: Readonly<Record<number, string>> = { 6: "REDIS_6_X", 7: "REDIS_7_2" };

/** Whole gibibytes, one at the least. */
export const sizeOf = ({ memory }: Pick<Redis, "memory">) => Math.max(1, Math.ceil(memory / gibibytes(1)));

/** A snapshot is the most that there is; every hour is the most often. */
const PERSISTENCE = {
  none: { persistenceMode: "DISABLED" },
  snapshot: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
  "append-only": { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
} as const satisfies Record<Redis["persistence"], InstanceArgs["persistenceConfig"]>;

export interface InstanceOptions {
  readonly name: string;
  readonly spec: Redis;
  readonly deployment: Deployment;
  readonly network: GcpNetwork;
}

export function instanceArgs({ name, spec, deployment, network }: InstanceOptions): InstanceArgs {
  const { app, settings } = deployment;
  const version = VERSIONS[spec.version];
  if (version === undefined) throw new Error(`Redis ${spec.version} is not offered; it was refused before.`);
  if (!network.privateServices)
    throw new Error(`data.${name}: the network has no range for managed services.`);
  return {
    displayName: `${name} of ${app.name}, ${app.environment}`,
    region: homeOf(deployment),
    tier: spec.highAvailability ? "STANDARD_HA" : "BASIC",
    memorySizeGb: sizeOf(spec),
    redisVersion: version,
    redisConfigs: { "maxmemory-policy": spec.eviction },
    readReplicasMode: "READ_REPLICAS_DISABLED",
    authEnabled: true,
    transitEncryptionMode: "SERVER_AUTHENTICATION",
    connectMode: "PRIVATE_SERVICE_ACCESS",
    authorizedNetwork: network.id,
    reservedIpRange: network.privateServices.range,
    ...(settings.encryptionKey !== undefined && { customerManagedKey: settings.encryptionKey }),
    persistenceConfig: PERSISTENCE[spec.persistence],
    maintenancePolicy: {
      weeklyMaintenanceWindows: [
        // Four in the morning, UTC, like the databases.
        { day: "SUNDAY", startTime: { hours: 4, minutes: 0, seconds: 0, nanos: 0 } },
      ],
    },
    deletionProtection: app.protect,
    labels: labelsOf(deployment),
  };
}
