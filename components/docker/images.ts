/** The platform's own images: where each comes from and what whoever runs it must know.
 *
 * `upstream` names the official image by tag; it is pulled unless no registry answers. `context` is a folder of
 * ours on Debian's packages; what has no official image is always built from it. `program` says that the folder is
 * made on this machine, by compiling or with npm's packages, and names it in `Host.programs`.
 */
import { join } from "node:path";

export type ImageSource = "upstream" | "debian";

export type ImageName =
  | "alertmanager"
  | "auth"
  | "documents"
  | "edge"
  | "egress"
  | "firestore"
  | "grafana"
  | "keeper"
  | "node-exporter"
  | "postgres"
  | "postgres-exporter"
  | "prometheus"
  | "redis"
  | "redis-exporter"
  | "s3"
  | "static"
  | "tools"
  | "waf";

export interface PlatformImage {
  readonly upstream?: string;
  readonly context?: string;
  readonly program?: "firestore" | "s3" | "waf";
  /** What is in the image, with Debian's version where it differs from the official one. */
  readonly holds: string;
  readonly run: RunHint;
}

/** How to run the image so that it works without root, with a read-only root and without capabilities. Holds for
 * the official image and for ours alike. */
export interface RunHint {
  /** Numeric user and group. */
  readonly user: string;
  /** What it listens on. */
  readonly ports: Readonly<Record<string, number>>;
  /** Added to the image's entrypoint. Files are where the caller uploads them, below /run/config. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder → what it keeps. A new volume there belongs to the user already. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Folders beside /tmp that must be writable and may be forgotten, path → MiB. */
  readonly scratch?: Readonly<Record<string, number>>;
  /** Answers 2xx when sound; `httpProbe` takes these. */
  readonly health?: { readonly port: number; readonly path: string };
  /** Memory in MiB that it needs for an app of ten services. */
  readonly memory: number;
  /** What it wants to be told with beside SIGTERM's default. */
  readonly stopSignal?: string;
}

const folder = (name: string): string => join(import.meta.dirname, "../../images", name);
const NOBODY = "65534:65534";
const OURS = "10001:10001";

export const platformImages: Readonly<Record<ImageName, PlatformImage>> = {
  alertmanager: {
    upstream: "prom/alertmanager:v0.28.1",
    context: folder("alertmanager"),
    holds: "Alertmanager and amtool (Debian: 0.25)",
    run: {
      user: NOBODY,
      ports: { http: 9093 },
      command: [
        "--config.file=/run/config/alertmanager.yml",
        "--storage.path=/alertmanager",
        "--cluster.listen-address=",
      ],
      volumes: { "/alertmanager": "silences, and which notifications were sent" },
      health: { port: 9093, path: "/-/healthy" },
      memory: 64,
    },
  },
  auth: {
    context: folder("auth"),
    holds: "Node with an issuer of sign-in tokens that speaks as Identity Toolkit does",
    run: {
      user: OURS,
      ports: { http: 9099 },
      volumes: { "/data": "the signing key and the accounts" },
      health: { port: 9099, path: "/health" },
      memory: 128,
    },
  },
  documents: {
    upstream: "mongo:7.0.23",
    holds: "MongoDB",
    run: { user: "999:999", ports: { mongodb: 27017 }, volumes: { "/data/db": "the database" }, memory: 512 },
  },
  edge: {
    context: folder("edge"),
    holds: "HAProxy 2.6: the door, the edge, the port forwarder and the socket proxy",
    run: { user: OURS, ports: {}, memory: 128, stopSignal: "SIGUSR1" },
  },
  egress: {
    context: folder("egress"),
    holds: "tinyproxy 1.11",
    run: { user: OURS, ports: { proxy: 8888 }, memory: 32 },
  },
  firestore: {
    program: "firestore",
    holds:
      "Node with Firestore's interface on a journal; Google's own emulator needs Java and forgets at a restart",
    run: {
      user: OURS,
      ports: { firestore: 8080 },
      volumes: { "/data": "the journal of documents" },
      health: { port: 8080, path: "/health" },
      memory: 128,
    },
  },
  grafana: {
    upstream: "grafana/grafana:12.1.1",
    holds: "Grafana",
    run: {
      user: "472:0",
      ports: { http: 3000 },
      volumes: { "/var/lib/grafana": "users and what they saved" },
      health: { port: 3000, path: "/api/health" },
      memory: 256,
    },
  },
  keeper: {
    context: folder("keeper"),
    holds:
      "Python 3.11 with the keeper: watchdog, scheduler, container metrics, log collector, vectors exporter",
    run: {
      user: OURS,
      ports: { metrics: 9400, vectors: 9091 },
      command: ["run"],
      volumes: { "/var/log/atelier": "collected logs, and what the keeper remembers over restarts" },
      health: { port: 9400, path: "/health" },
      memory: 128,
    },
  },
  "node-exporter": {
    upstream: "prom/node-exporter:v1.9.1",
    context: folder("node-exporter"),
    holds: "node_exporter (Debian: 1.5)",
    run: {
      user: NOBODY,
      ports: { http: 9100 },
      // The host's files are mounted read-only: / at /host.
      command: ["--path.rootfs=/host", "--path.procfs=/host/proc", "--path.sysfs=/host/sys"],
      health: { port: 9100, path: "/" },
      memory: 64,
    },
  },
  postgres: {
    upstream: "postgres:15-bookworm",
    context: folder("postgres"),
    holds: "PostgreSQL with contrib (Debian: 15, with pg_cron)",
    run: {
      user: "999:999",
      ports: { postgres: 5432 },
      volumes: { "/var/lib/postgresql/data": "the database; PGDATA one level below" },
      scratch: { "/run/postgresql": 1, "/dev/shm": 256 },
      memory: 256,
      stopSignal: "SIGINT",
    },
  },
  "postgres-exporter": {
    upstream: "quay.io/prometheuscommunity/postgres-exporter:v0.17.1",
    context: folder("postgres-exporter"),
    holds: "postgres_exporter (Debian: 0.11)",
    run: { user: NOBODY, ports: { http: 9187 }, health: { port: 9187, path: "/" }, memory: 64 },
  },
  prometheus: {
    upstream: "prom/prometheus:v2.55.1",
    context: folder("prometheus"),
    holds: "Prometheus and promtool (Debian: 2.42)",
    run: {
      user: NOBODY,
      ports: { http: 9090 },
      command: ["--config.file=/run/config/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      volumes: { "/prometheus": "the time series" },
      health: { port: 9090, path: "/-/ready" },
      memory: 512,
    },
  },
  redis: {
    upstream: "redis:7.4.5-bookworm",
    context: folder("redis"),
    holds: "Redis (Debian: 7.0)",
    run: {
      user: "999:999",
      ports: { redis: 6379 },
      volumes: { "/data": "snapshots and the append-only file" },
      memory: 64,
    },
  },
  "redis-exporter": {
    upstream: "oliver006/redis_exporter:v1.74.0",
    context: folder("redis-exporter"),
    holds: "redis_exporter (Debian: 1.45)",
    run: { user: NOBODY, ports: { http: 9121 }, health: { port: 9121, path: "/health" }, memory: 64 },
  },
  s3: {
    program: "s3",
    holds: "versitygw 1.8, an S3 server on a folder",
    run: { user: OURS, ports: { s3: 7070 }, volumes: { "/data": "buckets" }, memory: 256 },
  },
  static: {
    context: folder("static"),
    holds: "nginx 1.22 for a folder of files",
    run: { user: OURS, ports: { http: 8080 }, health: { port: 8080, path: "/-/health" }, memory: 32 },
  },
  tools: {
    context: folder("tools"),
    holds: "a static busybox at /atelier/bin/busybox",
    run: {
      user: NOBODY,
      ports: { http: 8080 },
      // Serves a folder of files, for instance dashboards.
      command: ["httpd", "-f", "-p", "8080", "-h", "/run/config"],
      health: { port: 8080, path: "/" },
      memory: 16,
    },
  },
  waf: {
    program: "waf",
    holds: "the firewall: Coraza with the OWASP core rule set, as HAProxy's agent",
    run: { user: OURS, ports: { spoe: 9000 }, memory: 256 },
  },
};
