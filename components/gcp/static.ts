import type { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject.js";
import {
  asset,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access, App, Service } from "../../src/config/model.ts";
import { days } from "../../src/config/units.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import type { ServiceArgs, ServicePart } from "../contracts/service.ts";
import { createBucket } from "./bucket/create.ts";
import { admitLoadBalancer } from "./bucket/load-balancer.ts";
import { locationOf } from "./bucket/location.ts";
import type { Deployment } from "./deployment.ts";
import type { GcpBucketBackend, GcpGrant, GcpHandles } from "./handles.ts";
import { type StaticFile, staticFiles } from "./static/files.ts";

export interface StaticSiteArgs extends ServiceArgs<GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** A static service whose files lie in a bucket behind the load balancer; no container runs.
 *
 * Costs $0.020 per GiB and month, and Cloud CDN's $0.08 per GiB that goes out (cloud.google.com/cdn/pricing). The
 * bucket is private: the load balancer alone reads it, under Google's own account, and nobody reaches it past the
 * edge. For that the cache keeps what the files' own Cache-Control says, because Google marks answers of a private
 * bucket as private otherwise.
 *
 * Files with a checksum in their name go up first and may be kept for good; pages go up last and are asked for each
 * time. So a page never names a file that is not there yet.
 * @example new StaticSite("site", { ...shop.service("site"), identity, network })
 */
export class StaticSite extends ComponentResource implements ServicePart<GcpHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly backend: GcpBucketBackend;
  readonly done: Input<Resource>;
  readonly #args: StaticSiteArgs;

  constructor(name: string, args: StaticSiteArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:StaticSite", name, {}, opts);
    this.#args = args;
    const { deployment, spec } = args;
    const bucket = createBucket(this, name, deployment, describeBucket(deployment, spec));
    const objects = upload(this, name, args, bucket);
    this.done = output(objects.map(({ id }) => id)).apply(() => bucket);
    this.backend = {
      type: "bucket",
      name,
      bucket: bucket.name,
      cdn: true,
      private: false,
      projectNumber: bucket.projectNumber,
      ...(spec.fallback !== undefined && { fallback: spec.fallback }),
      admit: admitLoadBalancer(this, name, bucket),
    };
    this.registerOutputs({});
  }

  /** Other services reach the files as browsers do: through the edge. */
  grant(_consumer: string, _access: Access): GcpGrant {
    const { app, name } = this.#args;
    const prefix = prefixOf(name);
    return {
      env: {
        [`${prefix}URL`]: `https://${app.edge.domain}${routeOf(app, name)}`,
        [`${prefix}HOST`]: app.edge.domain,
        [`${prefix}PORT`]: "443",
      },
      secrets: {},
      mounts: [],
      ready: [],
    };
  }
}

/** Without a main page the bucket would answer `/` with the list of its files. */
function describeBucket(deployment: Deployment, { fallback }: Service): Parameters<typeof createBucket>[3] {
  return {
    place: locationOf(deployment),
    softDelete: days(7),
    args: {
      versioning: { enabled: true },
      website: {
        mainPageSuffix: "index.html",
        ...(fallback !== undefined && { notFoundPage: fallback.replace(/^\//, "") }),
      },
      lifecycleRules: [
        {
          action: { type: "Delete" },
          condition: { daysSinceNoncurrentTime: 30, withState: "ARCHIVED", sendAgeIfZero: false },
        },
      ],
    },
  };
}

function upload(parent: Resource, name: string, args: StaticSiteArgs, bucket: Bucket): BucketObject[] {
  const { source } = args.spec;
  if (source.type !== "build") throw new Error(`services.${name} has no folder.`);
  const files = staticFiles(source.context);
  const isPage = ({ path }: StaticFile) => path.endsWith(".html");
  const put = (file: StaticFile, dependsOn: readonly Input<Resource>[]) =>
    new BucketObject(
      `${name}/${file.path}`,
      {
        bucket: bucket.name,
        name: file.path,
        source: new asset.FileAsset(file.source),
        sourceMd5hash: file.md5,
        contentType: file.type,
        cacheControl: file.cacheControl,
      },
      { parent, dependsOn: [...dependsOn] },
    );
  const assets = files.filter((file) => !isPage(file)).map((file) => put(file, args.after));
  const pages = files.filter(isPage).map((file) => put(file, [...args.after, ...assets]));
  return [...assets, ...pages];
}

/** The shortest path that leads to the service; it is reached by none when it is empty. */
function routeOf({ routes }: App, name: string): string {
  const [path = ""] = Object.entries(routes)
    .filter(([, { to }]) => to.type === "service" && to.service === name)
    .map(([path]) => path)
    .sort((a, b) => a.length - b.length);
  return path === "/" ? "" : path;
}
