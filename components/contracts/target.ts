/** A target: where an app can run. One adapter per part; stacks/compose.ts puts them together. */
import type { z } from "zod";
import type { App, DataKind } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import type { DataArgs, DataPart } from "./data.ts";
import type { EdgeArgs, EdgePart } from "./edge.ts";
import type { Handles } from "./handles.ts";
import type { Identity } from "./identity.ts";
import type { MonitoringArgs, MonitoringPart } from "./monitoring.ts";
import type { NetworkArgs } from "./network.ts";
import type { SecretsArgs } from "./secrets.ts";
import type { ServiceArgs, ServicePart } from "./service.ts";

/** The answer of a target that cannot offer a kind of data: why, and what to use instead. */
export interface Unsupported {
  readonly unsupported: string;
}

export interface DataAdapter<K extends DataKind, H extends Handles = Handles> {
  create(name: string, args: DataArgs<K, H>): DataPart<H>;
}

/** One function per part. `H` names what the parts of this target hand to one another. */
export interface Adapters<H extends Handles = Handles> {
  identity(service: string): Identity;
  network(args: NetworkArgs): H["network"];
  secrets(args: SecretsArgs): H["secrets"];
  readonly data: { readonly [K in DataKind]: DataAdapter<K, H> | Unsupported };
  service(name: string, args: ServiceArgs<H>): ServicePart<H>;
  monitoring(args: MonitoringArgs<H>): MonitoringPart<H>;
  edge(args: EdgeArgs<H>): EdgePart;
  /** Plain stack outputs that only this target has: published ports, how to read a login. */
  outputs(): Readonly<Record<string, unknown>>;
}

export interface Target<S = unknown> {
  readonly name: string;
  /** Schema of the stack config block `atelier:<name>`. */
  readonly settings: z.ZodType<S>;
  /** What the block must say, with values that a plan may put in their place where no stack's config says it. */
  standIns?(app: App): Readonly<Record<string, unknown>>;
  /** Every reason why this target cannot carry the app as it is; empty when it can. Pure and fast. */
  refuse(app: App, settings: S): readonly Problem[];
  /** Looks at the host where that is needed and fails with a ConfigError, before anything is created. */
  open(app: App, settings: S): Promise<Adapters>;
  /** The adapters of `open` as if the host were there, reachable and empty: what a plan is made with.
   *
   * Asks nobody and makes nothing: no network, no other program, nothing written, and no variable of the environment
   * that has to be set. Reads the files that the app is built from. What `open` would register on such a host is
   * registered here, with the same names and inputs; what depends on the host beyond that is assumed, and the
   * target's settings choose it. Like `open`, to be called where a program's resources are recorded.
   * @throws ConfigError naming what not even an empty host could carry
   */
  assume(app: App, settings: S): Adapters;
}
