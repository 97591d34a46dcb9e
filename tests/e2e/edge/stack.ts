/** A door, an edge, a WAF and services, as a deployment would make them. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createProgress } from "../../../bootstrap/progress.mjs";
import type { BoundRoute } from "../../../components/contracts/edge.ts";
import { renderWaf } from "../../../components/docker/edge/agent.ts";
import type { DockerBackend } from "../../../components/docker/edge/backend.ts";
import { renderDoor } from "../../../components/docker/edge/door.ts";
import { WAF_PORTS } from "../../../components/docker/edge/layout.ts";
import { type EdgeInput, renderEdge } from "../../../components/docker/edge/render.ts";
import { buildProgram } from "../../../engine/programs.ts";
import type { App } from "../../../src/config/model.ts";
import type { Door } from "./client.ts";
import { docker, hostPort, Sandbox, until } from "./docker.ts";

export const PASSWORD = "correct horse battery staple";
export const EDGE_IMAGE = "atelier-test-edge-image";
const IMAGES = { edge: EDGE_IMAGE, waf: "atelier-test-waf-image" };
const BACKEND = join(import.meta.dirname, "backend.mjs");

export async function buildImages(): Promise<void> {
  const root = join(import.meta.dirname, "../../..");
  // Another base tries another HAProxy: EDGE_BASE=haproxy:3.0-bookworm.
  const base = process.env.EDGE_BASE ? ["--build-arg", `BASE=${process.env.EDGE_BASE}`] : [];
  await docker("build", "-q", "--network", "host", ...base, "-t", IMAGES.edge, join(root, "images/edge"));
  const program = { name: "waf", source: join(root, "images/waf"), target: ".", seconds: 60 };
  const { folder } = await buildProgram({ ...program, env: process.env, progress: createProgress() });
  await docker("build", "-q", "-t", IMAGES.waf, folder);
}

export class Stack {
  readonly sandbox: Sandbox;
  readonly #networks: {
    readonly front: string;
    readonly back: string;
    readonly waf: string;
    readonly open: string;
  };
  door: Door = { http: 0, https: 0, ca: "", domain: "" };

  constructor(sandbox: Sandbox, networks: Stack["networks"]) {
    this.sandbox = sandbox;
    this.#networks = networks;
  }

  get networks() {
    return this.#networks;
  }

  static async open(purpose: string): Promise<Stack> {
    const sandbox = await Sandbox.open(purpose);
    const [front, back, waf, open] = [
      await sandbox.network("front"),
      await sandbox.network("back"),
      await sandbox.network("waf"),
      await sandbox.network("open", false),
    ];
    return new Stack(sandbox, { front, back, waf, open });
  }

  async startBackend(alias: string, env: Record<string, string> = {}): Promise<string> {
    return this.sandbox.start({
      image: "debian:bookworm-slim",
      networks: [this.#networks.back],
      alias,
      env: { NAME: alias, ...env },
      mounts: { [process.execPath]: "/node:ro", [BACKEND]: "/backend.mjs:ro" },
      command: ["/node", "/backend.mjs"],
    });
  }

  async startWaf(app: App): Promise<string | undefined> {
    const rendered = renderWaf(app);
    if (!rendered) return undefined;
    return this.sandbox.start({
      image: IMAGES.waf,
      networks: [this.#networks.waf],
      alias: rendered.alias,
      files: rendered.files,
    });
  }

  /** Starts an edge and waits until it is healthy, as `up` does. */
  async startEdge(
    app: App,
    routes: readonly BoundRoute<DockerBackend>[],
    extra: Partial<EdgeInput> = {},
  ): Promise<string> {
    const rendered = renderEdge({ app, routes, ...extra });
    const name = await this.sandbox.start({
      image: IMAGES.edge,
      networks: [this.#networks.back, this.#networks.front, this.#networks.waf],
      alias: "edge",
      files: rendered.files,
      secrets: { "operators-password": PASSWORD },
      mounts: { [`${this.sandbox.prefix}-authority`]: "/var/lib/atelier/authority" },
      stopSignal: rendered.stopSignal,
    });
    await this.healthy(name, rendered.health.port, rendered.health.path);
    return name;
  }

  healthy(container: string, port = 8080, path = "/health/ready"): Promise<true> {
    return until(`health of ${container}`, () => this.#probe(container, port, path), 40_000);
  }

  /** Waits until a WAF agent, whose image has no shell, is healthy as an edge sees it. */
  wafHealthy(agent: string, edge: string): Promise<true> {
    return until(`health of ${agent}`, () => this.#probe(edge, WAF_PORTS.metrics, "/health", agent), 40_000);
  }

  /** Waits until a service answers anything at all. */
  listening(container: string): Promise<string> {
    return until(`an answer of ${container}`, async () => {
      const line = await this.#firstLine(container, 8080, "/health/ready");
      return line.startsWith("HTTP/") ? line : undefined;
    });
  }

  /** From now on the service is found under this alias and no other. */
  async rename(container: string, alias: string): Promise<void> {
    await docker("network", "disconnect", this.#networks.back, container);
    await docker("network", "connect", "--alias", alias, this.#networks.back, container);
  }

  async #probe(container: string, port: number, path: string, host?: string): Promise<true | undefined> {
    const line = await this.#firstLine(container, port, path, host);
    return line.includes(" 200 ") || undefined;
  }

  /** What comes back when it is asked from inside the container. */
  #firstLine(container: string, port: number, path: string, host = "127.0.0.1"): Promise<string> {
    const script = `exec 3<>/dev/tcp/${host}/${port}; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3`;
    return docker("exec", container, "bash", "-c", script);
  }

  async startDoor(domain: string): Promise<void> {
    const { files, ports } = renderDoor();
    const name = await this.sandbox.start({
      image: IMAGES.edge,
      networks: [this.#networks.open, this.#networks.front],
      alias: "door",
      files,
      publish: [ports.http, ports.https],
    });
    this.door = {
      http: await hostPort(name, ports.http),
      https: await hostPort(name, ports.https),
      ca: await this.authority(),
      domain,
    };
  }

  /** The CA certificate, as `atelier trust` reads it. */
  async authority(): Promise<string> {
    const edges = await docker("ps", "-q", "--filter", `name=${this.sandbox.prefix}-edge`);
    return docker("exec", edges.split("\n")[0] ?? "", "cat", "/var/lib/atelier/authority/ca.pem");
  }

  stop(container: string): Promise<string> {
    return docker("stop", "-t", "40", container);
  }

  /** JSON lines that a container wrote. */
  async log(container: string): Promise<Record<string, unknown>[]> {
    const { stdout } = await promisify(execFile)("docker", ["logs", container], {
      maxBuffer: 256 * 1024 ** 2,
    });
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
