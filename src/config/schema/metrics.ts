/** The written form of a service's metrics, and of a file that declares them. */
import { z } from "zod";
import { durationWithin, file, keys, line, list, named, oneOf, pattern, port, urlPath } from "./leaf.ts";

const metricName = () =>
  pattern(
    "a metric name",
    "letters, digits, _ and :, not starting with a digit",
    "http_requests_total",
    /^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/,
  );

const labelName = () =>
  pattern(
    "a label name",
    "letters, digits and _, not starting with a digit or __",
    "status",
    /^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,99}$/,
  );

const declared = keys({
  type: oneOf("counter", "gauge", "histogram", "summary").meta({ description: "Prometheus type." }),
  help: line("one line such as Requests by status").meta({
    description: "What it counts or measures, with its unit.",
  }),
  labels: list("a list such as [status]", labelName()).meta({
    description: "Label names. Without it: none.",
  }),
}).meta({ id: "DeclaredMetric", description: "A metric that the service promises to expose." });

export const declarations = named(
  "a map such as http_requests_total: { type: counter, help: Requests }",
  metricName(),
  declared,
);

export const metrics = keys({
  port: port().meta({ description: "Port of the metrics. Without it: the service's `port`." }),
  path: urlPath().meta({ description: "Path of the metrics. Without it: /metrics." }),
  every: durationWithin("1s", "1h").meta({ description: "Time between two readings. Without it: 15s." }),
  declares: z
    .union([file("metrics.yaml"), declarations], {
      error: "a map of metrics or the path of a file such as metrics.yaml",
    })
    .meta({
      description:
        "The metrics that dashboards, alerts and gates may name: name → type, help, labels; here or in a file beside app.yaml.",
      examples: [
        "metrics.yaml",
        { http_requests_total: { type: "counter", help: "Requests.", labels: ["status"] } },
      ],
    }),
}).meta({
  description: "Where Prometheus reads the service's own metrics. Not read without it.",
  examples: [{ port: 9092, declares: "metrics.yaml" }],
});
