import type { Volume } from "@pulumi/docker/volume.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import type { Access } from "../../src/config/model.ts";
import { cores, mebibytes } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { folderEnv, folderOf } from "../data/vectors/folder.ts";
import { BUSYBOX, type ContainerSpec, createContainer } from "./container.ts";
import { type Deployment, nameOf } from "./deployment.ts";
import { exporterTarget } from "./exporter.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import { succeeded } from "./job.ts";
import { createVolume } from "./volume.ts";

export interface VectorsArgs extends DataArgs<"vectors", DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

const EXPORTER_PORT = 9091;

/** Vectors on a Docker host: a volume with versions of an index, written by one, read by all who use it.
 *
 * Costs disk alone, and 64 MiB for the exporter. There is no server and no network: a service that uses the part
 * sees the folder `/vectors/<name>`, read-only unless it writes. Its layout is docs/vectors.md: versions, the link
 * `current` to the one that is served, and a lock for whoever builds.
 *
 * One service that runs all the time may write; jobs and cron entries may write too, and take the lock in turn.
 * @example new Vectors("index", { ...shop.part("index"), secrets, network })
 */
export class Vectors extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: VectorsArgs;
  readonly #ready: Input<Resource>;

  constructor(name: string, args: VectorsArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Vectors", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { deployment } = args;
    const volume = createVolume(this, deployment, name);
    const prepared = createContainer(this, deployment, describePreparation(name, args, volume));
    this.#ready = succeeded(`data.${name}`, prepared, []);
    createContainer(this, deployment, describeExporter(name, args, this.#ready));
    this.scrape = [exporterTarget("vectors", name, name, EXPORTER_PORT)];
    this.handle = output(volume.name);
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, and the folder. */
  grant(_consumer: string, access: Access): DockerGrant {
    const { deployment, spec } = this.#args;
    const path = folderOf(this.#name);
    return {
      env: folderEnv(this.#name, spec),
      secrets: {},
      mounts: [{ source: nameOf(deployment, this.#name), path, readOnly: access === "read" }],
      ready: [this.#ready],
    };
  }
}

/** A new volume belongs to root, and services run under users of their own. Who may write is decided by the
 * mount, so the folder itself is open. Root without any capability may do this to a folder of its own.
 */
function describePreparation(name: string, { deployment }: VectorsArgs, volume: Volume): ContainerSpec {
  return {
    part: "data",
    name: `${name}-setup`,
    of: name,
    image: deployment.images.get("tools"),
    state: "stateless",
    run: "once",
    entrypoint: [BUSYBOX, "chmod", "0777", folderOf(name)],
    networks: [],
    volumes: [{ source: nameOf(deployment, name), path: folderOf(name), readOnly: false }],
    user: "0:0",
    limits: { cpu: cores(0.25), memory: mebibytes(16) },
    dependsOn: [volume],
  };
}

/** Tells age, size, count and checksum of the index that is served. */
function describeExporter(name: string, args: VectorsArgs, ready: Input<Resource>): ContainerSpec {
  const { deployment, network } = args;
  return {
    part: "data",
    name: `${name}-exporter`,
    of: name,
    image: deployment.images.get("keeper"),
    state: "stateless",
    run: "always",
    command: ["vectors"],
    env: { INDEX_NAME: name, INDEX_PATH: folderOf(name), PORT: String(EXPORTER_PORT) },
    networks: [network.own(name)],
    volumes: [{ source: nameOf(deployment, name), path: folderOf(name), readOnly: true }],
    limits: { cpu: cores(0.25), memory: mebibytes(64) },
    dependsOn: [ready],
  };
}
