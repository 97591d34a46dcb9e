/** The customer's own key, and the services of Google that may encrypt with it. */
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember.js";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import type { Output, Resource } from "@pulumi/pulumi";
import type { Deployment } from "./deployment.ts";

/** Lets a service of Google, `secretmanager` for instance, encrypt with the customer's key; nothing without a key.
 *
 * The service's account must exist and hold the role before the first resource is made (TPG#7611, TPG#17333): wait
 * for what is returned. Parts of a deployment share the account, so the grant outlives the part that made it.
 */
export function grantKey(
  parent: Resource,
  name: string,
  { settings: { encryptionKey } }: Pick<Deployment, "settings">,
  service: string,
): readonly Resource[] {
  if (encryptionKey === undefined) return [];
  const agent = new ServiceIdentity(`${name}-agent`, { service: `${service}.googleapis.com` }, { parent });
  return [letEncrypt(parent, name, encryptionKey, agent.member)];
}

/** Lets one of Google's own accounts encrypt with the key, for as long as anything may be encrypted with it. */
export function letEncrypt(
  parent: Resource,
  name: string,
  cryptoKeyId: string,
  member: Output<string>,
  dependsOn: readonly Resource[] = [],
): Resource {
  return new CryptoKeyIAMMember(
    `${name}-agent-key`,
    { cryptoKeyId, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member },
    { parent, retainOnDelete: true, dependsOn: [...dependsOn] },
  );
}

/** `us-central1` of `projects/acme/locations/us-central1/keyRings/…`. */
export function locationOfKey(key: string): string {
  return key.split("/")[3] ?? "";
}
