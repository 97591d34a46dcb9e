/** What an instance is told at its first breath, as plain values: the ground for its user-data. */
import type { Bytes, Cpu, Duration } from "../../../src/config/units.ts";

export interface Boot {
  /** Reference with digest. */
  readonly image: string;
  /** In place of the image's own command. */
  readonly command?: readonly string[];
  /** `1000:1000`; the image's own when absent, and an unprivileged one where that is root. */
  readonly user?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variable → version in Secret Manager, `projects/…/secrets/…/versions/3`. Never a value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly secretsAs: "files" | "environment";
  readonly ports: readonly number[];
  readonly cpu: Cpu;
  readonly memory: Bytes;
  /** Writable folders in memory, path → size. */
  readonly scratch: Readonly<Record<string, Bytes>>;
  readonly mounts: readonly BootMount[];
  readonly stopGrace: Duration;
  /** Where readiness is asked, when that is not what liveness asks: nobody else reaches the port before it passed. */
  readonly gate?: { readonly port: number; readonly path: string };
  /** Number of gpus. */
  readonly gpus: number;
  readonly collector?: Collector;
  /** Carries gcsfuse. */
  readonly mounter: string;
}

export interface BootMount {
  readonly type: "bucket" | "nfs";
  /** A bucket's name, or `address:/share`. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** Of gcsfuse, without the two hyphens. */
  readonly options: readonly string[];
}

/** How the service's metrics reach Managed Prometheus. */
export interface Collector {
  readonly image: string;
  readonly job: string;
  readonly port: number;
  readonly path: string;
  readonly every: Duration;
  /** Labels of every series beside job, instance and location: app, environment, kind. */
  readonly labels: Readonly<Record<string, string>>;
  /** Value of the labels `cluster` and `namespace`. */
  readonly namespace: string;
}

/** Folder in memory; only root passes through it. */
export const RUN = "/run/atelier";
export const SECRETS = `${RUN}/secrets`;
/** Where the container finds its secrets. */
export const SECRETS_IN_CONTAINER = "/run/secrets";
/** Written anew at every start of the machine, because /etc lies in memory on Container-Optimized OS. */
export const ETC = "/etc/atelier";
export const mountPoint = (index: number) => `${RUN}/mounts/${index}`;
/** Names on the instance's own Docker. */
export const CONTAINER = "service";
export const NETWORK = "atelier";
export const BRIDGE = "atelier0";

/** A word for a POSIX shell, whatever it contains. */
export const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
