/** What an index lies on: a bucket, unless it is too large or too fresh for one. */
import type { Vectors } from "../../../src/config/model.ts";
import { gibibytes, minutes } from "../../../src/config/units.ts";
import type { GcpSettings } from "../settings.ts";

export type VolumeKind = "bucket" | "nfs";

/** Above this a start would spend minutes on fetching the index, and a Filestore share, which begins at 100 GiB, is
 * not larger than what is needed.
 */
export const LARGEST_IN_BUCKET = gibibytes(100);
/** A reader sees a new version in a bucket up to a minute late, and every version is written as a whole. */
export const FRESHEST_IN_BUCKET = minutes(10);

/** The settings decide; else the rule above. */
export function volumeOf(name: string, spec: Vectors, { data }: Pick<GcpSettings, "data">): VolumeKind {
  const asked = spec.storage > LARGEST_IN_BUCKET || spec.staleAfter < FRESHEST_IN_BUCKET ? "nfs" : "bucket";
  return data[name]?.volume ?? asked;
}
