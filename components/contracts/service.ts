/** A service of the app: web, model, worker, job, cron or static. */
import type { Input, Output } from "@pulumi/pulumi";
import type { App, Service } from "../../src/config/model.ts";
import type { Grant, Usable } from "./data.ts";
import type { Identity } from "./identity.ts";
import type { ScrapeTarget } from "./monitoring.ts";
import type { SecretReference } from "./secrets.ts";

export interface ServiceArgs<N> {
  readonly app: App;
  readonly name: string;
  readonly spec: Service;
  readonly identity: Identity;
  readonly network: N;
  /** By the name in `uses`. */
  readonly grants: Readonly<Record<string, Grant>>;
  /** The app's secrets that the service named, by name. */
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Jobs that must have succeeded first: their `done`. */
  readonly after: readonly Input<unknown>[];
}

export interface ServicePart<B> extends Usable {
  /** What the edge sends requests to; absent on worker, job and cron. */
  readonly backend?: B;
  readonly scrape: readonly ScrapeTarget[];
  /** Resolves when the new version serves; for a job, when it has succeeded. Rejects when it failed. */
  readonly done: Output<unknown>;
}
