/** Data: what every kind of data part offers, whatever the target. */
import type { Output } from "@pulumi/pulumi";
import type { Access, App, DataKind, DataOf } from "../../src/config/model.ts";
import type { Handles } from "./handles.ts";
import type { Identity } from "./identity.ts";
import type { ScrapeTarget } from "./monitoring.ts";

/** Anything that may stand in a service's `uses`. */
export interface Usable<H extends Handles = Handles> {
  grant(consumer: string, access: Access): H["grant"];
}

/** Who uses a part and how; the adapter lets in each consumer and nobody else. */
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
