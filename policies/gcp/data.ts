/** Memorystore, Firestore, and what every place with data has in common. */
import { expects, type LinkedResource, type Resource, type Rule, rule, type Violation } from "../rule.ts";
import { at, isUnknown, maps, shown, text, UNKNOWN } from "../values.ts";

const REDIS = "gcp:redis/instance:Instance";
const FIRESTORE = "gcp:firestore/database:Database";
const BACKUP = "gcp:firestore/backupSchedule:BackupSchedule";
const RULESET = "gcp:firebaserules/ruleset:Ruleset";

/** Input that keeps Google from deleting a resource, and its value. Firestore has a rule of its own. */
const DELETION: Readonly<Record<string, readonly [path: string, value: boolean]>> = {
  "gcp:sql/databaseInstance:DatabaseInstance": ["settings.deletionProtectionEnabled", true],
  [REDIS]: ["deletionProtection", true],
  "gcp:storage/bucket:Bucket": ["forceDestroy", false],
  "gcp:filestore/instance:Instance": ["deletionProtectionEnabled", true],
};
/** What holds data that cannot be made again. */
const STATEFUL = [
  ...Object.keys(DELETION),
  FIRESTORE,
  "gcp:sql/database:Database",
  "gcp:kms/cryptoKey:CryptoKey",
];
/** Buckets that a deployment fills anew: records of accesses, and what is written from the app itself. */
const REFILLED = /-(logs|grafana|dashboards)$/;
export const isRefilled = ({ name }: Resource): boolean => REFILLED.test(name);

export const DATA_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-redis-password",
      platform: "gcp",
      severity: "high",
      description: "Redis asks for a password",
      remedy: "set authEnabled: true",
      ids: ["CKV_GCP_95"],
    },
    { subject: "resource", types: [REDIS], judge: expects("authEnabled", true) },
  ),
  rule(
    {
      name: "gcp-redis-tls",
      platform: "gcp",
      severity: "high",
      description: "Redis takes connections with TLS alone",
      remedy: "set transitEncryptionMode: SERVER_AUTHENTICATION",
      ids: ["CKV_GCP_97"],
    },
    { subject: "resource", types: [REDIS], judge: expects("transitEncryptionMode", "SERVER_AUTHENTICATION") },
  ),
  rule(
    {
      name: "gcp-firestore-delete-protection",
      platform: "gcp",
      severity: "high",
      description: "Firestore databases in production can't be deleted by mistake",
      remedy: "set deleteProtectionState: DELETE_PROTECTION_ENABLED",
      ids: [],
      productionOnly: true,
    },
    {
      subject: "resource",
      types: [FIRESTORE],
      judge: expects("deleteProtectionState", "DELETE_PROTECTION_ENABLED"),
    },
  ),
  rule(
    {
      name: "gcp-firestore-point-in-time",
      platform: "gcp",
      severity: "medium",
      description: "Firestore databases in production can go back to any minute of the last week",
      remedy: "set pointInTimeRecoveryEnablement: POINT_IN_TIME_RECOVERY_ENABLED",
      ids: [],
      productionOnly: true,
    },
    {
      subject: "resource",
      types: [FIRESTORE],
      judge: expects("pointInTimeRecoveryEnablement", "POINT_IN_TIME_RECOVERY_ENABLED"),
    },
  ),
  rule(
    {
      name: "gcp-firestore-backup",
      platform: "gcp",
      severity: "medium",
      description: "Firestore databases in production are backed up on a schedule",
      remedy: "add a firestore.BackupSchedule; in app.yaml: backup",
      ids: [],
      productionOnly: true,
    },
    { subject: "stack", types: [FIRESTORE, BACKUP], judge: unsaved },
  ),
  rule(
    {
      name: "gcp-firestore-rules",
      platform: "gcp",
      severity: "critical",
      description: "Firestore's rules open nothing to everybody",
      remedy: "ask in every allow who the request is from: if request.auth != null && …",
      ids: [],
    },
    { subject: "resource", types: [RULESET], judge: openRules },
  ),
  rule(
    {
      name: "gcp-data-deletion",
      platform: "gcp",
      severity: "high",
      description: "Google refuses to delete what holds data in production",
      remedy: "set the resource's own deletion protection, for a bucket forceDestroy: false",
      ids: [],
      productionOnly: true,
    },
    {
      subject: "resource",
      types: Object.keys(DELETION),
      judge: (resource) => {
        const [path, wanted] = DELETION[resource.type] ?? ["", true];
        const value = at(resource.inputs, path);
        const usual = wanted === false && value === undefined;
        return value === wanted || value === UNKNOWN || usual || isRefilled(resource)
          ? []
          : [`${path} is ${shown(value)}`];
      },
    },
  ),
  rule(
    {
      name: "gcp-data-protect",
      platform: "gcp",
      severity: "high",
      description: "Pulumi refuses to delete or replace what holds data in production",
      remedy: "set the option protect: true; in app.yaml: protect",
      ids: ["CKV_GCP_82"],
      productionOnly: true,
    },
    {
      subject: "resource",
      types: STATEFUL,
      judge: (resource) =>
        resource.protect || isRefilled(resource) || isReplica(resource)
          ? []
          : ["the option protect is not set"],
    },
  ),
];

/** A copy can be made again from its primary. */
const isReplica = ({ inputs }: Resource): boolean => inputs.masterInstanceName !== undefined;

function unsaved(resources: readonly LinkedResource[]): Violation[] {
  const schedules = resources.filter(({ type }) => type === BACKUP);
  return resources
    .filter(({ type }) => type === FIRESTORE)
    .filter(
      ({ urn, inputs }) =>
        !schedules.some(
          (one) =>
            one.dependencies.includes(urn) ||
            (text(inputs.name) !== "" && one.inputs.database === inputs.name),
        ),
    )
    .map((resource) => ({ resource, message: "no firestore.BackupSchedule names it" }));
}

/** `allow read, write;` and `allow read: if true;` */
function openRules({ inputs }: Resource): string[] {
  const files = at(inputs, "source.files");
  if (isUnknown(files)) return [];
  return maps(files).flatMap(({ name, content }) => {
    const code = text(content)
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .replaceAll(/\/\/.*$/gm, "");
    const open = [...code.matchAll(/\ballow\s+([\w,\s]+?)\s*(;|:\s*if\s+true\s*;)/g)];
    return open.map(([, verbs = ""]) => `${shown(name)}: allow ${verbs.trim()} asks nothing`);
  });
}
