/** Load by wrk, and what it lost. */
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

export interface Measured {
  readonly requests: number;
  /** Answers other than 2xx and 3xx, broken connections, time-outs. */
  readonly lost: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly seconds: number;
  readonly connections: number;
  /** A Lua script of wrk's. */
  readonly script?: string;
}

/** @throws when wrk is missing */
export async function needWrk(): Promise<void> {
  await promisify(execFile)("wrk", ["--version"]).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new Error("wrk is missing; run apt-get install wrk");
  });
}

export function wrk({ port, path, seconds, connections, script }: Load): Promise<Measured> {
  const args = [
    ...["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "--latency", "--timeout", "5s"],
    ...["-H", "Host: flashfit.example", "-H", "User-Agent: Mozilla/5.0", "-H", "Accept: */*"],
    ...(script ? ["-s", script] : []),
    `https://127.0.0.1:${port}${path}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn("wrk", args);
    let text = "";
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
    });
    child.on("error", reject);
    child.on("close", () => resolve(parse(text)));
  });
}

export function parse(text: string): Measured {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  const errors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  const latency = /Latency\s+\S+\s+\S+\s+(\S+)/.exec(text)?.[1] ?? "";
  return {
    requests: number(/(\d+) requests in/),
    lost: number(/Non-2xx or 3xx responses: (\d+)/) + errors.reduce((sum, count) => sum + Number(count), 0),
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: milliseconds(/50%\s+(\S+)/.exec(text)?.[1] ?? ""),
    p99: milliseconds(/99%\s+(\S+)/.exec(text)?.[1] ?? ""),
    slowest: milliseconds(latency),
  };
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function milliseconds(text: string): number {
  const [, value = "0", unit = "ms"] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  return Number(value) * (UNITS[unit] ?? 1);
}
