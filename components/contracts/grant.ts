/** A grant: what one use of a part puts into the service that uses it. */
import type { Input, Resource } from "@pulumi/pulumi";
import type { SecretReference } from "./secrets.ts";

/** What a service receives for one name in its `uses`: variables, secrets and mounts, under contract names.
 *
 * The names are those of src/config/connections.ts: `DB_HOST`, `DB_PASSWORD`, … for data called `db`.
 */
export interface Grant {
  readonly env: Readonly<Record<string, Input<string>>>;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  readonly mounts: readonly Mount[];
  /** The service starts after these have come to be: roles, users, buckets. */
  readonly ready: readonly Input<Resource>[];
}

/** A volume that a service sees. `source` is the target's own handle: a volume name, a file system id, a bucket. */
export interface Mount {
  readonly source: Input<string>;
  readonly path: string;
  readonly readOnly: boolean;
}
