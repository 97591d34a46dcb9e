/** A deployment on a made-up Docker host, for tests of single components. */
import { output } from "@pulumi/pulumi";
import type { DataArgs } from "../../components/contracts/data.ts";
import type { Deployment } from "../../components/docker/deployment.ts";
import type { DockerHandles } from "../../components/docker/handles.ts";
import type { Images } from "../../components/docker/image.ts";
import { Network } from "../../components/docker/network.ts";
import { Secrets } from "../../components/docker/secrets.ts";
import { type Settings, settings } from "../../components/docker/settings.ts";
import { consumersOf, linksOf } from "../../src/app/links.ts";
import type { App, DataKind, DataOf } from "../../src/config/model.ts";

export const SEED = "5eed".repeat(16);

/** Images that are already there: `get("redis")` is `test/redis:1` with the id `sha256:redis`. */
const images = {
  get: (name: string) => ({ reference: `test/${name}:1`, id: output(`sha256:${name}`), hasUser: true }),
  of: () => ({ reference: "test/service:1", id: output("sha256:service"), hasUser: false }),
} as unknown as Images;

export function makeDeployment(app: App, changes: Partial<Settings> = {}): Deployment {
  return {
    app,
    settings: { ...settings.parse({}), ...changes },
    host: { images: "debian", subnets: {}, taken: [], programs: {}, socketGroup: 0, attempts: {} },
    images,
  };
}

/** What every component of one app shares. */
export function makeParts(app: App, changes: Partial<Settings> = {}) {
  const deployment = makeDeployment(app, changes);
  const network = new Network("network", { app, links: linksOf(app), deployment });
  const secrets = new Secrets({ app, values: {}, seed: SEED });
  return { app, deployment, network, secrets };
}

/** Arguments of the data part `name`. */
export function dataArgs<K extends DataKind>(
  kind: K,
  name: string,
  app: App,
  changes: Partial<Settings> = {},
): DataArgs<K, DockerHandles> & { deployment: Deployment } {
  const spec = app.data[name];
  if (spec?.kind !== kind) throw new Error(`${name} is not a ${kind}`);
  const consumers = Object.fromEntries(
    Object.entries(consumersOf(app, name)).map(([service, access]) => [
      service,
      { access, identity: { service, principal: service } },
    ]),
  );
  return { ...makeParts(app, changes), spec: spec as DataOf<K>, consumers };
}
