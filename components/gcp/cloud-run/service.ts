import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { ServiceKind } from "../../../src/config/model.ts";
import type { ScrapeTarget } from "../../contracts/monitoring.ts";
import type { ServicePart } from "../../contracts/service.ts";
import type { GcpGrant, GcpGroups, GcpHandles } from "../handles.ts";
import { createCron } from "./cron.ts";
import type { ContainerServiceArgs } from "./deployment.ts";
import { grantCalls } from "./grant.ts";
import { createJob } from "./job.ts";
import { createWeb, isRouted, type Web } from "./web.ts";
import { createWorker } from "./worker.ts";

type Made = { readonly done: Resource } & Partial<Web>;

/** A service of the app on Cloud Run, by its kind: a service per region, a worker pool, a job, or a job by schedule.
 *
 * A kept instance of one core and 1 GiB costs about $52 a month with its cpu always there, $12 with its cpu only while
 * it answers (`services: { api: { cpu: requests } }`), nothing where scale.min is 0 and nobody calls: $0.000018 and
 * $0.0000025 per core and second, $0.000002 per GiB and second (Google's price list, us-central1; plus requests).
 * A worker costs as much as an instance that always has its cpu; jobs and cron only for the time that they run.
 * An always-on L4 with 4 cores and 16 GiB is about $760.
 * @example new ContainerService("api", { ...shop.service("api"), identity, images, network, vault: secrets })
 */
export class ContainerService extends ComponentResource implements ServicePart<GcpHandles> {
  readonly backend?: GcpGroups;
  readonly scrape: readonly ScrapeTarget[];
  readonly done: Input<Resource>;
  /** Name of the newest revision; services that answer requests alone. */
  readonly revision?: Output<string>;
  /** How a canary goes on, for the stack's outputs. */
  readonly next?: Output<string>;
  readonly #args: ContainerServiceArgs;
  readonly #made: Made;

  constructor(name: string, args: ContainerServiceArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:ContainerService", name, {}, opts);
    this.#args = args;
    const made: Made = CREATE[args.spec.kind](this, args);
    this.#made = made;
    this.done = made.done;
    this.scrape = scrapeTargets(args);
    if (made.backend) this.backend = made.backend;
    if (made.revision) this.revision = made.revision;
    if (made.next) this.next = made.next;
    this.registerOutputs({});
  }

  /** The address contract: `API_URL`, `API_HOST`, `API_PORT`, and `API_AUDIENCE` where callers must say who they are. */
  grant(consumer: string): GcpGrant {
    const { app, name } = this.#args;
    const { done, placed } = this.#made;
    if (!placed) throw new Error(`The service ${name} answers no requests.`);
    const grant = grantCalls(this, this.#args, placed, { consumer, open: isRouted(app, name) });
    // A service bears with one that is not there yet; a job runs once and must not.
    return app.services[consumer]?.kind === "job" ? { ...grant, ready: [...grant.ready, done] } : grant;
  }
}

const CREATE = {
  web: createWeb,
  model: createWeb,
  static: createWeb,
  worker: createWorker,
  job: createJob,
  cron: createCron,
} as const satisfies Record<ServiceKind, (parent: ComponentResource, args: ContainerServiceArgs) => Made>;

/** Read by the collector beside the service; who asks Managed Prometheus finds it by `job`. */
function scrapeTargets({ name, spec }: ContainerServiceArgs): ScrapeTarget[] {
  if (!spec.metrics || spec.kind === "job" || spec.kind === "cron") return [];
  const { port, path, every } = spec.metrics;
  return [{ job: name, host: name, port, path, every, labels: { kind: spec.kind } }];
}
