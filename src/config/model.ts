/** The resolved application: what `app.yaml` says, after presets, environment and stack config were applied.
 *
 * Every value is parsed and every default filled in; nothing here knows a cloud. The object is deeply frozen.
 * The written form, its defaults and its documentation are in schema/; this file is what the rest of the
 * program reads.
 */
import type { Data } from "./data-model.ts";
import type { Bytes, Cpu, Dollars, Duration, Percent, PerMinute } from "./units.ts";

export type * from "./data-model.ts";

export type PresetName = "dev" | "staging" | "prod";

export interface App {
  readonly name: string;
  /** The environment's name, for instance `dev`, `prod`, `pr-17`. */
  readonly environment: string;
  /** The preset that the environment starts from. */
  readonly preset: PresetName;
  /** Absolute folder of app.yaml; `build`, `init` and `metrics.declares` paths below are absolute already. */
  readonly directory: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly data: Readonly<Record<string, Data>>;
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Keyed by path prefix, for instance `/api`. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly edge: Edge;
  readonly monitoring: Monitoring;
  readonly budget?: Budget;
  readonly usage: Usage;
  readonly regions: readonly string[];
  /** Stateful parts refuse deletion and replacement. */
  readonly protect: boolean;
  /** Services' own ports are reachable on the host, and sources are mounted where `develop` says so. */
  readonly development: boolean;
}

// ---------------------------------------------------------------------------------------------- services

export type ServiceKind = "web" | "model" | "worker" | "job" | "cron" | "static";

export interface Service {
  readonly kind: ServiceKind;
  /** Where the container comes from: built from a folder, or an image reference. */
  readonly source: Build | Image;
  /** Overrides the image's command. */
  readonly command?: readonly string[];
  /** The port that the service listens on. Present on web, model and static. */
  readonly port?: number;
  readonly cpu: Cpu;
  readonly memory: Bytes;
  /** What the scheduler sets aside; at most `cpu` and `memory`. */
  readonly reserve: { readonly cpu: Cpu; readonly memory: Bytes };
  readonly gpu?: { readonly kind: string; readonly count: number };
  readonly scale: Scale;
  readonly health?: Health;
  /** A path that carries a long answer. Every timeout and buffer on the way follows from it. */
  readonly streaming?: Streaming;
  /** Longest time that a request may take. */
  readonly timeout: Duration;
  /** Time between SIGTERM and SIGKILL. */
  readonly stopGrace: Duration;
  /** What the service may talk to: service or data name → access. */
  readonly uses: Readonly<Record<string, Access>>;
  /** Plain environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Connection variable → the name under which the service wants it, `DB_URL` → `DATABASE_URL`. */
  readonly envNames: Readonly<Record<string, string>>;
  /** Names of the app's secrets that the service gets. */
  readonly secrets: readonly string[];
  /** How secrets and passwords arrive: as files named by `<NAME>_FILE`, or as plain environment variables. */
  readonly secretsAs: "files" | "environment";
  /** Host names outside the app that the service may call, on port 443 unless `host:port` says otherwise. */
  readonly egress: readonly string[];
  readonly metrics?: Metrics;
  readonly rollout: Rollout;
  /** Only on cron: five-field cron expression, and its IANA time zone. */
  readonly schedule?: { readonly cron: string; readonly timeZone: string };
  /** Jobs that must have succeeded before this service starts. */
  readonly after: readonly string[];
  /** Folders that the service may write to; they are empty at each start. Everything else is read-only. */
  readonly scratch: readonly string[];
  /** Numeric user and group, `1000:1000`. The image's own user when absent; never root. */
  readonly user?: string;
  /** Only on static: single-page fallback document, for instance `/index.html`. */
  readonly fallback?: string;
  /** Honoured in development only. */
  readonly develop?: Develop;
}

export interface Build {
  readonly type: "build";
  /** Absolute folder. */
  readonly context: string;
  /** Path below the context. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface Image {
  readonly type: "image";
  /** Full reference as written, for instance `ghcr.io/acme/api@sha256:…`. */
  readonly reference: string;
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

export type Access = "read" | "write";

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly on: {
    readonly cpu?: Percent;
    readonly memory?: Percent;
    readonly requestsPerSecond?: number;
    /** Length per instance of a list in a redis that the service uses. */
    readonly queue?: { readonly data: string; readonly list: string; readonly length: number };
  };
}

export interface Health {
  /** Path that answers 2xx while the process is sound. A failure restarts the container. */
  readonly live: string;
  /** Path that answers 2xx while requests may come. A failure takes the container out of rotation. */
  readonly ready: string;
  readonly every: Duration;
  readonly timeout: Duration;
  /** Failures in a row that count. */
  readonly failAfter: number;
  /** Time that a start may take before failures count. */
  readonly startup: Duration;
}

export interface Streaming {
  readonly kind: "sse" | "websocket";
  /** Longest life of one connection. */
  readonly longest: Duration;
  /** Longest silence on it; the service sends something at least this often. */
  readonly heartbeat: Duration;
}

export interface Metrics {
  readonly port: number;
  readonly path: string;
  readonly every: Duration;
  /** Name → declaration; from the file that `metrics.declares` names, or written in place. */
  readonly declares: Readonly<Record<string, DeclaredMetric>>;
}

export interface DeclaredMetric {
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly help: string;
  readonly labels: readonly string[];
}

export interface Rollout {
  readonly strategy: "rolling" | "blue-green" | "canary";
  /** Traffic share of the new version while the gate is watched. Only canary. */
  readonly share?: Percent;
  readonly gate?: {
    readonly errorRate?: Percent;
    readonly p95?: Duration;
    /** A declared metric and its highest allowed value. */
    readonly metric?: { readonly name: string; readonly max: number };
    readonly for: Duration;
  };
  readonly rollback: "automatic" | "manual";
}

export interface Develop {
  /** Absolute host folder → folder in the container. */
  readonly mount: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

// ----------------------------------------------------------------------------------------------- secrets

export type Secret =
  | { readonly source: "required" }
  | {
      readonly source: "generate";
      readonly format: "hex" | "base64" | "password" | "uuid";
      /** Random bytes behind the value. */
      readonly bytes: number;
      /** Counts up to rotate the value. */
      readonly version: number;
    }
  | { readonly source: "existing"; readonly name: string };

// --------------------------------------------------------------------------------------- routes and edge

export interface Route {
  readonly to:
    | { readonly type: "service"; readonly service: string }
    /** A tool or a service's metrics, for operators only: behind a login, never public. */
    | { readonly type: "operators"; readonly tool: OperatorTool | { readonly metricsOf: string } }
    | { readonly type: "bucket"; readonly bucket: string }
    | { readonly type: "redirect"; readonly location: string; readonly permanent: boolean };
  /** Remove the prefix before the request is passed on. */
  readonly strip: boolean;
  readonly rateLimit: RateLimit;
  readonly cache?: {
    readonly maxAge: Duration;
    readonly sharedMaxAge?: Duration;
    readonly staleWhileRevalidate?: Duration;
  };
  readonly bodyLimit: Bytes;
}

export type OperatorTool = "grafana" | "prometheus" | "alertmanager";

export interface RateLimit {
  /** Per client address, over the whole route. */
  readonly perMinute?: PerMinute;
  /** Per signed-in user. */
  readonly perUser?: PerMinute;
  /** Per client address, for a longer prefix below the route: `/api/recommend` → 30. */
  readonly paths: Readonly<Record<string, PerMinute>>;
}

export interface Edge {
  readonly domain: string;
  readonly aliases: readonly string[];
  /** `block` refuses an attack, `detect` only logs it. */
  readonly waf: "block" | "detect" | "off";
  /** Rule ids of the core rule set to leave out, each with a reason. */
  readonly wafExclusions: Readonly<Record<string, string>>;
  /** Names of two secrets, PEM chain and PEM key. Absent: what the target offers by itself. */
  readonly certificate?: { readonly chain: string; readonly key: string };
  readonly hsts: { readonly maxAge: Duration; readonly subdomains: boolean; readonly preload: boolean };
  /** Response headers, name → value. CSP arrives here already joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cors?: {
    readonly origins: readonly string[];
    readonly methods: readonly string[];
    readonly headers: readonly string[];
    readonly credentials: boolean;
    readonly maxAge: Duration;
  };
  readonly compression: boolean;
  /** What tells one user from another for `rateLimit.perUser`. */
  readonly user: { readonly from: "authorization" | "header" | "cookie"; readonly name: string };
}

// -------------------------------------------------------------------------------- monitoring and budget

export interface Monitoring {
  readonly grafana: boolean;
  readonly retention: Duration;
  readonly logs: { readonly retention: Duration };
  readonly alerts: {
    readonly email: readonly string[];
    readonly webhooks: readonly string[];
    readonly smtp?: {
      readonly host: string;
      readonly port: number;
      readonly from: string;
      readonly user?: string;
      /** Name of a secret. */
      readonly password?: string;
    };
  };
}

export interface Budget {
  readonly monthly: Dollars;
  /** AI provider → highest spend per day. */
  readonly ai: Readonly<Record<string, { readonly daily: Dollars }>>;
}

/** What an estimate of the cost counts with, per month. */
export interface Usage {
  readonly users: number;
  /** Requests of one user to the app's door. */
  readonly requestsPerUser: number;
  /** Tokens of AI providers, read and written together, on average over all requests. */
  readonly tokensPerRequest: number;
  /** What one user loads of pictures, video and sound. */
  readonly mediaPerUser: Bytes;
}
