/** Cloud SQL. */
import { z } from "zod";
import { expects, type Resource, type Rule, rule, ruleWith } from "../rule.ts";
import { at, isUnknown, maps, shown, text, UNKNOWN } from "../values.ts";

const INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";
const types = [INSTANCE];
const replica = ({ inputs }: Resource): boolean =>
  inputs.instanceType === "READ_REPLICA_INSTANCE" || inputs.masterInstanceName !== undefined;

/** What flags of PostgreSQL have to be; other engines have other flags. */
const flags = (wanted: Readonly<Record<string, readonly string[]>>) => (resource: Resource) => {
  const { inputs } = resource;
  const set = at(inputs, "settings.databaseFlags");
  if (isUnknown(set) || !text(inputs.databaseVersion).startsWith("POSTGRES")) return [];
  return Object.entries(wanted).flatMap(([name, allowed]) => {
    const value = maps(set).find((flag) => flag.name === name)?.value;
    const said = value === undefined ? DEFAULTS[name] : text(value).toLowerCase();
    return value === UNKNOWN || (said !== undefined && allowed.includes(said))
      ? []
      : [`flag ${name} is ${shown(value)}; allowed: ${allowed.join(", ")}`];
  });
};

/** What PostgreSQL does without a flag, where that is what is asked for. */
const DEFAULTS: Readonly<Record<string, string>> = {
  log_min_duration_statement: "-1",
  log_executor_stats: "off",
  log_parser_stats: "off",
  log_planner_stats: "off",
  log_statement_stats: "off",
  log_min_messages: "warning",
  log_min_error_statement: "error",
};

export const SQL_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-sql-tls",
      platform: "gcp",
      severity: "high",
      description: "Databases take connections with TLS alone",
      remedy: "set settings.ipConfiguration.sslMode: ENCRYPTED_ONLY",
      ids: ["CKV_GCP_6", "GCP-0015"],
    },
    {
      subject: "resource",
      types,
      judge: expects(
        "settings.ipConfiguration.sslMode",
        "ENCRYPTED_ONLY",
        "TRUSTED_CLIENT_CERTIFICATE_REQUIRED",
      ),
    },
  ),
  rule(
    {
      name: "gcp-sql-public",
      platform: "gcp",
      severity: "critical",
      description: "Databases have no public address and let in nobody from outside",
      remedy:
        "set settings.ipConfiguration.ipv4Enabled: false with privateNetwork, and no authorizedNetworks",
      ids: ["CKV_GCP_11", "CKV_GCP_60", "GCP-0017"],
    },
    {
      subject: "resource",
      types,
      judge: (resource) => [
        ...expects("settings.ipConfiguration.ipv4Enabled", false)(resource),
        ...maps(at(resource.inputs, "settings.ipConfiguration.authorizedNetworks")).map(
          ({ value }) => `settings.ipConfiguration.authorizedNetworks has ${shown(value)}`,
        ),
      ],
    },
  ),
  rule(
    {
      name: "gcp-sql-backup",
      platform: "gcp",
      severity: "high",
      description: "Databases are backed up every day",
      remedy: "set settings.backupConfiguration.enabled: true; in app.yaml: backup",
      ids: ["CKV_GCP_14", "GCP-0024"],
      productionOnly: true,
    },
    {
      subject: "resource",
      types,
      judge: (resource) =>
        replica(resource) ? [] : expects("settings.backupConfiguration.enabled", true)(resource),
    },
  ),
  rule(
    {
      name: "gcp-sql-point-in-time",
      platform: "gcp",
      severity: "medium",
      description: "Databases in production can go back to any minute of the last days",
      remedy: "set settings.backupConfiguration.pointInTimeRecoveryEnabled: true",
      ids: [],
      productionOnly: true,
    },
    {
      subject: "resource",
      types,
      judge: (resource) =>
        replica(resource) || !text(resource.inputs.databaseVersion).startsWith("POSTGRES")
          ? []
          : expects("settings.backupConfiguration.pointInTimeRecoveryEnabled", true)(resource),
    },
  ),
  ruleWith(
    {
      name: "gcp-sql-version",
      platform: "gcp",
      severity: "medium",
      description: "The database's major version still gets fixes",
      remedy: "upgrade databaseVersion; in app.yaml: version",
      ids: ["CKV_GCP_79"],
    },
    z.strictObject({
      postgres: z
        .int()
        .min(9)
        .default(14)
        .describe("Oldest major version of PostgreSQL; 13 ended in November 2025"),
      mysql: z.number().min(5).default(8.4).describe("Oldest version of MySQL; 8.0 ended in April 2026"),
    }),
    (settingsOf) => ({
      subject: "resource",
      types,
      judge: ({ inputs }, context) => {
        const oldest = settingsOf(context);
        const [, engine = "", version = ""] =
          /^(POSTGRES|MYSQL)_([\d_]+)/.exec(text(inputs.databaseVersion)) ?? [];
        const least = { POSTGRES: oldest.postgres, MYSQL: oldest.mysql }[engine];
        return least !== undefined && Number(version.replace("_", ".")) < least
          ? [
              `databaseVersion is ${shown(inputs.databaseVersion)}; the oldest allowed is ${engine}_${String(least).replace(".", "_")}`,
            ]
          : [];
      },
    }),
  ),
  rule(
    {
      name: "gcp-sql-audit",
      platform: "gcp",
      severity: "medium",
      description: "Who changes the schema or the rights in a database is recorded",
      remedy: "set the flags cloudsql.enable_pgaudit: on and log_statement: ddl",
      ids: ["CKV_GCP_110", "CKV_GCP_111"],
    },
    {
      subject: "resource",
      types,
      judge: flags({ "cloudsql.enable_pgaudit": ["on"], log_statement: ["ddl", "mod", "all"] }),
    },
  ),
  rule(
    {
      name: "gcp-sql-log-connections",
      platform: "gcp",
      severity: "low",
      description: "Databases record who connects, from where, and for how long",
      remedy: "set the flags log_connections, log_disconnections and log_hostname: on",
      ids: ["CKV_GCP_52", "CKV_GCP_53", "CKV_GCP_108", "GCP-0016", "GCP-0022"],
    },
    {
      subject: "resource",
      types,
      judge: flags({ log_connections: ["on"], log_disconnections: ["on"], log_hostname: ["on"] }),
    },
  ),
  rule(
    {
      name: "gcp-sql-log-errors",
      platform: "gcp",
      severity: "low",
      description: "Databases record warnings, and the statement of every error",
      remedy: "set the flags log_min_messages: warning and log_min_error_statement: error",
      ids: ["CKV_GCP_55", "CKV_GCP_109", "GCP-0018"],
    },
    {
      subject: "resource",
      types,
      judge: flags({
        log_min_messages: ["warning", "error"],
        log_min_error_statement: ["error", "warning", "notice", "info"],
      }),
    },
  ),
  rule(
    {
      name: "gcp-sql-log-work",
      platform: "gcp",
      severity: "low",
      description:
        "Databases record checkpoints, waits for locks, temporary files and how long statements take",
      remedy: "set the flags log_checkpoints, log_lock_waits and log_duration: on, log_temp_files: 0",
      ids: ["CKV_GCP_51", "CKV_GCP_54", "CKV_GCP_56", "CKV2_GCP_13", "GCP-0014", "GCP-0020", "GCP-0025"],
    },
    {
      subject: "resource",
      types,
      judge: flags({
        log_checkpoints: ["on"],
        log_lock_waits: ["on"],
        log_temp_files: ["0"],
        log_duration: ["on"],
      }),
    },
  ),
  rule(
    {
      name: "gcp-sql-log-content",
      platform: "gcp",
      severity: "low",
      description:
        "Databases record neither the text of slow statements, which holds data, nor statistics of each stage",
      remedy:
        "set the flags log_min_duration_statement: -1 and log_executor_stats, log_parser_stats, log_planner_stats, log_statement_stats: off",
      ids: ["CKV_GCP_57", "CKV2_GCP_14", "CKV2_GCP_15", "CKV2_GCP_16", "CKV2_GCP_17", "GCP-0021"],
    },
    {
      subject: "resource",
      types,
      judge: flags({
        log_min_duration_statement: ["-1"],
        log_executor_stats: ["off"],
        log_parser_stats: ["off"],
        log_planner_stats: ["off"],
        log_statement_stats: ["off"],
      }),
    },
  ),
];
