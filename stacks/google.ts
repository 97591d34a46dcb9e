/** What both targets on Google Cloud share: everything but the place where services run. */
import { Provider } from "@pulumi/gcp/provider.js";
import { ComponentResource, type CustomResourceOptions } from "@pulumi/pulumi";
import type { ServiceArgs, ServicePart } from "../components/contracts/service.ts";
import type { Adapters } from "../components/contracts/target.ts";
import { Apis } from "../components/gcp/apis.ts";
import { differencesOfAuth, refuseAuth } from "../components/gcp/auth/refusals.ts";
import { Auth } from "../components/gcp/auth.ts";
import { differencesOfBucket, refuseBucket } from "../components/gcp/bucket/refusals.ts";
import { Bucket } from "../components/gcp/bucket.ts";
import { Budget, differencesOfBudget, refuseBudget } from "../components/gcp/budget.ts";
import { Ci, differencesOfCi, refuseCi } from "../components/gcp/ci.ts";
import { type Deployment, homeOf, labelsOf } from "../components/gcp/deployment.ts";
import { differencesOfDocuments, refuseDocuments } from "../components/gcp/documents/refusals.ts";
import { Documents } from "../components/gcp/documents.ts";
import { edgeDifferences } from "../components/gcp/edge/differences.ts";
import { refuseEdge } from "../components/gcp/edge/refusals.ts";
import { Edge } from "../components/gcp/edge.ts";
import type { GcpHandles, GcpSecrets } from "../components/gcp/handles.ts";
import { Identity } from "../components/gcp/identity.ts";
import { differencesOfImages, Images, refuseImages } from "../components/gcp/image.ts";
import { monitoringDifferences, refuseMonitoring } from "../components/gcp/monitoring/refusals.ts";
import type { Compute } from "../components/gcp/monitoring/selectors.ts";
import { Monitoring } from "../components/gcp/monitoring.ts";
import { stackOf } from "../components/gcp/names.ts";
import { differencesOfNetwork, refuseNetwork } from "../components/gcp/network/refusals.ts";
import { Network } from "../components/gcp/network.ts";
import { refusePlaces } from "../components/gcp/places.ts";
import { differencesPostgres, refusePostgres } from "../components/gcp/postgres/refusals.ts";
import { Postgres } from "../components/gcp/postgres.ts";
import { differencesRedis, refuseRedis } from "../components/gcp/redis/refusals.ts";
import { Redis } from "../components/gcp/redis.ts";
import { Registry } from "../components/gcp/registry.ts";
import { refuseSecrets } from "../components/gcp/secrets/refusals.ts";
import { Secrets } from "../components/gcp/secrets.ts";
import { differencesOfStatic, isPlainFolder, refuseStatic } from "../components/gcp/static/refusals.ts";
import { StaticSite } from "../components/gcp/static.ts";
import { differencesOfVectors, refuseVectors } from "../components/gcp/vectors/refusals.ts";
import { Vectors } from "../components/gcp/vectors.ts";
import type { App, Data, DataKind, DataOf } from "../src/config/model.ts";
import type { Problem } from "../src/config/problem.ts";

/** What a target's own services get from the rest. */
export interface Shared {
  /** Options for what stands at the top of the deployment. */
  readonly top: { readonly parent: ComponentResource };
  readonly images: Images;
  readonly registry: Registry;
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
    registry,
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
      differences: [...differencesOfGoogle(deployment, place), ...place.differences],
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

/** Every reason why Google Cloud cannot carry the app, wherever its services run. */
export function refuseGoogle(deployment: Deployment, instances: readonly string[]): Problem[] {
  const { app, settings } = deployment;
  const places = refusePlaces(app, settings);
  // Almost everything below asks for a region.
  if (places.length > 0) return places;
  return [
    ...refuseNetwork(app, settings),
    ...refuseSecrets(app, settings),
    ...refusePostgres(app, settings),
    ...refuseRedis(app, settings),
    ...each(app, "documents", (name, spec) => refuseDocuments(name, spec, deployment)),
    ...each(app, "vectors", (name, spec) => refuseVectors(name, spec, deployment)),
    ...each(app, "bucket", (name, spec) => refuseBucket(name, spec, deployment)),
    ...each(app, "auth", (name, spec) => refuseAuth(name, spec, app)),
    ...plainFolders(app).flatMap(([name, spec]) => refuseStatic(name, spec)),
    ...refuseImages(app, instances),
    ...refuseEdge(app, settings),
    ...refuseMonitoring(app),
    ...refuseBudget(app, settings),
    ...refuseCi(settings),
  ];
}

function differencesOfGoogle(deployment: Deployment, { instances }: Place): string[] {
  const { app, settings } = deployment;
  return [
    ...differencesOfNetwork(app, settings, instances),
    ...differencesPostgres(app, settings),
    ...differencesRedis(app),
    ...each(app, "documents", (name, spec) => differencesOfDocuments(name, spec, deployment)),
    ...each(app, "vectors", (name, spec) => differencesOfVectors(name, spec, deployment)),
    ...each(app, "bucket", (name, spec) => differencesOfBucket(name, spec, deployment)),
    ...each(app, "auth", (name) => differencesOfAuth(name)),
    ...plainFolders(app).flatMap(([name]) => differencesOfStatic(name)),
    ...differencesOfImages(deployment),
    ...edgeDifferences(app),
    ...monitoringDifferences(app),
    ...differencesOfBudget(app, settings),
    ...differencesOfCi(app, settings),
  ];
}

/** Parts below components/ don't know how the block in the stack config is called. */
export function namedAfter(target: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) =>
    problem.path[0] === "settings"
      ? { ...problem, path: [`atelier:${target}`, ...problem.path.slice(1)] }
      : problem,
  );
}

const plainFolders = ({ services }: App) =>
  Object.entries(services).filter(([, spec]) => isPlainFolder(spec));

function each<K extends DataKind, T>(
  app: App,
  kind: K,
  answer: (name: string, spec: DataOf<K>) => readonly T[],
): T[] {
  const isKind = (spec: Data): spec is DataOf<K> => spec.kind === kind;
  return Object.entries(app.data).flatMap(([name, spec]) => (isKind(spec) ? answer(name, spec) : []));
}

function pick<T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

function made<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Error(`The ${what} was not made yet.`);
  return part;
}
