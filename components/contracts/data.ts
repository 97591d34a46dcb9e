/** Data: what every kind of data part offers, whatever the target. */
import type { Output } from "@pulumi/pulumi";
import type { Access, App, DataKind, DataOf } from "../../src/config/model.ts";
import type { Handles } from "./handles.ts";
import type { Identity } from "./identity.ts";
import type { ScrapeTarget } from "./monitoring.ts";

/** Anything that may stand in a service's `uses`. */
export interface Usable<H extends Handles = Handles> {
  /** What a consumer gets: variables, secrets, mounts.
   * @throws Error for one that was not let in
   */
  grant(consumer: string, access: Access): H["grant"];
}

/** Who uses a part and how; the adapter lets in each consumer and nobody else. */
export type Consumers = Readonly<Record<string, { readonly access: Access; readonly identity: Identity }>>;

export interface DataArgs<K extends DataKind, H extends Handles = Handles> {
  /** The app that the part belongs to; its names begin every name here. */
  readonly app: App;
  /** What app.yaml says about the part, with its defaults. */
  readonly spec: DataOf<K>;
  /** Where the part gets its address. */
  readonly network: H["network"];
  /** Makes the passwords of its users, and keeps them. */
  readonly secrets: H["secrets"];
  /** Who is let in, and how. */
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
