/** The customer's own key, and the services of Google that may encrypt with it. */
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember.js";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import type { Resource } from "@pulumi/pulumi";
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
  return [
    new CryptoKeyIAMMember(
      `${name}-agent-key`,
      {
        cryptoKeyId: encryptionKey,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: agent.member,
      },
      { parent, retainOnDelete: true },
    ),
  ];
}

/** `us-central1` of `projects/acme/locations/us-central1/keyRings/…`. */
export function locationOfKey(key: string): string {
  return key.split("/")[3] ?? "";
}
