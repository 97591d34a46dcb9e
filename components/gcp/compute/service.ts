import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../../src/config/connections.ts";
import type { ServiceKind } from "../../../src/config/model.ts";
import type { ScrapeTarget } from "../../contracts/monitoring.ts";
import type { ServicePart } from "../../contracts/service.ts";
import type { GcpGrant, GcpGroups, GcpHandles } from "../handles.ts";
import { createCron } from "./cron.ts";
import type { ContainerServiceArgs, Made } from "./deployment.ts";
import { createInstances } from "./instances.ts";
import { hostOf } from "./internal.ts";
import { createJob } from "./job.ts";

export type { ContainerServiceArgs } from "./deployment.ts";

const KINDS = {
  web: createInstances,
  model: createInstances,
  worker: createInstances,
  static: createInstances,
  job: createJob,
  cron: createCron,
} satisfies Record<ServiceKind, (parent: ComponentResource, args: ContainerServiceArgs) => Made>;

/** A service of the app on Compute Engine: in each region a managed group of machines, each with one hardened
 * container. Jobs and schedules run on Cloud Run, which asks for no machine that waits.
 *
 * The cheapest machine (e2-small, for half a core and 512 MiB) costs about $12 a month with $3 for its disk; n1-standard-2
 * about $69, g2-standard-4 with its L4 about $516 (Google's list prices in us-central1). A service that others use
 * has a load balancer of about $18 per region.
 * @example new ContainerService("api", { ...machines.service("api"), identity, images, network, zone })
 */
export class ContainerService extends ComponentResource implements ServicePart<GcpHandles> {
  readonly backend?: GcpGroups;
  readonly metrics?: GcpGroups;
  readonly scrape: readonly ScrapeTarget[];
  readonly done: Input<Resource>;
  /** Region → template of this version, to be named as `stable` while the next one is a canary. */
  readonly templates: Readonly<Record<string, Output<string>>>;
  readonly #args: ContainerServiceArgs;
  readonly #reachable: readonly Resource[];

  constructor(name: string, args: ContainerServiceArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:ContainerService", name, {}, opts);
    this.#args = args;
    const made: Made = KINDS[args.spec.kind](this, args);
    this.scrape = made.scrape;
    this.done = made.done;
    this.templates = made.templates;
    this.#reachable = made.address ? [made.address] : [];
    if (made.backend) this.backend = made.backend;
    if (made.metrics) this.metrics = made.metrics;
    this.registerOutputs({});
  }

  /** The address contract: `API_URL`, `API_HOST`, `API_PORT`. */
  grant(consumer: string): GcpGrant {
    const { name, spec, app, zone } = this.#args;
    const host = hostOf(name, zone);
    const prefix = prefixOf(name);
    const port = String(spec.port);
    // A service bears with one that is not there yet; a job runs once and must not.
    const waits = app.services[consumer]?.kind === "job";
    return {
      env: { [`${prefix}URL`]: `http://${host}:${port}`, [`${prefix}HOST`]: host, [`${prefix}PORT`]: port },
      secrets: {},
      mounts: [],
      ready: waits ? [this.done, ...this.#reachable] : [],
    };
  }
}
