/** What both targets on Google Cloud share: everything but the place where services run. */
import { Provider } from "@pulumi/gcp/provider.js";
import { ComponentResource, type CustomResourceOptions } from "@pulumi/pulumi";
import type { ServiceArgs, ServicePart } from "../components/contracts/service.ts";
import type { Adapters } from "../components/contracts/target.ts";
import { Apis } from "../components/gcp/apis.ts";
import { Auth } from "../components/gcp/auth.ts";
import { Bucket } from "../components/gcp/bucket.ts";
import { Budget } from "../components/gcp/budget.ts";
import { Ci } from "../components/gcp/ci.ts";
import { type Deployment, homeOf, labelsOf } from "../components/gcp/deployment.ts";
import { Documents } from "../components/gcp/documents.ts";
import { Edge } from "../components/gcp/edge.ts";
import type { GcpHandles, GcpSecrets } from "../components/gcp/handles.ts";
import { Identity } from "../components/gcp/identity.ts";
import { Images } from "../components/gcp/image.ts";
import type { Compute } from "../components/gcp/monitoring/selectors.ts";
import { Monitoring } from "../components/gcp/monitoring.ts";
import { stackOf } from "../components/gcp/names.ts";
import { Network } from "../components/gcp/network.ts";
import { Postgres } from "../components/gcp/postgres.ts";
import { Redis } from "../components/gcp/redis.ts";
import { differencesOfGoogle } from "../components/gcp/refusals.ts";
import { Registry } from "../components/gcp/registry.ts";
import { Secrets } from "../components/gcp/secrets.ts";
import { isPlainFolder } from "../components/gcp/static/refusals.ts";
import { StaticSite } from "../components/gcp/static.ts";
import { Vectors } from "../components/gcp/vectors.ts";
import type { Problem } from "../src/config/problem.ts";

/** What a target's own services get from the rest. */
export interface Shared {
  /** Options for what stands at the top of the deployment. */
  readonly top: { readonly parent: ComponentResource };
  readonly images: Images;
  readonly network: () => Network;
  readonly secrets: () => GcpSecrets;
}

/** Where services run. */
export interface Place {
  /** Services that run on instances of Compute Engine, by name; the others run on Cloud Run. */
  readonly instances: readonly string[];
  readonly compute: Compute;
  service(shared: Shared, name: string, args: ServiceArgs<GcpHandles>): ServicePart<GcpHandles>;
  /** Outputs that only this place has. */
  outputs(): Readonly<Record<string, unknown>>;
  readonly differences: readonly string[];
}

/** Makes nothing until the first part is asked for but what all of them need. */
export function googleAdapters(deployment: Deployment, place: Place): Adapters<GcpHandles> {
  const { settings } = deployment;
  const top = createTop(deployment, place);
  const of = <A extends object>(args: A) => ({ ...args, deployment });
  const registry = new Registry("registry", { deployment }, top);
  const identities: Record<string, Identity> = {};
  let network: Network | undefined;
  let secrets: Secrets | undefined;
  let edge: Edge | undefined;
  let workflow: Ci["workflow"] | undefined;
  const shared: Shared = {
    top,
    images: new Images("images", { registry }, top),
    network: () => made(network, "network"),
    secrets: () => made(secrets, "secrets"),
  };
  return {
    identity(service) {
      const identity = new Identity(service, { deployment, service }, top);
      identities[service] = identity;
      return identity;
    },
    network(args) {
      const instances = pick(identities, place.instances);
      network = new Network(
        "network",
        { ...of(args), ...(place.instances.length > 0 && { instances }) },
        top,
      );
      return network;
    },
    secrets(args) {
      secrets = new Secrets("secrets", of(args), top);
      return secrets;
    },
    data: {
      postgres: { create: (name, args) => new Postgres(name, of(args), top) },
      redis: { create: (name, args) => new Redis(name, of(args), top) },
      documents: { create: (name, args) => new Documents(name, of(args), top) },
      vectors: { create: (name, args) => new Vectors(name, of(args), top) },
      bucket: { create: (name, args) => new Bucket(name, of(args), top) },
      auth: { create: (name, args) => new Auth(name, of(args), top) },
    },
    service: (name, args) =>
      isPlainFolder(args.spec) ? new StaticSite(name, of(args), top) : place.service(shared, name, args),
    monitoring(args) {
      const monitoring = new Monitoring("monitoring", { ...of(args), compute: place.compute }, top);
      new Budget("budget", { deployment, channels: monitoring.channels }, top);
      if (settings.github) {
        const instances = place.instances.length > 0;
        workflow = new Ci("ci", { deployment, instances, registry, identities }, top).workflow;
      }
      return monitoring;
    },
    edge(args) {
      edge = new Edge("edge", of(args), top);
      return edge;
    },
    outputs: () => ({
      region: homeOf(deployment),
      ...(edge && { records: edge.records, nameServers: edge.nameServers }),
      ...(workflow && { workflow }),
      differences: [...differencesOfGoogle(deployment, place.instances), ...place.differences],
      ...place.outputs(),
    }),
  };
}

/** The provider, and one component above all others, whose parts wait for the interfaces that they use. */
function createTop(deployment: Deployment, { instances }: Place): { readonly parent: ComponentResource } {
  const { app, settings } = deployment;
  const provider = new Provider("google", {
    project: settings.project,
    region: homeOf(deployment),
    defaultLabels: labelsOf(deployment),
    // Some interfaces want to know whose quota a call counts against.
    userProjectOverride: true,
    billingProject: settings.project,
  });
  const options: CustomResourceOptions = { provider };
  const apis = new Apis("apis", { deployment, instances: instances.length > 0 }, options);
  const parent = new ComponentResource(
    "atelier:gcp:App",
    stackOf(app),
    {},
    {
      provider,
      transformations: [apis.first],
    },
  );
  return { parent };
}

/** Parts below components/ don't know how the block in the stack config is called. */
export function namedAfter(target: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) =>
    problem.path[0] === "settings"
      ? { ...problem, path: [`atelier:${target}`, ...problem.path.slice(1)] }
      : problem,
  );
}

function pick<T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

function made<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Error(`The ${what} was not made yet.`);
  return part;
}
