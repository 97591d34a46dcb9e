/** Monitoring, logs, images and money. */
import { address, LOCATION, like, member, own, PROJECT, plural, renamed, type Service } from "../mapping.ts";

export const operations: Service = {
  types: {
    "gcp:monitoring/alertPolicy:AlertPolicy": { document: "monitoring.v3", schema: "AlertPolicy" },
    "gcp:monitoring/notificationChannel:NotificationChannel": {
      document: "monitoring.v3",
      schema: "NotificationChannel",
      fields: {
        forceDelete: own("a parameter of the call that deletes"),
        type: like(
          /^(email|sms|slack|pagerduty|pubsub|webhook_basicauth|webhook_tokenauth|google_chat)$/,
          "docs.cloud.google.com/monitoring/support/notification-options",
        ),
      },
    },
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": {
      document: "monitoring.v3",
      schema: "UptimeCheckConfig",
      fields: { period: like(/^(60|300|600|900)s$/, "as the schema says") },
    },
    "gcp:monitoring/dashboard:Dashboard": {
      document: "monitoring.v1",
      schema: "Dashboard",
      fields: { dashboardJson: { json: true, why: "the whole dashboard as text" } },
    },
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": {
      document: "logging.v2",
      schema: "LogBucket",
      fields: { ...PROJECT, ...LOCATION, bucketId: address(/^[A-Za-z0-9_.-]{1,100}$/) },
    },
    "gcp:logging/projectSink:ProjectSink": {
      document: "logging.v2",
      schema: "LogSink",
      fields: {
        name: like(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, "up to 100 characters, as the schema says"),
        uniqueWriterIdentity: own("a parameter of the call that creates"),
      },
    },
    "gcp:artifactregistry/repository:Repository": {
      document: "artifactregistry.v1",
      schema: "Repository",
      fields: {
        ...LOCATION,
        repositoryId: address(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/),
        cleanupPolicies: { shape: "entries", why: "the provider has a list, each entry with its id" },
      },
    },
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": member("artifactregistry.v1", "Binding", {
      project: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      location: /^[a-z]+(-[a-z]+\d+)?$/,
      repository: /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
    }),
    "gcp:billing/budget:Budget": {
      document: "billingbudgets.v1",
      schema: "GoogleCloudBillingBudgetsV1Budget",
      fields: {
        billingAccount: address(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/),
        allUpdatesRule: renamed("notificationsRule", "the provider keeps the name of the beta"),
      },
    },
  },
  schemas: {
    AlertStrategy: { notificationChannelStrategies: plural("notificationChannelStrategy") },
    GoogleCloudBillingBudgetsV1Filter: {
      projects: like(/^projects\/[^/]+$/, "as the schema says"),
    },
  },
};
