/** A client that comes in through the door, by host name, trusting only the edge's own authority. */
import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { Agent, request } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  /** Client address on the loopback network, `127.0.0.7`; the edge sees the Docker gateway all the same. */
  readonly host?: string;
}

export interface Door {
  readonly http: number;
  readonly https: number;
  readonly ca: string;
  readonly domain: string;
}

export function call(
  door: Door,
  path: string,
  { method = "GET", headers = {}, body, agent, host }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: door.https,
        servername: door.domain,
        ca: door.ca,
        path,
        method,
        agent: agent ?? false,
        headers: {
          host: host ?? door.domain,
          ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function callPlain(door: Door, path: string, { method = "GET", host }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    plainRequest(
      {
        host: "127.0.0.1",
        port: door.http,
        path,
        method,
        agent: false,
        headers: { host: host ?? door.domain },
      },
      (incoming) => {
        incoming.resume();
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: "" }),
        );
      },
    )
      .on("error", reject)
      .end();
  });
}

export interface Load {
  readonly sent: number;
  readonly failures: readonly string[];
  /** Who answered, and how often. */
  readonly answers: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly slowest: number;
}

/** Asks in a closed loop over keep-alive connections until told to stop. */
export function load(door: Door, path: string, connections: number, make: (n: number) => Call = () => ({})) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const failures: string[] = [];
  const answers: Record<string, number> = {};
  let sent = 0;
  let slowest = 0;
  let going = true;
  const worker = async () => {
    while (going) {
      const n = ++sent;
      const started = performance.now();
      try {
        const { status, body } = await call(door, path, { ...make(n), agent });
        if (status !== 200) failures.push(`${status} ${body}`);
        const name = /"name":"([^"]*)"/.exec(body)?.[1] ?? "nobody";
        answers[name] = (answers[name] ?? 0) + 1;
      } catch (error) {
        failures.push(String(error));
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
  };
  const workers = Array.from({ length: connections }, worker);
  return {
    async stop(): Promise<Load> {
      going = false;
      await Promise.all(workers);
      agent.destroy();
      return { sent, failures, answers, slowest: Math.round(slowest) };
    },
  };
}
