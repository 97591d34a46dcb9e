/** Tells Sentry of errors that nobody expected, by its envelope interface; silent without a DSN. */
import { randomUUID } from "node:crypto";
import { log } from "./log.mjs";
import { fetch, ProxyAgent } from "./packages.mjs";

export function report({ dsn, environment, proxy }, error) {
  if (!dsn.startsWith("https://")) return;
  const { hostname, pathname } = new URL(dsn);
  const event = {
    event_id: randomUUID().replaceAll("-", ""),
    timestamp: new Date().toISOString(),
    platform: "node",
    environment,
    exception: { values: [{ type: error.name, value: error.message }] },
    extra: { stack: error.stack },
  };
  const lines = [{ event_id: event.event_id, dsn }, { type: "event" }, event];
  fetch(`https://${hostname}/api/${pathname.replaceAll("/", "")}/envelope/`, {
    method: "POST",
    body: lines.map((line) => JSON.stringify(line)).join("\n"),
    signal: AbortSignal.timeout(3000),
    ...(proxy && { dispatcher: new ProxyAgent(proxy) }),
  }).catch((failure) => log("warn", `sentry: ${failure.message}`));
}
