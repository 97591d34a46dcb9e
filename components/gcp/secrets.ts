import { createHash } from "node:crypto";
import { Secret } from "@pulumi/gcp/secretmanager/secret.js";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember.js";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  secret as hide,
  type Input,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { derivePassword, secretValue } from "../../src/app/derived-secrets.ts";
import type { Identity } from "../contracts/identity.ts";
import type { SecretsArgs as Args } from "../contracts/secrets.ts";
import { type Deployment, labelsOf } from "./deployment.ts";
import { grantKey, locationOfKey } from "./encryption.ts";
import type { GcpSecret, GcpSecrets } from "./handles.ts";
import { nameOf } from "./names.ts";
import { parseExisting } from "./secrets/existing.ts";

export interface SecretsArgs extends Args {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** One whose value the program knows. */
type Stored = GcpSecret & { readonly value: Output<string> };

/** A version that is asked to be destroyed is only switched off for a day; Google's shortest delay. */
const DESTROY_AFTER = "86400s";

/** Secrets in Secret Manager: one secret per purpose, read by pinned version, by exactly those who need it.
 *
 * Costs $0.06 a month per version and place, and $0.03 per 10,000 reads (Google's price list for Secret Manager):
 * about $1 a month for an app with fifteen. A new value is a new version beside the old one, which stays readable: a
 * revision that still serves a share of the traffic, or one to roll back to, starts instances with the version that
 * it was made with. Disabling or destroying the old version, at once or with a delay, would keep those from starting.
 * @example new Secrets("secrets", { ...shop.secrets({ seed }), readers: { JWT_SECRET: [identity] } })
 */
export class Secrets extends ComponentResource implements GcpSecrets {
  readonly #args: SecretsArgs;
  readonly #waitFor: readonly Resource[];
  /** By purpose: whoever asks first makes it. */
  readonly #made = new Map<string, GcpSecret>();
  readonly #passwords = new Map<string, { readonly version: number; readonly password: Stored }>();

  constructor(name: string, args: SecretsArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Secrets", name, {}, opts);
    this.#args = args;
    this.#waitFor = grantKey(this, name, args.deployment, "secretmanager");
    this.registerOutputs({});
  }

  get(name: string): GcpSecret {
    const { app, readers } = this.#args;
    const made = this.#once(`secret/${name}`, () => {
      const spec = app.secrets[name];
      const value = secretValue(this.#args, name);
      if (value !== undefined) return this.#store(["secret", name], value, { protect: app.protect });
      return this.#existing(name, spec?.source === "existing" ? spec.name : "");
    });
    for (const { principal, service } of readers[name] ?? []) made.readers(principal, service);
    return made;
  }

  password(
    purpose: string,
    { version = 1, reader }: { readonly version?: number; readonly reader?: Identity } = {},
  ): Stored {
    const known = this.#passwords.get(purpose);
    if (known && known.version !== version) {
      throw new Error(`The password ${purpose} is asked for in versions ${known.version} and ${version}.`);
    }
    const password = known?.password ?? this.#makePassword(purpose, version);
    this.#passwords.set(purpose, { version, password });
    if (reader) password.readers(reader.principal, reader.service);
    return password;
  }

  store(purpose: string, value: Input<string>, { reader }: { readonly reader?: Identity } = {}): GcpSecret {
    const made = this.#once(`value/${purpose}`, () => this.#store(["value", purpose], value));
    if (reader) made.readers(reader.principal, reader.service);
    return made;
  }

  #makePassword(purpose: string, version: number): Stored {
    return this.#store(["password", purpose], derivePassword(this.#args, purpose, version));
  }

  #once(key: string, make: () => GcpSecret): GcpSecret {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }

  /** A secret of our own with the value as its newest version. Only the app's own are protected: the platform's
   * derive from the seed again, and leave with the service that they were made for.
   */
  #store(parts: readonly string[], value: Input<string>, { protect = false } = {}): Stored {
    const { deployment } = this.#args;
    const replication = replicationOf(deployment);
    const id = nameOf(deployment.app, "secret", ...parts.map(asId), ...suffixOf(replication));
    const own = new Secret(
      id,
      {
        secretId: id,
        replication,
        versionDestroyTtl: DESTROY_AFTER,
        deletionProtection: protect,
        labels: labelsOf(deployment),
      },
      { parent: this, protect, dependsOn: [...this.#waitFor] },
    );
    const version = new SecretVersion(
      `${id}-version`,
      { secret: own.id, secretData: hide(value), deletionPolicy: "ABANDON" },
      { parent: this },
    );
    return {
      reference: version.name,
      secret: own.secretId,
      version: version.version,
      value: hide(value),
      readers: this.#readersOf(id, own.id),
    };
  }

  #existing(name: string, written: string): GcpSecret {
    const found = parseExisting(written);
    if (!found) throw new Error(`The secret ${name} names no version; it was refused before.`);
    const { project = this.#args.deployment.settings.project, secret, version } = found;
    const path = `projects/${project}/secrets/${secret}`;
    const id = nameOf(this.#args.app, "secret", "existing", name);
    return {
      reference: output(`${path}/versions/${version}`),
      // Cloud Run takes the id alone for a secret of its own project, and the path for another's.
      secret: output(found.project === undefined ? secret : path),
      version: output(version),
      readers: this.#readersOf(id, output(path)),
    };
  }

  /** One membership per reader; whoever asks for it again gets the same. */
  #readersOf(id: string, secretId: Output<string>): GcpSecret["readers"] {
    const members = new Map<string, Resource>();
    return (principal, service) => {
      const member =
        members.get(service) ??
        new SecretIamMember(
          `${id}-${service}`,
          { secretId, role: "roles/secretmanager.secretAccessor", member: principal },
          { parent: this },
        );
      members.set(service, member);
      return member;
    };
  }
}

/** Everywhere, as Google sees fit; with a key of one's own only where the key lies. */
function replicationOf({ settings: { encryptionKey } }: Deployment): inputs.secretmanager.SecretReplication {
  if (encryptionKey === undefined) return { auto: {} };
  const customerManagedEncryption = { kmsKeyName: encryptionKey };
  return {
    userManaged: { replicas: [{ location: locationOfKey(encryptionKey), customerManagedEncryption }] },
  };
}

/** Replication can't be changed, and the provider deletes a secret before it replaces it. Under another name the new
 * one is there before the old one goes.
 */
function suffixOf(replication: inputs.secretmanager.SecretReplication): string[] {
  if (replication.auto) return [];
  return [createHash("sha256").update(JSON.stringify(replication)).digest("hex").slice(0, 6)];
}

/** `db/api` → `db_api`: parts of a purpose are names without an underscore, or the platform's own. */
const asId = (part: string) => part.replaceAll(/[^A-Za-z0-9_-]/g, "_");
