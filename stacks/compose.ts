/** The one place that says how the parts of an app go together. It knows no target: every step asks the adapters.
 *
 * Parts come to be in the order in which they need one another: identities, network, secrets, data, jobs and
 * services, monitoring, and last the edge. Parts wait for outputs, never for whole components.
 */
import type { Input, Resource } from "@pulumi/pulumi";
import type { Consumers, DataPart } from "../components/contracts/data.ts";
import type { BoundRoute } from "../components/contracts/edge.ts";
import type { Handles } from "../components/contracts/handles.ts";
import type { Identity } from "../components/contracts/identity.ts";
import type { MonitoringPart } from "../components/contracts/monitoring.ts";
import type { ServicePart } from "../components/contracts/service.ts";
import type { Adapters } from "../components/contracts/target.ts";
import { monitoringOf } from "../components/monitoring/definitions.ts";
import { consumersOf, linksOf } from "../src/app/links.ts";
import { startOrder } from "../src/app/order.ts";
import { byPrefixLength } from "../src/app/routes.ts";
import type { App, Data, Route } from "../src/config/model.ts";

/** Values that come from the stack's encrypted config. */
export interface SecretValues {
  /** 32 random bytes in hex, from which generated secrets derive. */
  readonly seed: string;
  /** Values of the app's `required` secrets. */
  readonly values: Readonly<Record<string, string>>;
}

type Identities = Readonly<Record<string, Identity>>;
type DataParts<H extends Handles> = Readonly<Record<string, DataPart<H>>>;
type ServiceParts<H extends Handles> = Readonly<Record<string, ServicePart<H>>>;

/** Creates every part of the app on the target behind the adapters; returns the stack's outputs. */
export function compose<H extends Handles>(app: App, adapters: Adapters<H>, secretValues: SecretValues) {
  const identities = mapValues(app.services, (_, name) => adapters.identity(name));
  const network = adapters.network({ app, links: linksOf(app) });
  const secrets = adapters.secrets({ app, readers: readersOf(app, identities), ...secretValues });
  const data = createData(app, adapters, { identities, network, secrets });
  const services = createServices(app, adapters, { identities, network, secrets, data });
  const monitoring = createMonitoring(app, adapters, { network, secrets, data, services });
  const routes = bindRoutes(app, { data, services, monitoring });
  const edge = adapters.edge({ app, network, secrets, routes });
  return { url: edge.url, notes: [...monitoring.notes], ...adapters.outputs() };
}

function readersOf(app: App, identities: Identities): Record<string, Identity[]> {
  return mapValues(app.secrets, (_, secret) =>
    Object.entries(app.services).flatMap(([name, service]) => {
      const identity = identities[name];
      return identity && service.secrets.includes(secret) ? [identity] : [];
    }),
  );
}

interface Base<H extends Handles> {
  readonly identities: Identities;
  readonly network: H["network"];
  readonly secrets: H["secrets"];
}

function createData<H extends Handles>(app: App, adapters: Adapters<H>, base: Base<H>): DataParts<H> {
  const { identities, network, secrets } = base;
  return mapValues(app.data, (spec, name) => {
    const consumers = consumersIn(app, identities, name);
    return createOne(adapters, name, spec, { app, network, secrets, consumers });
  });
}

function consumersIn(app: App, identities: Identities, name: string): Consumers {
  return mapValues(consumersOf(app, name), (access, service) => ({
    access,
    identity: must(identities[service], service),
  }));
}

function createOne<H extends Handles>(
  adapters: Adapters<H>,
  name: string,
  spec: Data,
  rest: Omit<Parameters<DataCreator<H>>[1], "spec">,
): DataPart<H> {
  const adapter = adapters.data[spec.kind];
  // Refused long before, with a position in app.yaml; this is for callers that compose without checking.
  if ("unsupported" in adapter) throw new Error(`data.${name}: ${adapter.unsupported}`);
  return (adapter.create as DataCreator<H>)(name, { ...rest, spec });
}

/** The union of kinds cannot be matched with its adapter by the type checker; the table above does it. */
type DataCreator<H extends Handles> = (
  name: string,
  args: Omit<import("../components/contracts/data.ts").DataArgs<Data["kind"], H>, "spec"> & { spec: Data },
) => DataPart<H>;

function createServices<H extends Handles>(
  app: App,
  adapters: Adapters<H>,
  { identities, network, secrets, data }: Base<H> & { readonly data: DataParts<H> },
): ServiceParts<H> {
  const services: Record<string, ServicePart<H>> = {};
  for (const name of startOrder(app)) {
    const spec = must(app.services[name], name);
    services[name] = adapters.service(name, {
      app,
      name,
      spec,
      identity: must(identities[name], name),
      consumers: consumersIn(app, identities, name),
      network,
      grants: mapValues(spec.uses, (access, used) =>
        must(data[used] ?? services[used], used).grant(name, access),
      ),
      secrets: Object.fromEntries(spec.secrets.map((secret) => [secret, secrets.get(secret)])),
      after: spec.after.map((job): Input<Resource> => must(services[job], job).done),
    });
  }
  return services;
}

function createMonitoring<H extends Handles>(
  app: App,
  adapters: Adapters<H>,
  parts: Omit<Base<H>, "identities"> & { readonly data: DataParts<H>; readonly services: ServiceParts<H> },
): MonitoringPart<H> {
  const { network, secrets, data, services } = parts;
  const targets = [...Object.values(data), ...Object.values(services)].flatMap(({ scrape }) => scrape);
  const jobs = targets.map(({ job }) => job);
  return adapters.monitoring({ app, network, secrets, targets, ...monitoringOf(app, { jobs }) });
}

function bindRoutes<H extends Handles>(
  app: App,
  parts: {
    readonly data: DataParts<H>;
    readonly services: ServiceParts<H>;
    readonly monitoring: MonitoringPart<H>;
  },
): BoundRoute<H["backend"]>[] {
  return byPrefixLength(app.routes).map(([path, route]) => {
    const backend = backendOf(route.to, parts);
    return { path, route, ...(backend !== undefined && { backend }) };
  });
}

function backendOf<H extends Handles>(
  to: Route["to"],
  { data, services, monitoring }: Parameters<typeof bindRoutes<H>>[1],
): H["backend"] | undefined {
  if (to.type === "service") return must(services[to.service], to.service).backend;
  if (to.type === "bucket") return must(data[to.bucket], to.bucket).backend;
  if (to.type === "redirect") return undefined;
  if (typeof to.tool === "string") return monitoring.tools[to.tool];
  return must(services[to.tool.metricsOf], to.tool.metricsOf).metrics;
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

/** Names were checked by the configuration; a miss here is a defect of ours. */
function must<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is named but not there.`);
  return value;
}
