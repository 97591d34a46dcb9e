/** The nodes of an app's topology, each with what a reader wants to know of it at a glance. */
import type { App, Data, DataKind, Service, ServiceKind } from "../config/model.ts";
import { type Bytes, type Duration, inSeconds } from "../config/units.ts";
import { dataId, EDGE, hostId, MONITORING, OPERATORS, serviceId, USERS } from "./ids.ts";
import type { TopologyNode, Zone } from "./model.ts";
import type { Placement, Placements } from "./placement.ts";
import { count, shortList } from "./words.ts";

export function nodesOf(app: App, placements: Placements | undefined): TopologyNode[] {
  const placed = (node: Bare, isProtected = false): TopologyNode => {
    const placement = placements?.byNode.get(node.id);
    return { ...node, forms: formsOf(placement), protected: placement?.protected ?? isProtected };
  };
  return [
    ...people(app).map((node) => placed(node)),
    placed(edgeNode(app)),
    ...Object.entries(app.services).map(([name, service]) => placed(serviceNode(name, service))),
    ...Object.entries(app.data).map(([name, data]) => placed(dataNode(name, data), app.protect)),
    ...hosts(app).map((node) => placed(node)),
    placed(monitoringNode(app)),
  ];
}

type Bare = Omit<TopologyNode, "forms" | "protected">;

function formsOf(placement: Placement | undefined): string[] {
  if (!placement) return [];
  const { forms, regions, resources } = placement;
  return [forms.join(" + "), [...regions, count(resources, "resource")].join(" · ")].filter(Boolean);
}

function people(app: App): Bare[] {
  const routes = Object.values(app.routes);
  const node = (id: string, what: string): Bare => ({
    id,
    zone: "public",
    kind: id === USERS ? "users" : "operators",
    name: id === USERS ? "Users" : "Operators",
    what,
    details: [],
  });
  return [
    ...(routes.some(({ to }) => to.type !== "operators") ? [node(USERS, "browsers and apps")] : []),
    ...(routes.some(({ to }) => to.type === "operators") ? [node(OPERATORS, "by login only")] : []),
  ];
}

const WAF = {
  block: "firewall blocks attacks",
  detect: "firewall logs attacks",
  off: "no firewall",
} satisfies Record<App["edge"]["waf"], string>;

function edgeNode({ edge, routes, data }: App): Bare {
  const { domain, aliases, waf } = edge;
  const redirects = Object.entries(routes).flatMap(([prefix, { to }]) =>
    to.type === "redirect" ? [`${prefix} → ${to.location}`] : [],
  );
  const cdn = Object.values(data).some((part) => part.kind === "bucket" && part.cdn);
  const cached = cdn || Object.values(routes).some(({ cache }) => cache !== undefined);
  return {
    id: EDGE,
    zone: "edge",
    kind: "edge",
    name: domain,
    what: `TLS, rate limits${cached ? ", cache" : ""}`,
    details: [
      WAF[waf],
      ...(aliases.length > 0 ? [`also ${shortList(aliases, 2)}`] : []),
      ...(redirects.length > 0 ? [`redirects ${shortList(redirects, 2)}`] : []),
    ],
  };
}

const SERVICE = {
  web: "web service",
  model: "model server",
  worker: "worker",
  job: "job, once per deployment",
  cron: "scheduled job",
  static: "static files",
} satisfies Record<ServiceKind, string>;

function serviceNode(name: string, service: Service): Bare {
  const { kind, schedule, streaming, port } = service;
  return {
    id: serviceId(name),
    zone: "private",
    kind,
    name,
    what: `${SERVICE[kind]}${port !== undefined && kind !== "worker" ? `, port ${port}` : ""}`,
    details: [
      ...(kind === "static" ? [] : [sizeOf(service)]),
      ...(schedule ? [`at ${schedule.cron} (${schedule.timeZone})`] : []),
      ...(streaming ? [STREAMING[streaming.kind]] : []),
    ],
  };
}

const STREAMING = { sse: "streams events", websocket: "WebSocket" } as const;

function sizeOf({ cpu, memory, scale, kind, gpu }: Service): string {
  const { min, max } = scale;
  const instances = min === max ? `${min}` : `${min}–${max}`;
  const isTask = kind === "job" || kind === "cron";
  const each = `${cpu} CPU, ${size(memory)}${gpu ? `, ${gpu.count} GPU` : ""}`;
  return isTask || instances === "1" ? each : `${instances} × ${each}`;
}

/** `512 MiB`, `1.5 GiB`, `2 TiB`. */
function size(bytes: Bytes): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}

const DATA: { readonly [K in DataKind]: (data: Extract<Data, { kind: K }>) => [what: string, ...string[]] } =
  {
    postgres: ({ version, storage, replicas, highAvailability }) => [
      `PostgreSQL ${version}`,
      `${size(storage)}${highAvailability ? ", standby" : ""}${replicas > 0 ? `, ${count(replicas, "replica")}` : ""}`,
    ],
    redis: ({ version, memory, highAvailability }) => [
      `Redis ${version}`,
      `${size(memory)}${highAvailability ? ", replica" : ""}`,
    ],
    documents: ({ engine, highAvailability }) => [
      engine === "mongodb" ? "MongoDB" : "Firestore",
      ...(highAvailability ? ["highly available"] : []),
    ],
    vectors: ({ dimensions, storage }) => ["vector index", `${dimensions} dimensions, ${size(storage)}`],
    bucket: ({ storage, cdn }) => ["object store", `${size(storage)}${cdn ? ", by CDN" : ""}`],
    auth: ({ signIn }) => ["sign-in of users", shortList(signIn, 3)],
  };

function dataNode(name: string, data: Data): Bare {
  // Each function takes the data of its own key.
  const describe = DATA[data.kind] as (data: Data) => [string, ...string[]];
  const [what, ...details] = describe(data);
  const backup = data.backup ? [`backup every ${time(data.backup.every)}`] : [];
  return { id: dataId(name), zone: "data", kind: data.kind, name, what, details: [...details, ...backup] };
}

/** `1 h`, `15 min`, `2 d`. */
function time(duration: Duration): string {
  const s = inSeconds(duration);
  const [length, unit] = (
    [
      [86_400, "d"],
      [3600, "h"],
      [60, "min"],
    ] as const
  ).find(([one]) => s % one === 0) ?? [1, "s"];
  return s === 86_400 ? "24 h" : `${s / length} ${unit}`;
}

function hosts(app: App): Bare[] {
  const all = new Set(Object.values(app.services).flatMap(({ egress }) => egress));
  const zone: Zone = "external";
  return [...all].map((host) => ({
    id: hostId(host),
    zone,
    kind: "host",
    name: host,
    what: host.includes(":") ? "outside" : "outside, HTTPS",
    details: [],
  }));
}

function monitoringNode({ services, monitoring, budget }: App): Bare {
  const { email, webhooks } = monitoring.alerts;
  const scraped = Object.keys(services)
    .filter((name) => services[name]?.metrics)
    .toSorted();
  const told = [
    ...(email.length > 0 ? [count(email.length, "address")] : []),
    ...(webhooks.length > 0 ? [count(webhooks.length, "webhook")] : []),
  ];
  return {
    id: MONITORING,
    zone: "operations",
    kind: "monitoring",
    name: "Monitoring",
    what: monitoring.grafana ? "metrics, logs, Grafana" : "metrics, logs",
    details: [
      ...(scraped.length > 0 ? [`scrapes ${shortList(scraped, 3)}`] : []),
      told.length > 0 ? `alerts to ${told.join(", ")}` : "alerts nobody",
      ...(budget ? [`budget $${budget.monthly} a month`] : []),
    ],
  };
}
