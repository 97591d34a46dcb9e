/** What Google does when a thing is made a second time, and whose ids it chooses itself. */
import type { Again } from "../behaviour.ts";
import { isGrant } from "./times.ts";

/** Google numbers these, or gives them an id by chance: who lost the answer to a create has to look for what came of it.
 * A template's name ends in the time of its making.
 */
const CHOSEN: ReadonlySet<string> = new Set([
  "gcp:billing/budget:Budget",
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
  "gcp:firebaserules/ruleset:Ruleset",
  "gcp:firestore/backupSchedule:BackupSchedule",
  "gcp:monitoring/alertPolicy:AlertPolicy",
  "gcp:monitoring/dashboard:Dashboard",
  "gcp:monitoring/notificationChannel:NotificationChannel",
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
  "gcp:secretmanager/secretVersion:SecretVersion",
  "gcp:storage/hmacKey:HmacKey",
]);

/** Switches and settings of something that is always there: to make them is to set them. */
const SETTINGS: ReadonlySet<string> = new Set([
  "gcp:firebaserules/release:Release",
  "gcp:identityplatform/config:Config",
  "gcp:logging/projectBucketConfig:ProjectBucketConfig",
  "gcp:projects/iAMAuditConfig:IAMAuditConfig",
  "gcp:projects/service:Service",
  "gcp:projects/serviceIdentity:ServiceIdentity",
  "gcp:servicenetworking/connection:Connection",
  "gcp:storage/bucketObject:BucketObject",
]);

export const isChosen = (type: string): boolean => CHOSEN.has(type);

export function againOf(type: string): Again {
  if (isChosen(type)) return "another";
  return SETTINGS.has(type) || isGrant(type) ? "same" : "refused";
}
