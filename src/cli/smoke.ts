/** A first look through the door: does every route answer as it should. */
import http2 from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";
import type { App } from "../config/model.ts";

export interface Probe {
  readonly path: string;
  readonly expected: string;
  readonly accepts: (status: number) => boolean;
}

export interface Answer {
  readonly path: string;
  readonly expected: string;
  /** HTTP status, or the reason why there was none. */
  readonly got: number | string;
  readonly ok: boolean;
}

/** A door that sends everybody away is as closed as one that is down. A service's own 401 or 404 is an answer. */
const refusals: ReadonlySet<number> = new Set([403, 421, 429]);

/** What each route of the app must answer to a stranger. */
export function probesOf({ routes }: Pick<App, "routes">): readonly Probe[] {
  return Object.entries(routes).map(([path, { to }]) => {
    if (to.type === "operators") {
      return {
        path,
        expected: "a login (401 or a redirect to one)",
        accepts: (status) => status === 401 || status === 302,
      };
    }
    if (to.type === "redirect") {
      return { path, expected: "a redirect", accepts: (status) => status >= 300 && status < 400 };
    }
    return {
      path,
      expected: "an answer, not a refusal",
      accepts: (status) => status < 500 && !refusals.has(status),
    };
  });
}

/** Where the door of a URL is looked for, and whether its certificate has to hold. */
export interface Way {
  /** Host that is connected to; the URL's own by default. */
  readonly host?: string;
  /** Whether a certificate of an authority that nobody knows is refused. */
  readonly verify: boolean;
}

/** The door listens on this machine, whatever the app's domain points to, and in development its certificate is signed
 * by the stack's own authority.
 */
export const ON_THIS_MACHINE: Way = { host: "127.0.0.1", verify: false };

/** Asks every probe, again for up to `patience` milliseconds while one does not answer as expected. Speaks HTTP/2, as
 * browsers do.
 */
export async function smokeTest(
  url: string,
  probes: readonly Probe[],
  patience = 60_000,
  way: Way = ON_THIS_MACHINE,
): Promise<readonly Answer[]> {
  const until = Date.now() + patience;
  for (;;) {
    const answers = await Promise.all(probes.map((probe) => ask(url, probe, way)));
    if (answers.every(({ ok }) => ok) || Date.now() > until) return answers;
    await sleep(1000);
  }
}

async function ask(url: string, { path, expected, accepts }: Probe, way: Way): Promise<Answer> {
  const got = await statusOf(new URL(url), path, way).catch((error: Error) => error.message);
  return { path, expected, got, ok: typeof got === "number" && accepts(got) };
}

/** What went wrong, one line per route; undefined when nothing did. */
export function describeAnswers(answers: readonly Answer[]): string | undefined {
  const wrong = answers.filter(({ ok }) => !ok);
  if (wrong.length === 0) return undefined;
  const lines = wrong.map(({ path, expected, got }) => `  ${path}: expected ${expected}, got ${got}`);
  return [`${wrong.length} of ${answers.length} routes do not answer as they should:`, ...lines].join("\n");
}

function statusOf(door: URL, path: string, { host = door.hostname, verify }: Way): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = tls.connect({
    host,
    port: Number(door.port || 443),
    servername: door.hostname,
    ALPNProtocols: ["h2"],
    rejectUnauthorized: verify,
  });
  const session = http2.connect(door, { createConnection: () => socket });
  const stream = session.request({
    ":path": path,
    accept: "text/html,*/*",
    "user-agent": "atelier-smoke-test",
  });
  stream.on("response", ({ ":status": status }) => resolve(status ?? 0));
  stream.setTimeout(10_000, () => reject(new Error("no answer within 10 s")));
  for (const source of [socket, session, stream]) source.on("error", reject);
  return promise.finally(() => session.destroy());
}
