import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { OperatorTool } from "../../src/config/model.ts";
import { cores, mebibytes, seconds } from "../../src/config/units.ts";
import type { MonitoringArgs, MonitoringPart, ScrapeTarget } from "../contracts/monitoring.ts";
import { BUSYBOX, type ContainerSpec, createContainer, httpProbe, PROBING } from "./container.ts";
import { type Deployment, nameOf } from "./deployment.ts";
import type { DockerBackend } from "./edge/backend.ts";
import { PORTS as EDGE_PORTS, WAF_PORTS } from "./edge/layout.ts";
import type { DockerHandles } from "./handles.ts";
import type { ImageName } from "./images.ts";
import { KEEPER_PORT } from "./keeper.ts";
import { alertDestinations } from "./monitoring/alertmanager.ts";
import { PORTS, pathInside, type Rendered, type SecretFile } from "./monitoring/layout.ts";
import { type RenderedMonitoring, renderMonitoring } from "./monitoring/render.ts";
import { createVolume } from "./volume.ts";

export interface DockerMonitoringArgs extends MonitoringArgs<DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Address of the door, for links in alerts. */
  readonly origin: string;
}

const NO_GRAFANA =
  "Grafana is left out: it has no Debian package and no image registry answers; its dashboards are served as pages at the same path";

/** Tools that answer over HTTP, below the path at which operators see them. */
const TOOLS = {
  prometheus: { image: "prometheus", folder: "/prometheus", memory: 512, path: "/-/healthy" },
  alertmanager: { image: "alertmanager", folder: "/alertmanager", memory: 64, path: "/-/healthy" },
  grafana: { image: "grafana", folder: "/var/lib/grafana", memory: 256, path: "/api/health" },
} as const satisfies Record<
  OperatorTool,
  { readonly image: ImageName; readonly folder: string; readonly memory: number; readonly path: string }
>;

/** Monitoring on a Docker host: Prometheus, Alertmanager, Grafana (or its dashboards as plain pages), and the
 * exporters for what has no metrics of its own.
 *
 * Costs nothing but the host: about 350 MiB of memory at the reference app's size.
 * @example new Monitoring("monitoring", { deployment, origin: "https://shop.example", app, network, secrets, targets, dashboards, rules })
 */
export class Monitoring extends ComponentResource implements MonitoringPart<DockerHandles> {
  readonly tools: Readonly<Partial<Record<OperatorTool, DockerBackend>>>;
  readonly notes: readonly string[];

  constructor(name: string, args: DockerMonitoringArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Monitoring", name, {}, opts);
    const targets = [...args.targets, ...platformTargets(args)];
    const rendered = renderAll(args, targets);
    createNodeExporter(this, args);
    createPrometheus(this, args, rendered.prometheus, targets);
    createAlertmanager(this, args, rendered.alertmanager);
    const grafana = createGrafana(this, args, rendered);
    this.tools = {
      prometheus: backend("prometheus"),
      alertmanager: backend("alertmanager"),
      ...grafana.tools,
    };
    this.notes = grafana.notes;
    this.registerOutputs({});
  }
}

const backend = (tool: OperatorTool): DockerBackend => ({
  alias: tool,
  port: PORTS[tool],
  kind: "operators",
});

/** The platform's own parts. */
function platformTargets({ app }: DockerMonitoringArgs): ScrapeTarget[] {
  const target = (job: string, port: number, every = seconds(15)): ScrapeTarget => ({
    job,
    host: job,
    port,
    path: "/metrics",
    every,
    labels: { kind: job },
  });
  return [
    target("edge", EDGE_PORTS.internal),
    { ...target("edge", EDGE_PORTS.internal), job: "edge-figures", path: "/figures" },
    ...(app.edge.waf === "off" ? [] : [target("waf", WAF_PORTS.metrics)]),
    target("node", NODE_PORT),
    target("keeper", KEEPER_PORT),
  ];
}

function renderAll(args: DockerMonitoringArgs, targets: readonly ScrapeTarget[]): RenderedMonitoring {
  const { app, origin, dashboards, rules, network } = args;
  const aliases = { prometheus: "prometheus", alertmanager: "alertmanager" };
  return renderMonitoring({
    app,
    origin,
    targets,
    dashboards,
    rules,
    aliases,
    edge: network.subnet("grafana"),
  });
}

function createPrometheus(
  parent: Monitoring,
  args: DockerMonitoringArgs,
  rendered: Rendered,
  targets: readonly ScrapeTarget[],
): void {
  const hosts = [...new Set(targets.map(({ host }) => host))].sort();
  const scraped = [...hosts, "alertmanager"].map((host) => args.network.join(host));
  createContainer(parent, args.deployment, {
    ...describe(parent, args, "prometheus", rendered),
    networks: [args.network.own("prometheus"), ...scraped],
  });
}

function createAlertmanager(parent: Monitoring, args: DockerMonitoringArgs, rendered: Rendered): void {
  const outside = alertDestinations(args.app).length > 0;
  createContainer(parent, args.deployment, {
    ...describe(parent, args, "alertmanager", rendered),
    networks: [args.network.own("alertmanager"), ...(outside ? [args.network.join("outside")] : [])],
    outside,
  });
}

/** Grafana where its image can be had; its dashboards as pages, under the same name, where not. */
function createGrafana(
  parent: Monitoring,
  args: DockerMonitoringArgs,
  rendered: RenderedMonitoring,
): Pick<MonitoringPart<DockerHandles>, "tools" | "notes"> {
  if (!args.app.monitoring.grafana) return { tools: {}, notes: [] };
  const { deployment, network } = args;
  const tools = { grafana: backend("grafana") };
  if (deployment.host.images === "upstream") {
    createContainer(parent, deployment, {
      ...describe(parent, args, "grafana", rendered.grafana),
      networks: [network.own("grafana"), network.join("prometheus")],
    });
    return { tools, notes: [] };
  }
  createContainer(parent, deployment, {
    part: "monitoring",
    name: "grafana-pages",
    of: "grafana",
    image: deployment.images.get("tools"),
    state: "stateless",
    run: "always",
    entrypoint: [BUSYBOX],
    command: rendered.pages.command,
    files: { config: rendered.pages.files },
    networks: [network.own("grafana")],
    limits: { cpu: cores(0.1), memory: mebibytes(32) },
    health: probe(PORTS.grafana, `${pathInside(args.app, "grafana")}/`),
  });
  return { tools, notes: [NO_GRAFANA] };
}

/** A tool with its data on a volume; only one can work on it at a time. */
function describe(
  parent: Monitoring,
  { app, deployment, secrets }: DockerMonitoringArgs,
  tool: OperatorTool,
  { files, command, env, secrets: wanted }: Rendered,
): Omit<ContainerSpec, "networks"> {
  const { image, folder, memory, path } = TOOLS[tool];
  const textOf = (file: SecretFile) =>
    (file.of === "app" ? secrets.get(file.name) : secrets.password(file.purpose)).value;
  const volume = createVolume(parent, deployment, tool);
  return {
    part: "monitoring",
    name: tool,
    of: tool,
    image: deployment.images.get(image),
    state: "stateful",
    run: "always",
    ...(command.length > 0 && { command }),
    env,
    files: {
      config: files,
      secrets: Object.fromEntries(Object.entries(wanted).map(([name, file]) => [name, textOf(file)])),
    },
    volumes: [{ source: nameOf(deployment, tool), path: folder, readOnly: false }],
    limits: { cpu: cores(0.5), memory: mebibytes(memory) },
    health: probe(PORTS[tool], `${pathInside(app, tool)}${path}`),
    dependsOn: [volume],
  };
}

const NODE_PORT = 9100;

/** Figures of the host itself, read from its /proc and /sys, which are mounted read-only. */
function createNodeExporter(parent: Monitoring, { deployment, network }: DockerMonitoringArgs): void {
  createContainer(parent, deployment, {
    part: "monitoring",
    name: "node",
    of: "node",
    image: deployment.images.get("node-exporter"),
    state: "stateless",
    run: "always",
    command: ["--path.rootfs=/host", "--path.procfs=/host/proc", "--path.sysfs=/host/sys"],
    networks: [network.own("node")],
    volumes: [{ source: "/", path: "/host", readOnly: true }],
    limits: { cpu: cores(0.25), memory: mebibytes(64) },
    health: probe(NODE_PORT, "/metrics"),
  });
}

function probe(port: number, path: string) {
  return {
    test: httpProbe(port, path),
    ...PROBING,
    startup: seconds(30),
  };
}
