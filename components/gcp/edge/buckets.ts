/** Backend buckets: files straight from Cloud Storage, kept by Cloud CDN, private ones behind signed URLs. */
import { BackendBucket } from "@pulumi/gcp/compute/backendBucket.js";
import { BackendBucketSignedUrlKey } from "@pulumi/gcp/compute/backendBucketSignedUrlKey.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { interpolate, type Output, secret } from "@pulumi/pulumi";
import type { GcpBucketBackend, GcpSecrets } from "../handles.ts";
import type { BackendContext } from "./backends.ts";
import { kept } from "./caching.ts";
import { type Caching, type PlannedBackend, replaceable } from "./plan.ts";

const HOUR = 3600;
const USUAL: Caching = { shared: HOUR, browser: HOUR, stale: 24 * HOUR };

/** The one name that a signed URL gives as `KeyName`. */
export const KEY_NAME = "atelier";

export interface BucketContext extends BackendContext {
  readonly secrets: GcpSecrets;
}

export function createBucket(
  context: BucketContext,
  { key, backend, caching }: PlannedBackend<GcpBucketBackend>,
): BackendBucket {
  const { parent, app, policy } = context;
  // Only Cloud CDN checks signatures, so a private bucket needs it even where nothing is to be kept.
  const cdn = backend.cdn || backend.private || caching !== undefined;
  const created = new BackendBucket(
    replaceable(app, key),
    {
      description: `${backend.name} of ${app.name}`,
      bucketName: backend.bucket,
      edgeSecurityPolicy: policy,
      enableCdn: cdn,
      compressionMode: cdn && app.edge.compression ? "AUTOMATIC" : "DISABLED",
      ...(cdn && { cdnPolicy: cdnPolicy(backend, caching ?? (backend.cdn ? USUAL : undefined)) }),
    },
    { parent },
  );
  if (backend.private) createKey(context, key, backend, created);
  else backend.admit?.(created);
  return created;
}

function cdnPolicy({ private: signed }: GcpBucketBackend, caching: Caching | undefined) {
  const signatures = signed ? { signedUrlCacheMaxAgeSec: HOUR } : {};
  if (!caching) return { cacheMode: "USE_ORIGIN_HEADERS", negativeCaching: false, ...signatures };
  return { ...kept(caching), ...signatures };
}

/** The account that Cloud CDN reads private files as comes to be with the first key, so its grant waits for it. */
function createKey(
  { parent, app, secrets }: BucketContext,
  key: string,
  { name, bucket, projectNumber }: GcpBucketBackend,
  created: BackendBucket,
): void {
  if (projectNumber === undefined) throw new Error(`The private bucket ${name} names no project number.`);
  const signing = new BackendBucketSignedUrlKey(
    replaceable(app, key, "key"),
    { name: KEY_NAME, backendBucket: created.name, keyValue: signedUrlKey(secrets, name) },
    // Its name is fixed, because services sign with it.
    { parent, deleteBeforeReplace: true },
  );
  new BucketIAMMember(
    replaceable(app, key, "reader"),
    {
      bucket,
      role: "roles/storage.objectViewer",
      member: interpolate`serviceAccount:service-${projectNumber}@cloud-cdn-fill.iam.gserviceaccount.com`,
    },
    { parent, dependsOn: [signing] },
  );
}

/** The key that URLs of a bucket are signed with: 16 bytes in URL-safe base64, the same for edge and services. */
export function signedUrlKey(secrets: GcpSecrets, bucket: string): Output<string> {
  const { value } = secrets.password(`${bucket}/url-key`);
  return secret(
    value.apply((password) => Buffer.from(password, "base64url").subarray(0, 16).toString("base64url")),
  );
}
