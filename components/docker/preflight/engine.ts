/** Questions to the container engine, asked before anything is created. */
import { existsSync, statSync } from "node:fs";
import Docker from "dockerode";
import type { Problem } from "../../../src/config/problem.ts";
import { IMAGES_LABEL, NAME_LABEL, STACK_LABEL, VERSION_LABEL } from "../deployment.ts";
import type { ImageSource } from "../images.ts";

const SOCKET = "/var/run/docker.sock";

/** Docker 20.10. */
const OLDEST_API = [1, 41] as const;

export interface EngineFacts {
  readonly docker: Docker;
  readonly memory: number;
  readonly cpus: number;
  /** Where the engine keeps images and volumes, when that is a folder of this machine. */
  readonly root?: string;
  /** Containers of this deployment are there already. */
  readonly deployed: boolean;
  /** The image source that the deployment was made with. */
  readonly images?: ImageSource;
  /** Network name → subnet, of this deployment. */
  readonly ownSubnets: Readonly<Record<string, string>>;
  /** Data part → major version that wrote what its volume holds, where that is known. */
  readonly versions: ReadonlyMap<string, string>;
  readonly foreignSubnets: readonly string[];
  /** Published host port → container that holds it. */
  readonly published: ReadonlyMap<number, { readonly name: string; readonly own: boolean }>;
  readonly attempts: Readonly<Record<string, number>>;
  /** Group of the engine's socket; 0 where the engine runs on another machine. */
  readonly socketGroup: number;
  /** References of images that are on the host. */
  readonly references: ReadonlySet<string>;
}

export class EngineUnreachable extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/** Everything that preflight needs to know from the engine. Throws EngineUnreachable with what to do. */
export async function askEngine(stack: string): Promise<EngineFacts> {
  const docker = new Docker();
  const version = await docker.version().catch((error: Error) => {
    throw new EngineUnreachable(unreachable(error));
  });
  if (isOlder(version.ApiVersion)) throw new EngineUnreachable(tooOld(version.Version, version.ApiVersion));
  const [info, networks, containers, images, { Volumes }] = await Promise.all([
    docker.info() as Promise<{ MemTotal: number; NCPU: number; DockerRootDir: string }>,
    docker.listNetworks(),
    docker.listContainers({ all: true }),
    docker.listImages(),
    docker.listVolumes(),
  ]);
  const own = containers.filter(({ Labels }) => Labels[STACK_LABEL] === stack);
  const source = own.map(({ Labels }) => Labels[IMAGES_LABEL]).find((value) => value !== undefined);
  const isOwn = (labels: Record<string, string> | undefined) => labels?.[STACK_LABEL] === stack;
  return {
    docker,
    memory: info.MemTotal,
    cpus: info.NCPU,
    ...(existsSync(info.DockerRootDir) && { root: info.DockerRootDir }),
    deployed: own.some(({ State }) => State === "running"),
    ...((source === "upstream" || source === "debian") && { images: source }),
    ownSubnets: Object.fromEntries(
      networks
        .filter(({ Labels }) => isOwn(Labels))
        .flatMap(({ Name, IPAM }) => subnetsIn(IPAM).map((net) => [Name, net])),
    ),
    versions: new Map(
      (Volumes ?? []).flatMap(({ Labels }) => {
        const { [NAME_LABEL]: name, [VERSION_LABEL]: version } = Labels ?? {};
        return isOwn(Labels) && name && version ? [[name, version] as const] : [];
      }),
    ),
    foreignSubnets: networks.filter(({ Labels }) => !isOwn(Labels)).flatMap(({ IPAM }) => subnetsIn(IPAM)),
    published: new Map(
      containers.flatMap(({ Names, Labels, Ports }) =>
        Ports.filter(({ PublicPort }) => PublicPort).map(
          ({ PublicPort }) =>
            [PublicPort, { name: (Names[0] ?? "").replace(/^\//, ""), own: isOwn(Labels) }] as const,
        ),
      ),
    ),
    attempts: attemptsOf(own.filter(({ Labels }) => Labels["atelier.run"] === "once")),
    socketGroup: statSync(SOCKET, { throwIfNoEntry: false })?.gid ?? 0,
    references: new Set(images.flatMap(({ RepoTags }) => RepoTags ?? [])),
  };
}

/** A job that failed is tried again under a new name, because Pulumi takes the old container for done. One that
 * succeeded at a later attempt keeps that attempt's name.
 */
export function attemptsOf(
  jobs: readonly { readonly Names: readonly string[]; readonly Status: string }[],
): Record<string, number> {
  const attempts: Record<string, number> = {};
  for (const { Names, Status } of jobs) {
    const [, name = "", attempt = "1"] = /^\/?(.*-[0-9a-f]{6})(?:-(\d+))?$/.exec(Names[0] ?? "") ?? [];
    const failed = /^Exited \((?!0\))/.test(Status);
    const next = Number(attempt) + (failed ? 1 : 0);
    if (name && next > 1) attempts[name] = Math.max(attempts[name] ?? 0, next);
  }
  return attempts;
}

function subnetsIn(
  ipam: { Config?: { Subnet?: string | undefined }[] | null | undefined } | undefined,
): string[] {
  return (ipam?.Config ?? []).flatMap(({ Subnet }) => (Subnet && !Subnet.includes(":") ? [Subnet] : []));
}

function isOlder(api: string): boolean {
  const [major = 0, minor = 0] = api.split(".").map(Number);
  return major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1]);
}

function unreachable(error: Error): Problem {
  return {
    path: ["atelier:target"],
    what: `docker is chosen, but no container engine answers (${error.message})`,
    remedy:
      "start Docker (Linux: systemctl start docker; macOS and Windows: open Docker Desktop), or point DOCKER_HOST at an engine; `npm start` brings one up where it can",
  };
}

function tooOld(version: string, api: string): Problem {
  return {
    path: ["atelier:target"],
    what: `Docker ${version} (API ${api}) is too old`,
    allowed: `API ${OLDEST_API.join(".")} or newer, which is Docker 20.10`,
    remedy: "update Docker",
  };
}
