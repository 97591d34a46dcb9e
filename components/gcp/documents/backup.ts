/** Backups of a Firestore database: every day or every week, and any moment of the last seven days. */
import { BackupSchedule } from "@pulumi/gcp/firestore/backupSchedule.js";
import type { Database } from "@pulumi/gcp/firestore/database.js";
import type { Resource } from "@pulumi/pulumi";
import type { Documents } from "../../../src/config/model.ts";
import { days, inSeconds } from "../../../src/config/units.ts";

/** Longest time that Firestore keeps a backup: 14 weeks. */
export const LONGEST_KEEP = days(98);

export const rhythmOf = ({ every }: NonNullable<Documents["backup"]>): "daily" | "weekly" =>
  every < days(7) ? "daily" : "weekly";

export function createBackups(
  parent: Resource,
  name: string,
  { backup }: Documents,
  database: Database,
): BackupSchedule | undefined {
  if (!backup) return undefined;
  return new BackupSchedule(
    `${name}-${rhythmOf(backup)}`,
    {
      database: database.name,
      retention: `${inSeconds(backup.keep)}s`,
      ...(rhythmOf(backup) === "daily" ? { dailyRecurrence: {} } : { weeklyRecurrence: { day: "SUNDAY" } }),
    },
    { parent },
  );
}
