/** Cloud SQL, Memorystore, Firestore, Filestore and Cloud Storage. */
import {
  address,
  GUARD,
  LOCATION,
  like,
  member,
  one,
  oneOf,
  own,
  PLURAL,
  plural,
  REGION,
  renamed,
  type Service,
} from "../mapping.ts";

const LEAVES = "what deleting the resource does (the provider's own)";
const OLD_NAME = "the provider keeps the name of an older version of the interface";
const DOCUMENTS_NAME = /^([a-z][a-z0-9-]{2,61}[a-z0-9]|\(default\))$/;

export const data: Service = {
  types: {
    "gcp:sql/databaseInstance:DatabaseInstance": {
      document: "sqladmin.v1",
      schema: "DatabaseInstance",
      fields: {
        ...GUARD,
        encryptionKeyName: renamed("diskEncryptionConfiguration.kmsKeyName", "one field of the object"),
      },
    },
    "gcp:sql/database:Database": {
      document: "sqladmin.v1",
      schema: "Database",
      fields: { deletionPolicy: own(`${LEAVES} (r/sql_database)`, { values: ["ABANDON", "DELETE"] }) },
    },
    "gcp:sql/user:User": {
      document: "sqladmin.v1",
      schema: "User",
      fields: { deletionPolicy: own(`${LEAVES} (r/sql_user)`, { values: ["ABANDON"] }) },
    },
    "gcp:redis/instance:Instance": {
      document: "redis.v1",
      schema: "Instance",
      fields: {
        ...GUARD,
        ...REGION,
        redisVersion: oneOf(
          "of the schema's own description",
          "REDIS_3_2",
          "REDIS_4_0",
          "REDIS_5_0",
          "REDIS_6_X",
          "REDIS_7_0",
          "REDIS_7_2",
        ),
      },
    },
    "gcp:firestore/database:Database": {
      document: "firestore.v1",
      schema: "GoogleFirestoreAdminV1Database",
      fields: {
        name: like(DOCUMENTS_NAME, "4 to 63 characters (r/firestore_database)"),
        deletionPolicy: own(`${LEAVES} (r/firestore_database)`, { values: ["ABANDON", "DELETE"] }),
      },
    },
    "gcp:firestore/backupSchedule:BackupSchedule": {
      document: "firestore.v1",
      schema: "GoogleFirestoreAdminV1BackupSchedule",
      fields: { database: address(DOCUMENTS_NAME) },
    },
    "gcp:firestore/userCreds:UserCreds": {
      document: "firestore.v1",
      schema: "GoogleFirestoreAdminV1UserCreds",
      fields: { database: address(DOCUMENTS_NAME), name: address(/^[a-z][a-z0-9-]{2,61}[a-z0-9]$/) },
    },
    "gcp:firebaserules/ruleset:Ruleset": { document: "firebaserules.v1", schema: "Ruleset" },
    "gcp:firebaserules/release:Release": {
      document: "firebaserules.v1",
      schema: "Release",
      fields: {
        name: like(/^(cloud\.firestore(\/[a-z0-9()-]+)?|firebase\.storage\/.+)$/, "r/firebaserules_release"),
        rulesetName: like(/^projects\/[^/]+\/rulesets\/[^/]+$/, "r/firebaserules_release"),
      },
    },
    "gcp:filestore/instance:Instance": {
      document: "file.v1",
      schema: "Instance",
      fields: { ...LOCATION, name: address(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/), fileShares: one() },
    },
    "gcp:storage/bucket:Bucket": {
      document: "storage.v1",
      schema: "Bucket",
      fields: {
        name: like(/^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/, "docs.cloud.google.com/storage/docs/buckets#naming"),
        forceDestroy: own("the provider empties the bucket first"),
        lifecycleRules: renamed("lifecycle.rule", PLURAL),
        uniformBucketLevelAccess: renamed(
          "iamConfiguration.uniformBucketLevelAccess.enabled",
          "one field of the object",
        ),
        publicAccessPrevention: {
          api: "iamConfiguration.publicAccessPrevention",
          values: ["enforced", "inherited"],
          why: "one field of the object; words of the schema's own description",
        },
        storageClass: oneOf("of the schema's own description", "STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"),
      },
    },
    "gcp:storage/bucketObject:BucketObject": {
      document: "storage.v1",
      schema: "Object",
      fields: {
        source: own("the content itself"),
        sourceMd5hash: own("tells the provider that the content is another one"),
      },
    },
    "gcp:storage/hmacKey:HmacKey": {
      document: "storage.v1",
      schema: "HmacKeyMetadata",
      fields: { state: oneOf("of the schema's own description", "ACTIVE", "INACTIVE") },
    },
    "gcp:storage/bucketIAMMember:BucketIAMMember": member("storage.v1", "Policy.bindings", {
      bucket: /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/,
    }),
  },
  schemas: {
    Settings: {
      diskSize: renamed("dataDiskSizeGb", OLD_NAME),
      diskType: renamed("dataDiskType", OLD_NAME),
      diskAutoresize: renamed("storageAutoResize", OLD_NAME),
      diskAutoresizeLimit: renamed("storageAutoResizeLimit", OLD_NAME),
      tier: like(/^db-(f1-micro|g1-small|custom-\d+-\d+|perf-optimized-N-\d+)$/, "r/sql_database_instance"),
    },
    BackupConfiguration: { startTime: like(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM, as the schema says") },
    MaintenancePolicy: { weeklyMaintenanceWindows: plural("weeklyMaintenanceWindow") },
    Source: {
      language: own("sent by the provider, and no longer part of the interface (r/firebaserules_ruleset)", {
        values: ["FIREBASE_RULES", "EVENT_FLOW_TRIGGERS"],
      }),
    },
    "Bucket.cors": {
      methods: plural("method"),
      origins: plural("origin"),
      responseHeaders: plural("responseHeader"),
    },
    "Bucket.lifecycle.rule.action": {
      type: oneOf(
        "of the schema's own description",
        "Delete",
        "SetStorageClass",
        "AbortIncompleteMultipartUpload",
      ),
    },
    "Bucket.lifecycle.rule.condition": {
      withState: own("isLive in three words (r/storage_bucket)", { values: ["LIVE", "ARCHIVED", "ANY"] }),
      sendAgeIfZero: own("whether an age of 0 is sent at all (r/storage_bucket)"),
    },
  },
};
