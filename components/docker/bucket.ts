import { readFileSync } from "node:fs";
import type { Container } from "@pulumi/docker/container.js";
import type { Volume } from "@pulumi/docker/volume.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { cores, inSeconds, mebibytes, seconds } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { type Account, ADMIN, accountsFile, bucketPolicy, EXPIRY } from "./bucket/access.ts";
import { BUSYBOX, type ContainerSpec, createContainer, httpProbe, PROBING } from "./container.ts";
import { type Deployment, nameOf } from "./deployment.ts";
import type { DockerBackend } from "./edge/backend.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import { succeeded } from "./job.ts";
import { createVolume } from "./volume.ts";

export interface BucketArgs extends DataArgs<"bucket", DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

const PORT = 9000;
/** What S3 itself calls its first region; clients sign with it when nothing else is said. */
const REGION = "us-east-1";
const USER = "10001:10001";
/** No bucket can be called that. */
const HEALTH = "/_health";
const SCRIPT = new URL("bucket/s3.py", import.meta.url);

/** A bucket on a Docker host: versitygw, an S3 gateway over files on a volume, with one key per service.
 *
 * Costs disk, and 256 MiB of memory. Everything is private: who has no key needs a pre-signed URL, also through
 * the edge. A route to the bucket works for pre-signed URLs when its path is the bucket's name, unstripped:
 * `/media: { bucket: media }`. `cdn` means the edge's cache. `expireAfter` is kept by an hourly cron container.
 * The gateway has no metrics that Prometheus could read; its container's own figures and its health are watched.
 * @example new Bucket("media", { ...shop.part("media"), secrets, network })
 */
export class Bucket extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly backend: DockerBackend;
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: BucketArgs;
  readonly #ready: Input<Resource>;

  constructor(name: string, args: BucketArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Bucket", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { deployment, spec } = args;
    const volume = createVolume(this, deployment, name);
    const server = createContainer(this, deployment, describeServer(name, args, volume));
    const setup = createContainer(this, deployment, describeSetup(name, args, server));
    this.#ready = succeeded(
      `data.${name}`,
      setup,
      accounts(name, args).map(({ secret }) => secret),
    );
    if (spec.expireAfter !== undefined) {
      createContainer(this, deployment, describeExpiry(name, args, spec.expireAfter, this.#ready));
    }
    const health = { path: HEALTH, every: seconds(5), timeout: seconds(2), failAfter: 3 };
    this.backend = { alias: name, port: PORT, kind: "bucket", health };
    this.handle = server.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, with the key of one service. */
  grant(consumer: string, _access: Access): DockerGrant {
    const { secrets } = this.#args;
    const prefix = prefixOf(this.#name);
    return {
      env: {
        [`${prefix}ENDPOINT`]: `http://${this.#name}:${PORT}`,
        [`${prefix}BUCKET`]: this.#name,
        [`${prefix}REGION`]: REGION,
        [`${prefix}ACCESS_KEY`]: consumer,
      },
      secrets: { [`${prefix}SECRET_KEY`]: secrets.password(`${this.#name}/${consumer}`) },
      mounts: [],
      ready: [this.#ready],
    };
  }
}

/** What S3 would refuse: its bucket names have 3 to 63 characters. */
export function refuseBucket(name: string): Problem[] {
  if (name.length >= 3 && name.length <= 63) return [];
  return [
    {
      path: ["data", name],
      what: `${name} is the bucket's name too, and has ${name.length} characters`,
      allowed: "3–63 characters",
      remedy: "give it another name",
    },
  ];
}

function describeServer(name: string, args: BucketArgs, volume: Volume): ContainerSpec {
  const { deployment, network } = args;
  return {
    part: "data",
    name,
    of: name,
    image: deployment.images.get("s3"),
    state: "stateful",
    run: "always",
    entrypoint: [BUSYBOX, "sh", "/run/config/start"],
    files: { config: { start: START_SCRIPT }, secrets: { root: secretOf(name, args, ADMIN) } },
    networks: [network.own(name)],
    volumes: [dataOf(name, args)],
    user: USER,
    limits: { cpu: cores(1), memory: mebibytes(256), reserve: { cpu: cores(0.25), memory: mebibytes(64) } },
    health: {
      test: httpProbe(PORT, HEALTH),
      ...PROBING,
      startup: seconds(30),
    },
    stop: { grace: seconds(30) },
    dependsOn: [volume],
  };
}

/** What S3 keeps about an object lies beside it in files, because not every file system under Docker has extended
 * attributes. Accounts are read from their file at each request, so that a new key works at once.
 */
const START_SCRIPT = `set -eu
umask 077
mkdir -p /data/objects /data/versions /data/about /data/iam
export ROOT_ACCESS_KEY_ID=${ADMIN} ROOT_SECRET_ACCESS_KEY="$(cat /run/secrets/root)"
exec versitygw --port :${PORT} --region ${REGION} --health ${HEALTH} --iam-dir /data/iam --iam-cache-disable --disable-acl --quiet posix --sidecar /data/about --versioning-dir /data/versions /data/objects
`;

function describeSetup(name: string, args: BucketArgs, server: Container): ContainerSpec {
  const { spec } = args;
  return {
    ...describeScript(name, args, "setup"),
    run: "once",
    env: { ...scriptEnv(name, ADMIN), VERSIONING: String(spec.versioning) },
    files: {
      config: { ...script(), "policy.json": bucketPolicy(name, accounts(name, args)) },
      secrets: { key: secretOf(name, args, ADMIN), "users.json": accountsFile(accounts(name, args)) },
    },
    volumes: [dataOf(name, args)],
    dependsOn: [server],
  };
}

function describeExpiry(
  name: string,
  args: BucketArgs,
  expireAfter: NonNullable<BucketArgs["spec"]["expireAfter"]>,
  ready: Input<Resource>,
): ContainerSpec {
  return {
    ...describeScript(name, args, "expire"),
    run: "on-schedule",
    env: { ...scriptEnv(name, EXPIRY), EXPIRE_AFTER: String(Math.ceil(inSeconds(expireAfter))) },
    files: { config: script(), secrets: { key: secretOf(name, args, EXPIRY) } },
    labels: { "atelier.cron": "17 * * * *", "atelier.timezone": "UTC" },
    dependsOn: [ready],
  };
}

/** A run of s3.py, in the one platform image that has Python. */
function describeScript(name: string, { deployment, network }: BucketArgs, command: string) {
  return {
    part: "data",
    name: `${name}-${command}`,
    of: name,
    image: deployment.images.get("keeper"),
    state: "stateless",
    entrypoint: ["python3", "/run/config/s3.py", command],
    networks: [network.join(name)],
    user: USER,
    limits: { cpu: cores(0.25), memory: mebibytes(64) },
  } as const;
}

function scriptEnv(name: string, key: string): Record<string, string> {
  return { HOST: `${name}:${PORT}`, BUCKET: name, REGION, ACCESS_KEY: key };
}

function script(): Record<string, string> {
  return { "s3.py": readFileSync(SCRIPT, "utf8") };
}

function accounts(name: string, args: BucketArgs): Account[] {
  const services = Object.entries(args.consumers).map(
    ([key, { access }]): Account => ({ key, secret: secretOf(name, args, key), access }),
  );
  const expiry: Account = { key: EXPIRY, secret: secretOf(name, args, EXPIRY), access: "expire" };
  return args.spec.expireAfter === undefined ? services : [...services, expiry];
}

function dataOf(name: string, { deployment }: BucketArgs) {
  return { source: nameOf(deployment, name), path: "/data", readOnly: false };
}

function secretOf(name: string, { secrets }: BucketArgs, key: string): string {
  return secrets.password(`${name}/${key}`).value;
}
