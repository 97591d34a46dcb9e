/** Samples of Prometheus metrics that instances of a service send. */
import type { Service } from "../../config/model.ts";
import { PROCESS_SERIES, SECONDS, SERIES } from "../assumptions.ts";
import type { Draft, Range } from "../model.ts";
import type { GoogleSku } from "../prices/google.ts";
import { times } from "../range.ts";

export function samplesOf(service: Service | undefined, instances: Range): Draft<GoogleSku>[] {
  if (!service?.metrics) return [];
  const { declares, every } = service.metrics;
  const declared = Object.values(declares).reduce((total, { type }) => total + SERIES[type], 0);
  const series = declared + PROCESS_SERIES;
  return [
    {
      sku: "monitoring.samples",
      what: `${series} time series an instance, every ${every / 1000} s`,
      quantity: times(instances, (series * SECONDS) / (every / 1000)),
    },
  ];
}
