import { Network as DockerNetwork } from "@pulumi/docker/network.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { DataKind } from "../../src/config/model.ts";
import type * as contracts from "../contracts/network.ts";
import { asLabels, type Deployment, labelsOf, nameOf } from "./deployment.ts";
import { assignSubnets } from "./subnets.ts";

/** A container's place on a network. */
export interface Attachment {
  readonly name: string;
  readonly id: Output<string>;
  /** Names under which the others on this network find it. */
  readonly aliases: readonly string[];
}

export interface NetworkArgs extends contracts.NetworkArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** Networks that leave the host, or that the host reaches. */
const OPEN = new Set(["public", "outside"]);

/** The networks of one deployment: exactly the links of the app.
 *
 * Everything that can be called has one internal network of its own, named after it, which only its callers
 * join. Nothing can leave an internal network. Only the door's `public` network and the `outside` network of the
 * forward proxies touch the host's. A container of your own finds a part where it joins the part's network:
 * `networksAdvanced: [{ name: network.join("db").id }]`.
 *
 * Costs nothing.
 * @example new Network("network", shop.network())
 */
export class Network extends ComponentResource {
  readonly #deployment: Deployment;
  readonly #links: contracts.NetworkArgs["links"];
  readonly #networks = new Map<string, DockerNetwork>();
  readonly #subnets: Readonly<Record<string, string>>;

  constructor(name: string, args: NetworkArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Network", name, {}, opts);
    this.#deployment = args.deployment;
    this.#links = args.links;
    this.#subnets = planSubnets(args.deployment, networkNames(args));
    this.registerOutputs({});
  }

  /** Joins the network that belongs to `name`, as the one that answers there. */
  own(name: string, aliases: readonly string[] = [name]): Attachment {
    return { name, id: this.#network(name).id, aliases };
  }

  /** Joins the network of `name` as a caller. */
  join(name: string): Attachment {
    return { name, id: this.#network(name).id, aliases: [] };
  }

  /** Address range of a network. */
  subnet(name: string): string {
    const subnet = this.#subnets[nameOf(this.#deployment, name)];
    if (!subnet) throw new Error(`The network of ${name} was not planned.`);
    return subnet;
  }

  /** Networks of everything that a service uses. Vectors are used through their volume; on their network is
   * only who reads their metrics.
   */
  used(by: string): Attachment[] {
    const { data } = this.#deployment.app;
    return this.#links.flatMap((link) =>
      link.type === "use" && link.from === by && data[link.to]?.kind !== "vectors"
        ? [this.join(link.to)]
        : [],
    );
  }

  #network(name: string): DockerNetwork {
    const existing = this.#networks.get(name);
    if (existing) return existing;
    const fullName = nameOf(this.#deployment, name);
    const subnet = this.subnet(name);
    const network = new DockerNetwork(
      fullName,
      {
        name: fullName,
        driver: "bridge",
        internal: !OPEN.has(name),
        ipamConfigs: [{ subnet }],
        options: OPEN.has(name) ? { "com.docker.network.bridge.enable_icc": String(name === "public") } : {},
        labels: asLabels(labelsOf(this.#deployment, "network", name)),
      },
      { parent: this },
    );
    this.#networks.set(name, network);
    return network;
  }
}

/** Networks of the platform's own parts, beside one per service and data part. */
export const PLATFORM_NETWORKS = [
  "public",
  "outside",
  "door",
  "edge",
  "waf",
  "prometheus",
  "alertmanager",
  "grafana",
  "node",
  "keeper",
  "docker-api",
] as const;

/** Every network that a deployment of this app may need, in full. */
export function networkNames({ app }: Pick<contracts.NetworkArgs, "app">): string[] {
  const data = Object.entries(app.data).flatMap(([name, { kind }]) =>
    HAS_EXPORTER.has(kind) ? [name, `${name}-exporter`] : [name],
  );
  const services = Object.entries(app.services).flatMap(([name, { egress }]) =>
    egress.length > 0 ? [name, `${name}-egress`] : [name],
  );
  return [...data, ...services, ...PLATFORM_NETWORKS].map((name) => nameOf({ app }, name));
}

/** Data with an exporter that is a user of its own, beside the server. */
const HAS_EXPORTER: ReadonlySet<DataKind> = new Set(["postgres", "redis"]);

function planSubnets({ host, settings }: Deployment, names: readonly string[]) {
  return assignSubnets({
    names,
    kept: host.subnets,
    taken: host.taken,
    ...(settings.subnets && { range: settings.subnets }),
  });
}
