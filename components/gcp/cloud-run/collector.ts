/** Metrics of a service: Google's collector runs beside it, reads its metrics port and writes to Managed Prometheus.
 *
 * Costs half a core and 512 MiB per instance, about $26 a month where the cpu is always there ($0.000018 per core and
 * second and $0.000002 per GiB and second, Google's price list), and $0.06 per million samples.
 * The collector names each series' `job` after its configuration, so that PromQL finds the service by its own name.
 */
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import type { ComponentResource, Resource } from "@pulumi/pulumi";
import type { Metrics } from "../../../src/config/model.ts";
import { type Duration, inSeconds } from "../../../src/config/units.ts";
import type { GcpSecret } from "../handles.ts";
import { nameOf } from "../names.ts";
import type { ContainerServiceArgs } from "./deployment.ts";

/** The one folder that the collector reads. */
export const COLLECTOR_FOLDER = "/etc/rungmp";

export interface Collector {
  readonly config: GcpSecret;
  readonly ready: readonly Resource[];
}

/** Nothing for a service without metrics. */
export function createCollector(
  parent: ComponentResource,
  args: ContainerServiceArgs,
): Collector | undefined {
  const { deployment, identity, name, spec, vault } = args;
  if (!spec.metrics) return undefined;
  const config = vault.store(`metrics/${name}`, describeScrape(name, spec.metrics), { reader: identity });
  const writer = new IAMMember(
    `${nameOf(deployment.app, "run", name)}-metrics`,
    {
      project: deployment.settings.project,
      role: "roles/monitoring.metricWriter",
      member: identity.principal,
    },
    { parent },
  );
  return { config, ready: [writer, config.readers(identity.principal, identity.service)] };
}

/** Google's RunMonitoring; JSON is YAML as well. */
function describeScrape(name: string, { port, path, every }: Metrics): string {
  return JSON.stringify({
    apiVersion: "monitoring.googleapis.com/v1beta",
    kind: "RunMonitoring",
    metadata: { name },
    spec: {
      endpoints: [{ port: String(port), path, interval: asInterval(every) }],
      targetLabels: { metadata: ["instance", "revision", "service"] },
    },
  });
}

const asInterval = (every: Duration) =>
  Number.isInteger(inSeconds(every)) ? `${inSeconds(every)}s` : `${every}ms`;
