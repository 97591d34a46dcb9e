/** The parts of the configuration that concern the process: limits, logs, name lookups, defaults. */
import { type Duration, milliseconds, seconds } from "../../../src/config/units.ts";
import { section, time } from "./text.ts";

/** Time in which an edge that was asked to stop still accepts connections, so that the door learns of it. */
export const GRACE = seconds(4);
/** From then on it reports that it is not ready. Before, its successor has time to appear at the door. */
export const LEAVE_AFTER = seconds(2);

export interface ProcessArgs {
  readonly maxConnections: number;
  /** Time after which requests still in flight are cut when the process was asked to stop. */
  readonly drain: Duration;
  readonly extra?: readonly string[];
}

export function globalSection({ maxConnections, drain, extra = [] }: ProcessArgs): string {
  return section("global", [
    "log stdout len 16384 format raw local0",
    `maxconn ${maxConnections}`,
    `grace ${time(GRACE)}`,
    `hard-stop-after ${time(milliseconds(GRACE + drain))}`,
    "stats socket /tmp/admin.sock mode 600 level admin",
    ...extra,
  ]);
}

/** For a process that passes connections on without looking inside. */
export function passingDefaults(retries: number, idle: string, extra: readonly string[] = []): string {
  return section("defaults", [
    "mode tcp",
    "log global",
    "option dontlog-normal",
    "option redispatch 1",
    `retries ${retries}`,
    "timeout connect 1s",
    `timeout client ${idle}`,
    `timeout server ${idle}`,
    ...extra,
  ]);
}

/** Docker's own resolver, asked each second, so that a container is found or forgotten within one. */
export function resolversSection(): string {
  return section("resolvers docker", [
    "nameserver docker 127.0.0.11:53",
    "accepted_payload_size 8192",
    "resolve_retries 3",
    "timeout resolve 1s",
    "timeout retry 300ms",
    "hold valid 1s",
    "hold obsolete 1s",
    "hold nx 1s",
    "hold refused 5s",
    "hold timeout 5s",
    "hold other 5s",
  ]);
}
