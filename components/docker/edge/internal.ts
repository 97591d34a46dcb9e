/** The port that only the platform uses: health for Docker and the door, figures for Prometheus. */
import { seconds } from "../../../src/config/units.ts";
import { FIGURES, PORTS } from "./layout.ts";
import { LEAVE_AFTER } from "./process.ts";
import { section } from "./text.ts";

/** A new edge that still waits for a service is ready after this time all the same. */
const PATIENCE = seconds(10);

export interface Networks {
  /** CIDR of the network between door and edge. Anything else that connects to the public ports is refused. */
  readonly door?: string;
  /** CIDR of the network from which Prometheus reads. */
  readonly monitoring?: string;
}

export function internalSection(backends: readonly string[], { door, monitoring }: Networks): string {
  const trusted = [door, monitoring].filter((cidr) => cidr !== undefined);
  const someMissing = backends.map((name) => `{ nbsrv(${name}) lt 1 }`).join(" || ");
  return section("frontend internal", [
    `bind :${PORTS.internal}`,
    "option dontlog-normal",
    "no log",
    ...(trusted.length > 0
      ? [`tcp-request connection reject if !{ src 127.0.0.0/8 ${trusted.join(" ")} }`]
      : []),
    "http-request use-service prometheus-exporter if { path /metrics }",
    `http-request return status 200 content-type "text/plain; version=0.0.4" lf-file ${FIGURES} if { path /figures }`,
    `http-request set-var(txn.young) bool(true) if { date(0,ms),sub(proc.started) lt ${PATIENCE} }`,
    ...(someMissing ? [`http-request set-var(txn.missing) bool(true) if ${someMissing}`] : []),
    "http-request set-var(proc.settled) bool(true) if !{ var(txn.missing) -m bool }",
    "http-request return status 503 if { var(txn.young) -m bool } !{ var(proc.settled) -m bool }",
    "http-request return status 200 if { path /health }",
    "http-request set-var(proc.leaving) date(0,ms) if { stopping } !{ var(proc.leaving) -m found }",
    `http-request return status 503 if { var(proc.leaving) -m found } { date(0,ms),sub(proc.leaving) ge ${LEAVE_AFTER} }`,
    "http-request return status 200 if { path /ready }",
    "http-request return status 404",
  ]);
}
