import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { Access } from "../../src/config/model.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { folderEnv, folderOf } from "../data/vectors/folder.ts";
import type { Deployment } from "./deployment.ts";
import type { GcpGrant, GcpHandles, GcpMount } from "./handles.ts";
import { createShare } from "./vectors/share.ts";
import { createStore, MOUNT_OPTIONS } from "./vectors/store.ts";
import { type VolumeKind, volumeOf } from "./vectors/volume.ts";

export interface VectorsArgs extends DataArgs<"vectors", GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** What the index lies on, as a grant needs it. */
interface Volume {
  readonly handle: Output<string>;
  mount(access: Access): Pick<GcpMount, "type" | "source" | "options">;
  ready(consumer: string): readonly Input<Resource>[];
}

const VOLUMES: Readonly<Record<VolumeKind, (parent: Resource, name: string, args: VectorsArgs) => Volume>> = {
  bucket(parent, name, args) {
    const { bucket, ready } = createStore(parent, name, args);
    return {
      handle: bucket,
      mount: (access) => ({ type: "bucket", source: bucket, options: MOUNT_OPTIONS[access] }),
      ready: (consumer) => ready[consumer] ?? [],
    };
  },
  nfs(parent, name, { deployment, network, spec, consumers }) {
    const writer = Object.values(consumers).find(({ access }) => access === "write")?.identity;
    const share = createShare(parent, name, { deployment, network, storage: spec.storage, writer });
    return {
      handle: share.name,
      mount: () => ({ type: "nfs", source: share.source }),
      ready: () => share.ready,
    };
  },
};

/** An index on Google Cloud: immutable versions in a bucket, mounted as a folder, or on a Filestore share.
 *
 * In a bucket it costs $0.020 per GiB and month (cloud.google.com/storage/pricing); a share costs $0.45 per GiB and
 * month and at least $45 (cloud.google.com/filestore/pricing). The bucket is right for nearly everybody; vectors/
 * volume.ts has the rule, and `data.<name>.volume` of the target's settings overrides it.
 *
 * Services see the folder `/vectors/<name>`, as everywhere; docs/vectors.md says how a version is published there.
 * @example new Vectors("index", { ...shop.part("index"), secrets, network })
 */
export class Vectors extends ComponentResource implements DataPart<GcpHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: VectorsArgs;
  readonly #volume: Volume;

  constructor(name: string, args: VectorsArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Vectors", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const kind = volumeOf(name, args.spec, args.deployment.settings);
    this.#volume = VOLUMES[kind](this, name, args);
    this.handle = this.#volume.handle;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, and the folder. */
  grant(consumer: string, access: Access): GcpGrant {
    const path = folderOf(this.#name);
    return {
      env: folderEnv(this.#name, this.#args.spec),
      secrets: {},
      mounts: [{ ...this.#volume.mount(access), path, readOnly: access === "read" }],
      ready: this.#volume.ready(consumer),
    };
  }
}
