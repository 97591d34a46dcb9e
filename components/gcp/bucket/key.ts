/** Lets Cloud Storage encrypt with the customer's key. */
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import type { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { interpolate, type Resource } from "@pulumi/pulumi";
import type { Deployment } from "../deployment.ts";
import { letEncrypt } from "../encryption.ts";

export interface StorageKey {
  readonly key: string;
  /** Nothing may be encrypted with the key before this. */
  readonly ready: Resource;
}

/** Undefined without a key. Google makes the account of Cloud Storage when it is asked to and does not tell its name
 * (TPG#9730, TPG#18649): the name follows from the project's number, which any bucket tells.
 */
export function grantStorageKey(
  parent: Resource,
  name: string,
  { settings: { encryptionKey } }: Deployment,
  other: Bucket,
): StorageKey | undefined {
  if (encryptionKey === undefined) return undefined;
  const agent = new ServiceIdentity(`${name}-agent`, { service: "storage.googleapis.com" }, { parent });
  const member = interpolate`serviceAccount:service-${other.projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
  const ready = letEncrypt(parent, name, encryptionKey, member, [agent]);
  return { key: encryptionKey, ready };
}
