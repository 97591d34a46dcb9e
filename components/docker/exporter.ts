/** Where Prometheus reads the figures of a data part on a Docker host. */
import type { DataKind } from "../../src/config/model.ts";
import { seconds } from "../../src/config/units.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";

/** @param host that answers: the part itself, or the exporter beside it */
export function exporterTarget(kind: DataKind, name: string, host: string, port: number): ScrapeTarget {
  return { job: name, host, port, path: "/metrics", every: seconds(15), labels: { kind } };
}
