/** Compares two edges on the same service and machine: what is lost on switches and reloads under keep-alive load,
 * what their WAFs recognise, and what they cost in time. Takes about five minutes; needs Docker and wrk.
 *
 *     node bench/edge/run.ts
 */
import { loadavg } from "node:os";
import { call } from "../../tests/e2e/edge/client.ts";
import { sleep, until } from "../../tests/e2e/edge/docker.ts";
import { haproxyAndCoraza, nginxAndModSecurity, type Rival } from "./rivals.ts";
import { score } from "./score.ts";
import { type Measured, needWrk, wrk } from "./wrk.ts";

const CONNECTIONS = 32;
const SERVICE_SWITCHES = 6;
const EDGE_CHANGES = 4;
const PATH = "/api/search?q=red+dress";

type Row = readonly [string, string];

/** Load for as long as the changes take, told apart from them by a second before and after. */
async function during(rival: Rival, seconds: number, change: () => Promise<void>): Promise<Measured> {
  const measured = wrk({ port: rival.door.https, path: PATH, connections: CONNECTIONS, seconds });
  await sleep(1000);
  const started = Date.now();
  await change();
  const took = (Date.now() - started) / 1000;
  if (took > seconds - 1)
    process.stderr.write(`The changes took ${took} s, longer than the load of ${seconds} s.\n`);
  return measured;
}

async function times(count: number, action: () => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n++) await action();
}

const lost = ({ lost, requests, slowest }: Measured) =>
  `${lost} of ${requests}, slowest ${Math.round(slowest)} ms`;
const speed = ({ perSecond, p50, p99 }: Measured) =>
  `${Math.round(perSecond)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

async function measure(open: () => Promise<Rival>): Promise<{ name: string; rows: Row[] }> {
  const rival = await open();
  try {
    await until("first answer", async () => (await call(rival.door, PATH)).status === 200 || undefined);
    const { attacks, blocked, benign, passed } = await score(rival.door);
    const { https: port } = rival.door;
    await wrk({ port, path: PATH, connections: 8, seconds: 3 });
    const get = await wrk({ port, path: PATH, connections: 8, seconds: 12 });
    const script = `${import.meta.dirname}/post.lua`;
    const post = await wrk({ port, path: "/api/recommend", connections: 8, seconds: 12, script });
    const memory = await rival.memory();
    const services = await during(rival, 8 * SERVICE_SWITCHES, () =>
      times(SERVICE_SWITCHES, rival.replaceService),
    );
    const edges = await during(rival, 12 * EDGE_CHANGES, () => times(EDGE_CHANGES, rival.changeEdge));
    return {
      name: rival.name,
      rows: [
        [`lost over ${SERVICE_SWITCHES} service switches`, lost(services)],
        [`lost over ${EDGE_CHANGES} changes of the edge`, lost(edges)],
        [`attacks blocked, of ${attacks}`, `${blocked} (${((100 * blocked) / attacks).toFixed(1)} %)`],
        [`ordinary requests passed, of ${benign}`, `${passed} (${((100 * passed) / benign).toFixed(1)} %)`],
        ["GET with query, 8 connections, WAF on", speed(get)],
        ["POST of JSON, 8 connections, WAF on", speed(post)],
        ["memory of edge and WAF", `${memory} MiB`],
      ],
    };
  } finally {
    await rival.close();
  }
}

await needWrk();
const results = [await measure(haproxyAndCoraza), await measure(nginxAndModSecurity)];
const [first] = results;
process.stdout.write(
  `| | ${results.map(({ name }) => name).join(" | ")} |\n|---|${"---|".repeat(results.length)}\n`,
);
for (const [index, [title]] of (first?.rows ?? []).entries()) {
  process.stdout.write(`| ${title} | ${results.map(({ rows }) => rows[index]?.[1]).join(" | ")} |\n`);
}
process.stdout.write(
  `Load of the machine at the end: ${loadavg()
    .map((n) => n.toFixed(1))
    .join(" ")}\n`,
);
