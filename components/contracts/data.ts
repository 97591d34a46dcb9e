/** Data: what every kind of data part offers, whatever the target. */
import type { Input, Output } from "@pulumi/pulumi";
import type { Access, App, DataKind, DataOf } from "../../src/config/model.ts";
import type { Identity } from "./identity.ts";
import type { ScrapeTarget } from "./monitoring.ts";
import type { SecretReference, Secrets } from "./secrets.ts";

/** What a service receives for one name in its `uses`: variables, secrets and mounts, under contract names.
 *
 * The names are those of src/app/connections.ts: `DB_HOST`, `DB_PASSWORD`, … for data called `db`.
 */
export interface Grant {
  readonly env: Readonly<Record<string, Input<string>>>;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  readonly mounts: readonly Mount[];
  /** The service starts after these have come to be: roles, users, buckets. */
  readonly ready: readonly Input<unknown>[];
}

/** A volume that a service sees. `source` is the target's own handle: a volume name, a file system id, a bucket. */
export interface Mount {
  readonly source: Input<string>;
  readonly path: string;
  readonly readOnly: boolean;
}

/** Anything that may stand in a service's `uses`. */
export interface Usable {
  grant(consumer: string, access: Access): Grant;
}

/** Who uses the data and how; the adapter makes one login per consumer and nothing more. */
export type Consumers = Readonly<Record<string, { readonly access: Access; readonly identity: Identity }>>;

export interface DataArgs<K extends DataKind, N> {
  readonly app: App;
  readonly spec: DataOf<K>;
  readonly network: N;
  readonly secrets: Secrets;
  readonly consumers: Consumers;
}

export interface DataPart extends Usable {
  /** Where Prometheus reads the part's metrics. */
  readonly scrape: readonly ScrapeTarget[];
  /** What an operator would look for: an instance's name, a volume's name. */
  readonly handle: Output<string>;
}
