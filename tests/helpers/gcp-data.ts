/** What tests of data parts on Google Cloud share: real secrets, and the outputs that Google would give. */
import { type Input, output, Resource } from "@pulumi/pulumi";
import type { Deployment } from "../../components/gcp/deployment.ts";
import { Secrets } from "../../components/gcp/secrets.ts";
import type { GcpSettings } from "../../components/gcp/settings.ts";
import { derivePassword } from "../../src/app/derived-secrets.ts";
import { consumersOf } from "../../src/app/links.ts";
import type { App } from "../../src/config/model.ts";
import { gcpDataArgs, identityOf, makeGcp } from "./gcp.ts";

export const SEED = "5eed".repeat(16);
export const KEY = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";

export const SECRET = "gcp:secretmanager/secret:Secret";
export const VERSION = "gcp:secretmanager/secretVersion:SecretVersion";
export const READER = "gcp:secretmanager/secretIamMember:SecretIamMember";

export function gcpSecrets(deployment: Deployment, values: Readonly<Record<string, string>> = {}): Secrets {
  const { app } = deployment;
  const readers = Object.fromEntries(
    Object.keys(app.secrets).map((secret) => [
      secret,
      Object.entries(app.services)
        .filter(([, service]) => service.secrets.includes(secret))
        .map(([service]) => identityOf(service)),
    ]),
  );
  return new Secrets("secrets", { deployment, app, readers, values, seed: SEED });
}

/** Arguments of a data part with secrets of its own deployment. */
export function dataPartArgs<K extends "postgres" | "redis">(
  kind: K,
  name: string,
  app: App,
  changes: Partial<GcpSettings> = {},
) {
  return gcpDataArgs(kind, name, app, gcpSecrets(makeGcp(app, changes)), changes);
}

export const passwordOf = (app: App, purpose: string) =>
  derivePassword({ app, values: {}, seed: SEED }, purpose);

export const everyPassword = (app: App, data: string, ...more: readonly string[]) =>
  [...Object.keys(consumersOf(app, data)), ...more].map((role) => passwordOf(app, `${data}/${role}`));

/** What Google answers. */
export function answers(type: string, name: string): Record<string, unknown> {
  if (type === SECRET) return { secretId: name };
  if (type === VERSION) {
    return { name: `projects/1/secrets/${name.replace(/-version$/, "")}/versions/7`, version: "7" };
  }
  if (type === "gcp:serviceaccount/account:Account") {
    return { email: `${name}@acme-prod.iam`, member: `serviceAccount:${name}@acme-prod.iam` };
  }
  if (type === "gcp:projects/serviceIdentity:ServiceIdentity")
    return { member: `serviceAccount:${name}@google` };
  if (type === "gcp:sql/databaseInstance:DatabaseInstance") {
    return { name: `${name}-0a1b2c3`, privateIpAddress: `ip-of-${name}` };
  }
  if (type === "gcp:redis/instance:Instance") {
    return {
      name: `${name}-0a1b2c3`,
      host: "10.1.2.3",
      port: 6378,
      authString: "made-by-google",
      serverCaCerts: [
        { cert: "-----BEGIN CERTIFICATE-----\nnew" },
        { cert: "-----BEGIN CERTIFICATE-----\nold" },
      ],
    };
  }
  return {};
}

/** Value of an output; outputs of a finished program are known. */
export function resolved(value: Input<string>): Promise<string> {
  return new Promise((resolve) => output(value).apply(resolve));
}

/** Names of what somebody waits for, in its order. */
export function waitedFor(ready: readonly Input<Resource>[]): Promise<string[]> {
  return Promise.all(
    ready.map(async (resource) => {
      if (!Resource.isInstance(resource)) throw new Error("It is no resource.");
      return (await resolved(resource.urn)).split("::").at(-1) ?? "";
    }),
  );
}
