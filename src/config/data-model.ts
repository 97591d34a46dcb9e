/** The resolved data parts of an application, kind by kind. */
import type { Bytes, Cpu, Duration } from "./units.ts";

export type Data = Postgres | Redis | Documents | Vectors | Bucket | Auth;
export type DataKind = Data["kind"];
export type DataOf<K extends DataKind> = Extract<Data, { kind: K }>;

export interface Backup {
  readonly every: Duration;
  readonly keep: Duration;
  readonly drill: "never" | "weekly" | "monthly";
}

export interface Sized {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly storage: Bytes;
}

export interface Postgres extends Sized {
  readonly kind: "postgres";
  readonly version: number;
  /** Absolute paths of SQL files, run in order on an empty database. */
  readonly init: readonly string[];
  readonly extensions: readonly string[];
  /** Connections that one service instance may hold, and that all may hold together. */
  readonly pool: { readonly max: number; readonly total: number };
  readonly replicas: number;
  readonly highAvailability: boolean;
  readonly backup?: Backup;
}

export interface Redis {
  readonly kind: "redis";
  readonly version: number;
  readonly memory: Bytes;
  readonly eviction:
    | "noeviction"
    | "allkeys-lru"
    | "allkeys-lfu"
    | "volatile-lru"
    | "volatile-lfu"
    | "volatile-ttl";
  readonly persistence: "none" | "snapshot" | "append-only";
  readonly highAvailability: boolean;
  readonly backup?: Backup;
}

export interface Documents extends Sized {
  readonly kind: "documents";
  readonly engine: "mongodb" | "firestore";
  readonly version: number;
  readonly highAvailability: boolean;
  readonly backup?: Backup;
}

export interface Vectors {
  readonly kind: "vectors";
  readonly dimensions: number;
  readonly storage: Bytes;
  /** An index older than this raises an alert. */
  readonly staleAfter: Duration;
  readonly backup?: Backup;
}

export interface Bucket {
  readonly kind: "bucket";
  readonly storage: Bytes;
  readonly cdn: boolean;
  readonly versioning: boolean;
  /** Objects are deleted this long after they were written. */
  readonly expireAfter?: Duration;
  readonly backup?: Backup;
}

/** The app's users: who they are, how they sign in, and the signed tokens that tell a service. */
export interface Auth {
  readonly kind: "auth";
  readonly provider: "firebase";
  /** Ways to sign in, `email` for instance. Each target has its own, and refuses what it lacks. */
  readonly signIn: readonly string[];
  /** Way to sign in → the app's registration with whoever knows the users there. */
  readonly clients: Readonly<Record<string, AuthClient>>;
  /** Hosts beside the app's own that a sign-in may begin at. */
  readonly domains: readonly string[];
  /** `closed`: only services make accounts. */
  readonly signUp: "open" | "closed";
  /** Kept by the provider; there is nothing to back up by schedule. */
  readonly backup?: never;
}

export interface AuthClient {
  readonly id: string;
  /** Name of the app's secret with the client's secret. */
  readonly secret: string;
}
