/** A deployment on a made-up Google Cloud project, for tests of single components. */
import { output, type Resource } from "@pulumi/pulumi";
import type { DataArgs } from "../../components/contracts/data.ts";
import type { Deployment } from "../../components/gcp/deployment.ts";
import type { GcpHandles, GcpNetwork, GcpSecrets } from "../../components/gcp/handles.ts";
import { type GcpSettings, settings } from "../../components/gcp/settings.ts";
import { consumersOf } from "../../src/app/links.ts";
import type { App, DataKind, DataOf } from "../../src/config/model.ts";

export function makeGcp(app: App, changes: Partial<GcpSettings> = {}): Deployment {
  return {
    app,
    settings: { ...settings.parse({ project: "acme-prod", region: "us-central1" }), ...changes },
  };
}

/** A network that is there already. */
export const network: GcpNetwork = {
  id: output("projects/acme-prod/global/networks/shop-dev"),
  privateServices: { range: output("shop-dev-services"), ready: undefined as unknown as Resource },
  subnet: (region) => output(`projects/acme-prod/regions/${region}/subnetworks/shop-dev`),
  tag: (service) => `shop-dev-${service}`,
  ready: [],
};

export const identityOf = (service: string) => ({
  service,
  principal: `serviceAccount:shop-dev-${service}@acme-prod.iam.gserviceaccount.com`,
});

/** Arguments of the data part `name`. */
export function gcpDataArgs<K extends DataKind>(
  kind: K,
  name: string,
  app: App,
  secrets: GcpSecrets,
  changes: Partial<GcpSettings> = {},
): DataArgs<K, GcpHandles> & { deployment: Deployment } {
  const spec = app.data[name];
  if (spec?.kind !== kind) throw new Error(`${name} is not a ${kind}`);
  const consumers = Object.fromEntries(
    Object.entries(consumersOf(app, name)).map(([service, access]) => [
      service,
      { access, identity: identityOf(service) },
    ]),
  );
  return { app, deployment: makeGcp(app, changes), network, secrets, spec: spec as DataOf<K>, consumers };
}
