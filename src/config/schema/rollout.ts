/** The written form of a rollout. */
import { z } from "zod";
import { duration, durationWithin, keys, oneOf, pattern, share } from "./leaf.ts";

export const rollout = keys({
  strategy: oneOf("rolling", "blue-green", "canary").meta({
    description: "How a new version takes over. Without it: rolling.",
  }),
  share: share().meta({
    description: "Traffic share of the new version while the gate is watched. Only canary. Without it: 10%.",
  }),
  gate: keys({
    errorRate: share().meta({ description: "Highest share of 5xx answers.", examples: ["1%"] }),
    p95: duration().meta({ description: "Highest 95th percentile of the answer time.", examples: ["2s"] }),
    metric: keys({
      name: pattern(
        "a metric name",
        "letters, digits, _ and :",
        "http_requests_total",
        /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
      ).meta({
        description: "A metric that the service declares.",
      }),
      max: z.number({ error: "a number such as 0.5" }).meta({ description: "Highest allowed value." }),
    }).meta({ description: "A declared metric and its highest allowed value." }),
    for: durationWithin("10s", "1h").meta({ description: "How long the gate is watched. Without it: 2m." }),
  }).meta({ description: "What the new version must hold. A failed gate leaves the old version serving." }),
  rollback: oneOf("automatic", "manual").meta({
    description: "What a failed gate does. Without it: automatic.",
  }),
}).meta({
  description: "How a new version replaces the old one without a lost request.",
  examples: [
    { strategy: "blue-green", gate: { errorRate: "1%", p95: "2s", for: "2m" }, rollback: "automatic" },
  ],
});
