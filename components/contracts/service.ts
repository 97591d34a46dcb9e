/** A service of the app: web, model, worker, job, cron or static. */
import type { Input, Resource } from "@pulumi/pulumi";
import type { App, Service } from "../../src/config/model.ts";
import type { Consumers, Usable } from "./data.ts";
import type { Handles } from "./handles.ts";
import type { Identity } from "./identity.ts";
import type { ScrapeTarget } from "./monitoring.ts";

export interface ServiceArgs<H extends Handles = Handles> {
  /** The app that the service belongs to. */
  readonly app: App;
  /** The service's name in the app. */
  readonly name: string;
  /** What app.yaml says about it, with its defaults. */
  readonly spec: Service;
  /** Who it is to everything that it uses. */
  readonly identity: Identity;
  /** Services that use this one: where calls are authorised, each is let in and nobody else. */
  readonly consumers: Consumers;
  /** Where it is reached, and what it may reach. */
  readonly network: H["network"];
  /** By the name in `uses`. */
  readonly grants: Readonly<Record<string, H["grant"]>>;
  /** The app's secrets that the service named, by name. */
  readonly secrets: Readonly<Record<string, H["secret"]>>;
  /** Jobs that must have succeeded first: their `done`. */
  readonly after: readonly Input<Resource>[];
}

export interface ServicePart<H extends Handles = Handles> extends Usable<H> {
  /** What the edge sends requests to; absent on worker, job and cron. */
  readonly backend?: H["backend"];
  /** The service's metrics, for operators. */
  readonly metrics?: H["backend"];
  /** Where Prometheus reads its metrics. */
  readonly scrape: readonly ScrapeTarget[];
  /** Resolves when the new version serves; for a job, when it has succeeded. Rejects when it failed. */
  readonly done: Input<Resource>;
}
