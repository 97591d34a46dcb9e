import type { Bucket as StorageBucket } from "@pulumi/gcp/storage/bucket.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { HmacKey } from "@pulumi/gcp/storage/hmacKey.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access, App, Bucket as BucketModel } from "../../src/config/model.ts";
import { days } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { Identity } from "../contracts/identity.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { createBucket } from "./bucket/create.ts";
import { keepOf } from "./bucket/keep.ts";
import { locationOf } from "./bucket/location.ts";
import { expiryDays } from "./bucket/refusals.ts";
import type { Deployment } from "./deployment.ts";
import { KEY_NAME, signedUrlKey } from "./edge/buckets.ts";
import type { GcpBucketBackend, GcpGrant, GcpHandles, GcpSecret } from "./handles.ts";
import { emailOf } from "./principal.ts";

export interface BucketArgs extends Omit<DataArgs<"bucket", GcpHandles>, "network"> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** The S3 interface of Cloud Storage; requests are signed for the region `auto`. */
const ENDPOINT = "https://storage.googleapis.com";
const REGION = "auto";

interface Login {
  readonly key: HmacKey;
  readonly secretKey: GcpSecret;
  readonly linkKey?: GcpSecret;
  readonly ready: readonly Resource[];
}

/** A bucket of Cloud Storage, private, with one key per service for its S3 interface.
 *
 * Costs $0.020 per GiB and month in us-central1, and $0.05 per 10,000 writes (cloud.google.com/storage/pricing); two
 * regions about double. Two regions that Google pairs hold it both, within 15 minutes of each other.
 *
 * Services sign with HMAC keys of their own, so an S3 library works, pre-signed URLs at `ENDPOINT` too. A route to
 * the bucket is another door: it takes links that were signed with `LINK_KEY` (Cloud CDN's signed URLs).
 * @example new Bucket("media", { ...shop.part("media"), secrets })
 */
export class Bucket extends ComponentResource implements DataPart<GcpHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly backend: GcpBucketBackend;
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #bucket: StorageBucket;
  readonly #logins: Readonly<Record<string, Login>>;

  constructor(name: string, args: BucketArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Bucket", name, {}, opts);
    this.#name = name;
    this.#bucket = createBucket(this, name, args.deployment, describeBucket(args));
    this.#logins = createLogins(this, name, args, this.#bucket);
    this.backend = {
      type: "bucket",
      name,
      bucket: this.#bucket.name,
      cdn: args.spec.cdn,
      private: true,
      projectNumber: this.#bucket.projectNumber,
    };
    this.handle = this.#bucket.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, with the key of one service. */
  grant(consumer: string, _access: Access): GcpGrant {
    const login = this.#logins[consumer];
    if (!login) throw new Error(`${consumer} does not use ${this.#name}.`);
    const prefix = prefixOf(this.#name);
    return {
      env: {
        [`${prefix}ENDPOINT`]: ENDPOINT,
        [`${prefix}BUCKET`]: this.#bucket.name,
        [`${prefix}REGION`]: REGION,
        [`${prefix}ACCESS_KEY`]: login.key.accessId,
        ...(login.linkKey && { [`${prefix}LINK_KEY_NAME`]: KEY_NAME }),
      },
      secrets: {
        [`${prefix}SECRET_KEY`]: login.secretKey,
        ...(login.linkKey && { [`${prefix}LINK_KEY`]: login.linkKey }),
      },
      mounts: [],
      ready: login.ready,
    };
  }
}

function describeBucket({ deployment, spec, app }: BucketArgs): Parameters<typeof createBucket>[3] {
  return {
    place: locationOf(deployment),
    softDelete: keepOf(spec),
    args: {
      versioning: { enabled: spec.versioning },
      lifecycleRules: lifecycleOf(spec),
      cors: [
        {
          origins: originsOf(app),
          methods: ["GET", "HEAD", "POST", "PUT"],
          responseHeaders: ["Content-Type", "Content-Range", "ETag"],
          maxAgeSeconds: 3600,
        },
      ],
    },
  };
}

/** Conditions without an age say so, because the provider would send the age 0 and everything would go. */
function lifecycleOf(spec: BucketModel): inputs.storage.BucketLifecycleRule[] {
  const remove = { type: "Delete" };
  return [
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    ...(spec.expireAfter === undefined
      ? []
      : [{ action: remove, condition: { age: expiryDays(spec), withState: "LIVE" } }]),
    ...(spec.versioning && spec.backup
      ? [
          {
            action: remove,
            condition: {
              daysSinceNoncurrentTime: Math.ceil(spec.backup.keep / days(1)),
              withState: "ARCHIVED",
              sendAgeIfZero: false,
            },
          },
        ]
      : []),
  ];
}

/** Pages that may send files with a pre-signed URL. */
function originsOf({ edge }: App): string[] {
  const own = [edge.domain, ...edge.aliases].map((host) => `https://${host}`);
  return [...new Set([...own, ...(edge.cors?.origins ?? [])])];
}

function isRouted(app: App, name: string): boolean {
  return Object.values(app.routes).some(({ to }) => to.type === "bucket" && to.bucket === name);
}

function createLogins(
  parent: Resource,
  name: string,
  { app, consumers, secrets }: BucketArgs,
  bucket: StorageBucket,
): Record<string, Login> {
  const linkKey = isRouted(app, name) ? signedUrlKey(secrets, name) : undefined;
  const logins = Object.entries(consumers).map(([consumer, { access, identity }]) => {
    const member = grantAccess(parent, `${name}-${consumer}`, bucket, access, identity);
    const key = new HmacKey(
      `${name}-${consumer}`,
      { serviceAccountEmail: emailOf(identity), state: "ACTIVE" },
      { parent },
    );
    const store = (suffix: string, value: Output<string>) =>
      secrets.store(`${name}/${consumer}/${suffix}`, secret(value), { reader: identity });
    const login: Login = {
      key,
      secretKey: store("secret-key", key.secret),
      ...(linkKey && { linkKey: store("link-key", linkKey) }),
      ready: [member],
    };
    return [consumer, login] as const;
  });
  return Object.fromEntries(logins);
}

function grantAccess(
  parent: Resource,
  name: string,
  bucket: StorageBucket,
  access: Access,
  { principal }: Identity,
): Resource {
  const role = access === "write" ? "roles/storage.objectUser" : "roles/storage.objectViewer";
  return new BucketIAMMember(name, { bucket: bucket.name, role, member: principal }, { parent });
}
