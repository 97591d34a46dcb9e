/** Closed-loop clients with keep-alive connections: each sends its next request as soon as the last was answered,
 * and never sends one again. Whatever is not a good answer counts as lost.
 */
import { Agent, request } from "node:https";
import { PORTS } from "./context.ts";

export interface LoadResult {
  readonly requests: number;
  /** Kind of failure → count. */
  readonly failures: Readonly<Record<string, number>>;
  readonly slowest: number;
}

export interface LoadOptions {
  readonly path: string;
  readonly clients?: number;
  /** At most so many requests a second over all clients, to leave the machine to what is tested. */
  readonly perSecond?: number;
}

/** Runs load while `work` runs, and a little before and after it. */
export async function underLoad(options: LoadOptions, work: () => Promise<unknown>): Promise<LoadResult> {
  const { path, clients = 16, perSecond = 150 } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: clients, rejectUnauthorized: false });
  const failures: Record<string, number> = {};
  let [requests, slowest, running] = [0, 0, true];
  const pause = (clients * 1000) / perSecond;
  const client = async () => {
    while (running) {
      const start = performance.now();
      const outcome = await once(agent, path);
      const took = performance.now() - start;
      requests++;
      slowest = Math.max(slowest, took);
      if (outcome !== "ok") failures[outcome] = (failures[outcome] ?? 0) + 1;
      if (took < pause) await sleep(pause - took);
    }
  };
  const all = Array.from({ length: clients }, client);
  try {
    await sleep(500);
    await work();
    await sleep(1500);
  } finally {
    running = false;
    await Promise.all(all);
    agent.destroy();
  }
  return { requests, failures, slowest: Math.round(slowest) };
}

function once(agent: Agent, path: string): Promise<string> {
  const options = { host: "127.0.0.1", port: PORTS.https, path, agent, headers: { host: "localhost" } };
  return new Promise((resolve) => {
    const sent = request(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200 ? "ok" : `status ${response.statusCode}`));
      response.on("error", (error) => resolve(error.message));
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error("no answer in 10 s")));
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

const sleep = (milliseconds: number) => new Promise((wait) => setTimeout(wait, milliseconds));
