/** Downloads over HTTPS, into memory or into a file with a checked SHA-256. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import tls from "node:tls";
import { Stop } from "../bootstrap/stop.mjs";
import type { Environment } from "./command.ts";

export interface DownloadOptions {
  /** Milliseconds until a connection must stand. 4 s by default: a closed network is noticed soon. */
  readonly connectTimeout?: number;
  /** Milliseconds without a byte after which a download counts as stuck. 30 s by default. */
  readonly idleTimeout?: number;
  /** Called with bytes so far and, when the server says it, bytes in all. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Where HTTPS_PROXY and NO_PROXY are read from. */
  readonly env?: Environment;
}

/** The text at an address. */
export async function fetchText(url: string, options: DownloadOptions = {}): Promise<string> {
  const response = await open(url, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Downloads to `file`, which appears only once its SHA-256 is the expected one.
 * @throws Stop when the content is not the expected one; nothing is kept then.
 */
export async function fetchFile(
  url: string,
  file: string,
  sha256: string,
  options: DownloadOptions = {},
): Promise<void> {
  const partial = `${file}.${process.pid}.part`;
  await mkdir(dirname(file), { recursive: true });
  try {
    const response = await open(url, options);
    const length = Number(response.headers["content-length"]);
    let received = 0;
    response.on("data", (chunk: Buffer) => {
      received += chunk.length;
      options.onProgress?.(received, Number.isFinite(length) ? length : undefined);
    });
    await pipeline(response, createWriteStream(partial));
    await verify(partial, sha256, url);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

/** @throws Stop when the file's SHA-256 is not the expected one. `source` says where the file came from. */
export async function verify(file: string, sha256: string, source: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest("hex");
  if (actual === sha256) return;
  throw new Stop(
    `${source} is not what was pinned: its SHA-256 is ${actual}, expected ${sha256}; nothing was installed; ` +
      "try another network, and report it if it stays",
  );
}

function open(url: string, options: DownloadOptions, redirects = 5): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const host = new URL(url).host;
  const secure = url.startsWith("https:");
  const request = (secure ? https : http).get(
    url,
    { agent: agentFor(secure, options.env ?? {}) },
    (response) => {
      clearTimeout(connecting);
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location && redirects > 0) {
        response.resume();
        open(new URL(headers.location, url).href, options, redirects - 1).then(resolve, reject);
      } else if (statusCode === 200) {
        resolve(response);
      } else {
        response.resume();
        reject(new Error(`${host} answered ${statusCode}`));
      }
    },
  );
  const connectTimeout = options.connectTimeout ?? 4000;
  const connecting = setTimeout(
    () => request.destroy(new Error(`${host} did not answer within ${connectTimeout / 1000} s`)),
    connectTimeout,
  );
  request.setTimeout(options.idleTimeout ?? 30_000, () => request.destroy(new Error(`${host} went silent`)));
  request.on("error", (error: NodeJS.ErrnoException) => {
    clearTimeout(connecting);
    reject(
      error.code === "ENOTFOUND" || error.code === "EAI_AGAIN"
        ? new Error(`${host} has no address here`)
        : error,
    );
  });
  return promise;
}

/** An agent that goes through HTTPS_PROXY and trusts the system's certificates besides Node's own. */
function agentFor(secure: boolean, env: Environment): http.Agent {
  const proxy = { proxyEnv: env } as http.AgentOptions;
  if (!secure) return new http.Agent(proxy);
  const ca = [...tls.getCACertificates("default"), ...tls.getCACertificates("system")];
  return new https.Agent({ ...proxy, ca });
}
