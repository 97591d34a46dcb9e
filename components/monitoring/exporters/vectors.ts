/** The keeper's view of a vectors volume: what the published index is. */
import { type Exporter, gauge } from "./declare.ts";

const INDEX = ["index"] as const;

export const vectors: Exporter = {
  vectors_index_count: gauge("Vectors in the published index.", ...INDEX),
  vectors_index_age_seconds: gauge("Time since it was published.", ...INDEX),
  vectors_index_bytes: gauge("Size of its files.", ...INDEX),
  vectors_index_dimensions: gauge("Length of a vector.", ...INDEX),
  vectors_index_checksum_ok: gauge("1 when its files are what was published.", ...INDEX),
  vectors_index_versions: gauge("Versions kept.", ...INDEX),
};
