/** Finds a Docker engine that answers, or brings one up where that is possible. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type Environment, findOnPath, lastWords, run } from "./command.ts";
import { startDaemon } from "./dockerd.ts";

export interface DockerEngine {
  /** What DOCKER_HOST must be. Absent for the usual socket. */
  readonly host?: string;
  readonly version: string;
  /** This call started it. */
  readonly started: boolean;
}

export interface DockerOptions {
  readonly env: Environment;
  /** The project's `.atelier`, where log and process id of an engine that is started here go. */
  readonly own: string;
  readonly progress: Progress;
  readonly machine?: Machine;
}

/** What of this machine decides whether an engine can be had. */
export interface Machine {
  /** Who is root may install and start one. */
  readonly isRoot: boolean;
  /** Path of the usual socket. */
  readonly socket: string;
}

/** There is no container engine, and none can be had here. The message says why, and what would help. */
export class NoDocker extends Stop {}

const usualSocket = "/var/run/docker.sock";

const thisMachine = (): Machine => ({ isRoot: process.getuid?.() === 0, socket: usualSocket });
const packages = ["docker.io", "iptables", "debootstrap"];

/** A Docker engine that answers.
 * @throws NoDocker with one line of what to do when there is none and none can be started here.
 * @throws Stop when DOCKER_HOST names one that does not answer: an explicit wish is never passed over.
 */
export async function ensureDocker(options: DockerOptions): Promise<DockerEngine> {
  const { env, machine = thisMachine() } = options;
  const found = await findDocker(env, machine);
  if (typeof found === "object") return { ...found, started: false };
  if (env.DOCKER_HOST) {
    throw new Stop(
      `no Docker engine answers at DOCKER_HOST=${env.DOCKER_HOST} (${found}); start it, or unset DOCKER_HOST`,
    );
  }
  const obstacle = await obstacleToStarting(env, found, machine);
  if (obstacle) throw new NoDocker(obstacle);
  await bringUp(options).catch((error: unknown) => {
    throw error instanceof Stop ? new NoDocker(error.message) : error;
  });
  const started = await findDocker(env, machine);
  if (typeof started === "string") throw new NoDocker(`Docker was started but does not answer: ${started}`);
  return { ...started, started: true };
}

async function bringUp({ env, own, progress }: DockerOptions): Promise<void> {
  if (!(await findOnPath("dockerd", env))) await install(env, progress);
  await progress.step("Starting Docker", () => startDaemon(own, env));
}

/** The engine that DOCKER_HOST names, or one on a usual socket; else in words why there is none. */
export async function findDocker(
  env: Environment,
  { socket }: Machine = thisMachine(),
): Promise<Omit<DockerEngine, "started"> | string> {
  if (env.DOCKER_HOST) {
    const version = await ask(dockerClient(env.DOCKER_HOST));
    return typeof version === "object" ? { host: env.DOCKER_HOST, ...version } : version;
  }
  const home = env.HOME || homedir();
  const others = [
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, "docker.sock")] : []),
    join(home, ".docker/run/docker.sock"),
    join(home, ".colima/default/docker.sock"),
  ];
  const usual = await ask(dockerClient(`unix://${socket}`));
  if (typeof usual === "object") return usual;
  for (const socketPath of others.filter((path) => existsSync(path))) {
    const host = `unix://${socketPath}`;
    const version = await ask(dockerClient(host));
    if (typeof version === "object") return { host, ...version };
  }
  return usual;
}

/** A client of the engine at a DOCKER_HOST; of the usual socket by default. Addresses over TCP and SSH come from the
 * process's environment, together with their certificates and keys.
 */
export function dockerClient(host = `unix://${usualSocket}`): Docker {
  return host.startsWith("unix://") ? new Docker({ socketPath: host.slice("unix://".length) }) : new Docker();
}

async function ask(docker: Docker): Promise<{ version: string } | string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve("it does not answer within 5 s"), 5000);
  const answer = docker.version().then(
    ({ Version }) => ({ version: Version }),
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Why no engine can be started here, as the one line to print; undefined when it can. */
async function obstacleToStarting(
  env: Environment,
  reason: string,
  { isRoot, socket }: Machine,
): Promise<string | undefined> {
  if (reason === "EACCES") {
    return `this user may not use ${socket}; run: sudo usermod -aG docker $USER, log in again, and try again`;
  }
  const system = await describeSystem();
  if (system === "other") {
    return `no Docker engine answers at ${socket} (${reason}); start Docker Desktop, or install it from https://docs.docker.com/get-docker`;
  }
  if (isRoot) return canInstall(env, system);
  const installed = (await findOnPath("dockerd", env)) !== undefined;
  const start = "sudo systemctl start docker";
  return installed
    ? `Docker is installed but not running (${reason}); run: ${start}`
    : `Docker is not installed; run: ${system === "debian" ? "sudo apt-get install -y docker.io && " : "install it from https://docs.docker.com/engine/install, then "}${start}`;
}

async function canInstall(env: Environment, system: "debian" | "linux"): Promise<string | undefined> {
  if (system === "debian" || (await findOnPath("dockerd", env))) return undefined;
  return "Docker is not installed; install it from https://docs.docker.com/engine/install, then try again";
}

async function describeSystem(): Promise<"debian" | "linux" | "other"> {
  if (process.platform !== "linux") return "other";
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(release) ? "debian" : "linux";
}

/** Installs Docker from Debian's packages. The caller is root. */
async function install(env: Environment, progress: Progress): Promise<void> {
  progress.note(`Docker is missing; installing Debian's packages ${packages.join(", ")}`);
  const quiet = { ...env, DEBIAN_FRONTEND: "noninteractive" };
  await progress.step(
    "Installing Docker",
    async (tell) => {
      const onLine = (line: string) => tell(line.slice(0, 60));
      const update = await run("apt-get", ["update", "-q"], { env: quiet, onLine });
      const args = ["install", "-y", "-q", "--no-install-recommends", ...packages];
      const installed = await run("apt-get", args, { env: quiet, onLine });
      if (installed.code === 0) return;
      const words = lastWords(installed.stderr) || lastWords(update.stderr);
      throw new Stop(
        `Docker could not be installed: ${words}; run apt-get install ${packages.join(" ")} by hand, then try again`,
      );
    },
    { seconds: 60 },
  );
}
