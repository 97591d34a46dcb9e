/** Arguments of Cloud SQL instances: the primary and its read replicas. */
import type { DatabaseInstanceArgs } from "@pulumi/gcp/sql/databaseInstance.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Backup, Postgres } from "../../../src/config/model.ts";
import { type Duration, days, gibibytes } from "../../../src/config/units.ts";
import type { DataArgs } from "../../contracts/data.ts";
import { databaseOf } from "../../data/postgres/setup.ts";
import { type Deployment, homeOf, labelsOf, regionsOf } from "../deployment.ts";
import type { GcpHandles } from "../handles.ts";
import { extensionFlags } from "./extensions.ts";
import { parseTier, type Tier, tierOf } from "./tiers.ts";

export interface PostgresArgs extends DataArgs<"postgres", GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

export interface InstanceOptions extends Pick<PostgresArgs, "spec" | "deployment" | "network"> {
  readonly name: string;
}

type Settings = inputs.sql.DatabaseInstanceSettings;

/** Log entries for point-in-time recovery: ENTERPRISE keeps seven days at most, ENTERPRISE_PLUS 35. */
const MOST_LOG_DAYS = { ENTERPRISE: 7, ENTERPRISE_PLUS: 35 } as const;
const LEAST_DISK = 10;
/** How long the last backup outlives a protected instance that is deleted after all. */
const FINAL_BACKUP_DAYS = 30;

/** By the settings, or the smallest that carries the app's cpu and memory. */
export function machineOf(name: string, spec: Postgres, settings: Deployment["settings"]): Tier {
  const named = settings.data[name]?.tier;
  const tier = named === undefined ? undefined : parseTier(named);
  if (tier && "wrong" in tier) throw new Error(`${named} ${tier.wrong}; it was refused before.`);
  return tier ?? tierOf(spec);
}

export function primaryArgs(options: InstanceOptions): DatabaseInstanceArgs {
  const { spec, deployment } = options;
  const { app, settings } = deployment;
  return {
    databaseVersion: versionOf(spec),
    region: homeOf(deployment),
    deletionProtection: app.protect,
    ...(settings.encryptionKey !== undefined && { encryptionKeyName: settings.encryptionKey }),
    settings: {
      ...sharedSettings(options),
      availabilityType: spec.highAvailability ? "REGIONAL" : "ZONAL",
      backupConfiguration: backupOf(options),
      retainBackupsOnDelete: app.protect,
      finalBackupConfig: app.protect
        ? { enabled: true, retentionDays: FINAL_BACKUP_DAYS }
        : { enabled: false },
      // Four in the morning on Sunday, UTC, a week after those who try updates first.
      maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
    },
  };
}

export function replicaArgs(options: InstanceOptions, region: string, primary: Input<string>) {
  const { spec, deployment } = options;
  return {
    databaseVersion: versionOf(spec),
    instanceType: "READ_REPLICA_INSTANCE",
    masterInstanceName: primary,
    region,
    deletionProtection: deployment.app.protect,
    settings: { ...sharedSettings(options), availabilityType: "ZONAL" },
  } satisfies DatabaseInstanceArgs;
}

/** Regions of the replicas in their order: the app's other ones first, for the day when the home region is gone. */
export function replicaRegions({ spec, deployment }: Pick<InstanceOptions, "spec" | "deployment">): string[] {
  const [home, ...others] = regionsOf(deployment);
  const places = [...others, home];
  return Array.from({ length: spec.replicas }, (_, index) => places[index % places.length] ?? home);
}

export const diskOf = ({ storage }: Pick<Postgres, "storage">) =>
  Math.max(LEAST_DISK, Math.ceil(storage / gibibytes(1)));

/** What a primary and its replicas have in common; a replica's flags must allow as many connections. */
function sharedSettings({ name, spec, deployment, network }: InstanceOptions): Settings {
  const { app, settings } = deployment;
  const { name: tier, edition } = machineOf(name, spec, settings);
  if (!network.privateServices)
    throw new Error(`data.${name}: the network has no range for managed services.`);
  const disk = diskOf(spec);
  return {
    tier,
    edition,
    activationPolicy: "ALWAYS",
    deletionProtectionEnabled: app.protect,
    diskType: "PD_SSD",
    diskSize: disk,
    diskAutoresize: true,
    // It grows by itself when it is nearly full, and never shrinks; twice the plan is where somebody should look.
    diskAutoresizeLimit: disk * 2,
    ipConfiguration: {
      ipv4Enabled: false,
      privateNetwork: network.id,
      allocatedIpRange: network.privateServices.range,
      sslMode: "ENCRYPTED_ONLY",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
    },
    databaseFlags: Object.entries(flagsOf(name, spec)).map(([flag, value]) => ({ name: flag, value })),
    insightsConfig: {
      queryInsightsEnabled: true,
      queryPlansPerMinute: 5,
      queryStringLength: 1024,
      recordApplicationTags: true,
      recordClientAddress: false,
    },
    userLabels: labelsOf(deployment),
  };
}

const versionOf = ({ version }: Postgres) => `POSTGRES_${version}`;

function backupOf({
  name,
  spec,
  deployment,
}: InstanceOptions): inputs.sql.DatabaseInstanceSettingsBackupConfiguration {
  const { backup } = spec;
  if (!backup) return { enabled: false, pointInTimeRecoveryEnabled: false };
  const { edition } = machineOf(name, spec, deployment.settings);
  const [, second] = regionsOf(deployment);
  // Google's nearest multi-region when nothing is said. With a key backups stay where the key is.
  const location = deployment.settings.encryptionKey === undefined ? second : homeOf(deployment);
  return {
    enabled: true,
    startTime: "02:00",
    ...(location !== undefined && { location }),
    pointInTimeRecoveryEnabled: true,
    transactionLogRetentionDays: Math.min(inDays(backup.keep), MOST_LOG_DAYS[edition]),
    backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: inDays(backup.keep) },
  };
}

/** At least one; a started day counts. */
export const inDays = (time: Duration) => Math.max(1, Math.ceil(time / days(1)));

/** Days back to which any moment can be restored. */
export const logDays = (backup: Backup, edition: Tier["edition"]) =>
  Math.min(inDays(backup.keep), MOST_LOG_DAYS[edition]);

/** For the administrator, Google's own agents and an operator; a changed max_connections restarts the server, so
 * small changes of scale stay below the next step.
 */
const RESERVED_CONNECTIONS = 20;
const CONNECTION_STEP = 50;

function flagsOf(name: string, { pool, extensions }: Postgres): Record<string, string> {
  const connections = Math.ceil(pool.total / CONNECTION_STEP) * CONNECTION_STEP + RESERVED_CONNECTIONS;
  return {
    max_connections: String(connections),
    "cloudsql.iam_authentication": "on",
    "cloudsql.enable_pgaudit": "on",
    // Who may do what, and what tables look like. Passwords come as SCRAM verifiers, so none is in a log.
    "pgaudit.log": "ddl,role",
    log_checkpoints: "on",
    log_connections: "on",
    log_disconnections: "on",
    // A line per statement, without its text: security checks want it, Cloud Logging bills it.
    log_duration: "on",
    log_executor_stats: "off",
    log_hostname: "on",
    log_lock_waits: "on",
    log_min_duration_statement: "-1",
    log_min_error_statement: "error",
    log_min_messages: "warning",
    log_parser_stats: "off",
    log_planner_stats: "off",
    log_statement: "ddl",
    log_statement_stats: "off",
    log_temp_files: "0",
    ...extensionFlags(extensions, databaseOf(name)),
  };
}
