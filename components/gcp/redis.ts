import { Instance } from "@pulumi/gcp/redis/instance.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access } from "../../src/config/model.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import type { Deployment } from "./deployment.ts";
import { grantKey } from "./encryption.ts";
import type { GcpGrant, GcpHandles, GcpSecret } from "./handles.ts";
import { LONGEST, nameOf, shorten } from "./names.ts";
import { instanceArgs } from "./redis/instance.ts";

export interface RedisArgs extends DataArgs<"redis", GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** The one user that AUTH knows. */
const USER = "default";
/** The engine adds eight characters, so that a replacement can be there before the old one goes. */
const SUFFIX = 8;

/** What every client gets, each one secret for all. */
type Shared = Readonly<Record<"PASSWORD" | "URL" | "CA", GcpSecret>>;

/** A Redis on Memorystore for Redis: private address, TLS and a password, `memory` rounded up to whole gibibytes.
 *
 * Costs a month in us-central1 (Google's price list, $0.049 per GiB and hour in the basic tier, $0.064 in the
 * standard one): $36 for the smallest of one gibibyte, $47 when highly available.
 *
 * Memorystore for Valkey has more (users with rights of their own, an append-only file, backups), and no way in for
 * an ordinary client: its logins are tokens of IAM, which a client would have to fetch anew every hour, or passwords
 * that the provider cannot make yet. Here a client needs what a connection URL holds, and one more thing: the
 * certificate authority is this instance's own, and comes as `<NAME>_CA`.
 * @example new Redis("cache", { ...shop.part("cache"), secrets, network })
 */
export class Redis extends ComponentResource implements DataPart<GcpHandles> {
  /** Google Cloud watches Memorystore by itself. */
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: RedisArgs;
  readonly #instance: Instance;
  readonly #shared: Shared;

  constructor(name: string, args: RedisArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Redis", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#instance = createInstance(this, name, args);
    this.#shared = storeShared(name, args, this.#instance);
    this.handle = this.#instance.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts. Everybody has the same login. */
  grant(consumer: string, _access: Access): GcpGrant {
    const prefix = prefixOf(this.#name);
    const identity = this.#args.consumers[consumer]?.identity;
    if (!identity) throw new Error(`${consumer} does not use ${this.#name}.`);
    return {
      env: {
        [`${prefix}HOST`]: this.#instance.host,
        [`${prefix}PORT`]: this.#instance.port.apply(String),
        [`${prefix}USER`]: USER,
      },
      secrets: Object.fromEntries(
        Object.entries(this.#shared).map(([suffix, secret]) => [prefix + suffix, secret]),
      ),
      mounts: [],
      ready: [
        this.#instance,
        ...Object.values(this.#shared).map((secret) => secret.readers(identity.principal, identity.service)),
      ],
    };
  }
}

function createInstance(parent: Resource, name: string, args: RedisArgs): Instance {
  const { deployment, network } = args;
  const key = grantKey(parent, name, deployment, "redis");
  return new Instance(
    shorten(nameOf(deployment.app, "redis", name), LONGEST.redis - SUFFIX),
    instanceArgs({ name, ...args }),
    {
      parent,
      protect: deployment.app.protect,
      dependsOn: [...(network.privateServices ? [network.privateServices.ready] : []), ...key],
    },
  );
}

function storeShared(name: string, { secrets }: RedisArgs, instance: Instance): Shared {
  const { host, port, authString, serverCaCerts } = instance;
  const url = all([host, port, authString]).apply(
    ([address, number, password]) =>
      `rediss://${USER}:${encodeURIComponent(password)}@${address}:${number}/0`,
  );
  // Five years before one ends its successor is there; clients trust both.
  const ca = serverCaCerts.apply(
    (certificates) => `${certificates.map(({ cert }) => cert.trim()).join("\n")}\n`,
  );
  return {
    PASSWORD: secrets.store(`${name}/password`, authString),
    URL: secrets.store(`${name}/url`, url),
    CA: secrets.store(`${name}/ca`, ca),
  };
}
