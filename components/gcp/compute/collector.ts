/** What the collector beside a container does: reads the container's metrics and writes them to Managed Prometheus.
 *
 * The Ops Agent does not run on Container-Optimized OS. Google's own build of the OpenTelemetry collector does
 * (github.com/GoogleCloudPlatform/opentelemetry-operations-collector). Zone and project come from the metadata
 * server, so that series are told apart by `location` and `instance`.
 */
import { stringify } from "yaml";
import { inSeconds } from "../../../src/config/units.ts";
import { CONTAINER, type Collector } from "./boot.ts";

export function collectorConfig({ job, port, path, every, labels, namespace }: Collector): string {
  const interval = `${Math.max(1, Math.ceil(inSeconds(every)))}s`;
  const scrape = {
    job_name: job,
    metrics_path: path,
    scrape_interval: interval,
    scrape_timeout: inSeconds(every) > 10 ? "10s" : interval,
    static_configs: [{ targets: [`${CONTAINER}:${port}`], labels }],
    relabel_configs: [{ target_label: "instance", replacement: `\${env:INSTANCE}:${port}` }],
  };
  const config = {
    receivers: { prometheus: { config: { scrape_configs: [scrape] } } },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 65, spike_limit_percentage: 20 },
      resourcedetection: { detectors: ["gcp"], timeout: "10s" },
      resource: {
        attributes: ["cluster", "namespace"].map((key) => ({ key, value: namespace, action: "upsert" })),
      },
      batch: { send_batch_size: 200, send_batch_max_size: 200, timeout: "5s" },
    },
    exporters: { googlemanagedprometheus: {} },
    service: {
      pipelines: {
        metrics: {
          receivers: ["prometheus"],
          processors: ["memory_limiter", "resourcedetection", "resource", "batch"],
          exporters: ["googlemanagedprometheus"],
        },
      },
    },
  };
  return stringify(config);
}
