/** What must be asked of FlashFit's door before every panel has data: some numbers exist only once something
 * happened. Wait two scrapes (30 s) after the traffic, because a rate needs two samples, and send it twice with a
 * scrape in between, because a series that is new has no rate before its second sample.
 */
export interface TrafficRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  /** How often. */
  readonly times: number;
  /** Status that the last one gets. */
  readonly expect: number;
  /** What it brings to life. */
  readonly why: string;
}

export const TRAFFIC: readonly TrafficRequest[] = [
  { method: "GET", path: "/app/", times: 5, expect: 200, why: "requests, throughput, backends" },
  { method: "GET", path: "/api/faiss", times: 2, expect: 200, why: "index figures of the API" },
  { method: "GET", path: "/api/items", times: 5, expect: 200, why: "database queries and statements" },
  {
    method: "POST",
    path: "/api/recommend",
    body: { text: "red summer dress" },
    times: 3,
    expect: 200,
    why: "encoder, FAISS search, cache miss and hits, inference time",
  },
  {
    method: "GET",
    path: "/api/stream?text=blue%20jacket",
    times: 1,
    expect: 200,
    why: "event stream, AI tokens",
  },
  {
    method: "GET",
    path: "/api/items?q=1%27%20OR%20%271%27%3D%271%27%20UNION%20SELECT%20password%20FROM%20users--",
    times: 2,
    expect: 403,
    why: "firewall: blocked requests, attacks by category",
  },
  {
    method: "POST",
    path: "/api/recommend",
    body: { text: "white shoes" },
    times: 35,
    expect: 429,
    why: "rate limit: refused requests; last, because it uses up the minute",
  },
];

export type Send = (
  path: string,
  options: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ status: number }>;

/** Sends all of it in order; returns what was answered otherwise than expected. */
export async function sendTraffic(send: Send): Promise<string[]> {
  const surprises: string[] = [];
  for (const { method, path, body, times, expect } of TRAFFIC) {
    const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    let status = 0;
    for (let count = 0; count < times; count++) {
      ({ status } = await send(path, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }));
    }
    if (status !== expect) surprises.push(`${method} ${path}: ${status} instead of ${expect}`);
  }
  return surprises;
}
