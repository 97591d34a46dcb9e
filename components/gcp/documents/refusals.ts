/** What Firestore can't do for documents, and what it does otherwise. */
import type { Documents } from "../../../src/config/model.ts";
import { formatDuration } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { days } from "../../../src/config/units.ts";
import type { Deployment } from "../deployment.ts";
import { refuseKeyElsewhere } from "../key-location.ts";
import { LONGEST_KEEP, rhythmOf } from "./backup.ts";
import { documentsLocation, farRegions, keyLocationOf } from "./location.ts";

export function refuseDocuments(name: string, spec: Documents, deployment: Deployment): Problem[] {
  const location = documentsLocation(name, deployment);
  const { backup } = spec;
  return [
    ...(backup && backup.keep > LONGEST_KEEP
      ? [
          {
            path: ["data", name, "backup", "keep"],
            what: `${formatDuration(backup.keep)} is longer than Firestore keeps a backup`,
            allowed: `up to ${formatDuration(LONGEST_KEEP)}`,
            remedy: `set keep: ${formatDuration(LONGEST_KEEP)}`,
          },
        ]
      : []),
    ...refuseKeyElsewhere(name, `a database in ${location}`, keyLocationOf(location), deployment.settings),
  ];
}

export function differencesOfDocuments(name: string, spec: Documents, deployment: Deployment): string[] {
  const { backup, engine } = spec;
  const location = documentsLocation(name, deployment);
  const far = farRegions(location, deployment);
  return [
    `data.${name}: Firestore has no machine and always stands by in three places; cpu, memory, storage, version and highAvailability are not used`,
    ...(engine === "mongodb"
      ? [
          `data.${name}: Firestore answers as MongoDB does, without retryable writes, $out, $merge and change streams, and with documents up to 4 MiB`,
        ]
      : []),
    ...(far.length > 0 ? [`data.${name}: the database lies in ${location}, far from ${far.join(", ")}`] : []),
    ...(backup && backup.every !== days(1) && backup.every !== days(7)
      ? [
          `data.${name}.backup: Firestore makes a ${rhythmOf(backup)} backup, and can be read as it was at any minute of the last 7 days`,
        ]
      : []),
    ...(backup && backup.drill !== "never"
      ? [`data.${name}.backup.drill: no drill is run for Firestore`]
      : []),
  ];
}
