/** Whether host ports are free, and who holds them otherwise. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import type { Problem } from "../../../src/config/problem.ts";
import type { EngineFacts } from "./engine.ts";

export interface WantedPort {
  readonly port: number;
  readonly address: string;
  /** Key path of the setting that asks for it. */
  readonly path: readonly string[];
}

/** One problem per port that somebody else holds. Ports of this deployment's own containers are fine. */
export async function checkPorts(wanted: readonly WantedPort[], engine: EngineFacts): Promise<Problem[]> {
  const checks = wanted.map(async ({ port, address, path }): Promise<Problem[]> => {
    const container = engine.published.get(port);
    if (container?.own) return [];
    if (!container && (await isFree(port, address))) return [];
    const holder = container ? `container ${container.name}` : (processOn(port) ?? "another process");
    return [
      {
        path,
        what: `port ${port} is held by ${holder}`,
        remedy: `stop it, or set ${path.join(".")} to another port`,
      },
    ];
  });
  return (await Promise.all(checks)).flat();
}

/** Only a port in use counts; an address or a low port that this user may not bind is the engine's business. */
function isFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "EADDRINUSE"));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const LISTENING = "0A";

/** `nginx (pid 4711)`, where this is Linux and the process can be seen. */
function processOn(port: number): string | undefined {
  try {
    const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeners(table, port)));
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      if (holds(pid, inodes)) return `${readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (pid ${pid})`;
    }
  } catch {
    // Not Linux, or not ours to see.
  }
  return undefined;
}

function listeners(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return readFileSync(table, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${hex}`))
    .flatMap((columns) => (columns[9] ? [columns[9]] : []));
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}
