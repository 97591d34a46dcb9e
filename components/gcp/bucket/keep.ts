/** Soft delete: how long Cloud Storage keeps what is deleted or overwritten, which is how a bucket is backed up. */
import type { Backup } from "../../../src/config/model.ts";
import { formatDuration } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { days } from "../../../src/config/units.ts";

interface BackedUp {
  readonly backup?: Backup;
}

const LONGEST = days(90);

/** As long as backups are kept, and never less than what Google does unasked. */
export function keepOf({ backup }: BackedUp) {
  return backup && backup.keep > days(7) ? backup.keep : days(7);
}

export function refuseKeep(name: string, { backup }: BackedUp): Problem[] {
  if (!backup || backup.keep <= LONGEST) return [];
  return [
    {
      path: ["data", name, "backup", "keep"],
      what: `${formatDuration(backup.keep)} is longer than Cloud Storage keeps what was deleted`,
      allowed: `up to ${formatDuration(LONGEST)}`,
      remedy: `set keep: ${formatDuration(LONGEST)}`,
    },
  ];
}
