/** The target `docker`: one Docker host, everything real. */
import type { Adapters, Target } from "../components/contracts/target.ts";
import { Auth } from "../components/docker/auth.ts";
import { Bucket } from "../components/docker/bucket.ts";
import { refuseData } from "../components/docker/data-refusals.ts";
import {
  type Deployment,
  NAME_LABEL,
  originOf,
  STACK_LABEL,
  stackOf,
} from "../components/docker/deployment.ts";
import { Documents } from "../components/docker/documents.ts";
import { Edge } from "../components/docker/edge.ts";
import type { DockerHandles } from "../components/docker/handles.ts";
import type { Host } from "../components/docker/host.ts";
import { Images } from "../components/docker/image.ts";
import { Keeper } from "../components/docker/keeper.ts";
import { alertProblems } from "../components/docker/monitoring/alertmanager.ts";
import { Monitoring } from "../components/docker/monitoring.ts";
import { Network } from "../components/docker/network.ts";
import { Ports } from "../components/docker/ports.ts";
import { Postgres } from "../components/docker/postgres.ts";
import { assumeHost } from "../components/docker/preflight/assume.ts";
import { preflight } from "../components/docker/preflight/index.ts";
import { prepareHost } from "../components/docker/preflight/programs.ts";
import { publishedPorts } from "../components/docker/publish.ts";
import { Redis } from "../components/docker/redis.ts";
import { differences, refuseApp } from "../components/docker/refusals.ts";
import { Secrets } from "../components/docker/secrets.ts";
import { ContainerService } from "../components/docker/service.ts";
import { type Settings, settings } from "../components/docker/settings.ts";
import { Vectors } from "../components/docker/vectors.ts";
import type { App } from "../src/config/model.ts";
import { ConfigError } from "../src/config/problem.ts";

export const docker: Target<Settings> = {
  name: "docker",
  settings,
  standIns: ({ development, edge }) => (development || edge.certificate ? {} : { selfSigned: true }),
  refuse: (app, chosen) => [...refuseApp(app, chosen), ...refuseData(app), ...alertProblems(app)],
  async open(app, chosen) {
    const found = await preflight(app, chosen);
    const refusals = refuseData(app, found.images);
    if (refusals.length > 0) throw new ConfigError(refusals);
    return adaptersOn(await prepareHost(app, chosen, found), app, chosen);
  },
  assume: (app, chosen) => adaptersOn(assumeHost(app, chosen), app, chosen),
};

function adaptersOn(host: Host, app: App, chosen: Settings): Adapters<DockerHandles> {
  return dockerAdapters({ app, settings: chosen, host, images: new Images("images", { app, host }) });
}

/** Everything that the parts of one deployment share is made by the first that needs it. */
export function dockerAdapters(deployment: Deployment): Adapters<DockerHandles> {
  const { app, settings: chosen } = deployment;
  const of = <A extends object>(args: A) => ({ ...args, deployment });
  return {
    identity: (service) => ({ service, principal: service }),
    network: (args) => new Network("network", of(args)),
    secrets: (args) => new Secrets(args),
    data: {
      postgres: { create: (name, args) => new Postgres(name, of(args)) },
      redis: { create: (name, args) => new Redis(name, of(args)) },
      documents: { create: (name, args) => new Documents(name, of(args)) },
      vectors: { create: (name, args) => new Vectors(name, of(args)) },
      bucket: { create: (name, args) => new Bucket(name, of(args)) },
      auth: { create: (name, args) => new Auth(name, of(args)) },
    },
    service: (name, args) => new ContainerService(name, of(args)),
    monitoring(args) {
      new Keeper("keeper", { deployment, network: args.network });
      return new Monitoring("monitoring", { ...of(args), origin: originOf(deployment) });
    },
    edge(args) {
      const published = publishedPorts(app, chosen);
      if (published.length > 0) new Ports("ports", { deployment, network: args.network, published });
      return new Edge("edge", of(args));
    },
    outputs: () => ({
      images: deployment.host.images,
      differences: differences(app),
      logins: loginsOf(app),
      ports: Object.fromEntries(publishedPorts(app, chosen).map(({ name, hostPort }) => [name, hostPort])),
    }),
  };
}

/** How to read what an operator needs; never the values. */
function loginsOf(app: App): Record<string, string> {
  const operators = Object.values(app.routes).some(({ to }) => to.type === "operators");
  if (!operators) return {};
  const labels = [`${STACK_LABEL}=${stackOf(app)}`, `${NAME_LABEL}=edge`, "atelier.run=always"];
  const filters = labels.map((label) => `-f label=${label}`).join(" ");
  return { operator: `docker exec $(docker ps -q ${filters}) cat /run/secrets/operators-password` };
}
