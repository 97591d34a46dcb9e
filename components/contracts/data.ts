/** Data: what every kind of data part offers, whatever the target. */
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { Access, App, DataKind, DataOf } from "../../src/config/model.ts";
import type { Handles } from "./handles.ts";
import type { Identity } from "./identity.ts";
import type { ScrapeTarget } from "./monitoring.ts";
import type { SecretReference } from "./secrets.ts";

/** What a service receives for one name in its `uses`: variables, secrets and mounts, under contract names.
 *
 * The names are those of src/app/connections.ts: `DB_HOST`, `DB_PASSWORD`, … for data called `db`.
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

/** Anything that may stand in a service's `uses`. */
export interface Usable<H extends Handles = Handles> {
  grant(consumer: string, access: Access): H["grant"];
}

/** Who uses the data and how; the adapter makes one login per consumer and nothing more. */
export type Consumers = Readonly<Record<string, { readonly access: Access; readonly identity: Identity }>>;

export interface DataArgs<K extends DataKind, H extends Handles = Handles> {
  readonly app: App;
  readonly spec: DataOf<K>;
  readonly network: H["network"];
  readonly secrets: H["secrets"];
  readonly consumers: Consumers;
}

export interface DataPart<H extends Handles = Handles> extends Usable<H> {
  /** Where Prometheus reads the part's metrics. */
  readonly scrape: readonly ScrapeTarget[];
  /** What the edge sends requests to; only a bucket has one. */
  readonly backend?: H["backend"];
  /** What an operator would look for: an instance's name, a volume's name. */
  readonly handle: Output<string>;
}
