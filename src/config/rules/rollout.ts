/** Rollouts: a gate asks for something that is measured. */
import type { App, Service } from "../model.ts";
import { formatPercent } from "../parse.ts";
import { suggest } from "../suggest.ts";
import type { Find } from "./find.ts";

export function checkRollouts(app: App): Find[] {
  return Object.entries(app.services).flatMap(([name, service]) => [
    ...checkShare(name, service),
    ...checkGate(name, service),
    ...checkGateMetric(name, service),
  ]);
}

function checkShare(name: string, { rollout: { strategy, share } }: Service): Find[] {
  const path = ["services", name, "rollout", "share"];
  if (share === undefined) return [];
  if (strategy !== "canary") {
    const remedy = "remove share or set strategy: canary";
    return [{ path, what: `strategy ${strategy} has no share`, allowed: "with canary", remedy }];
  }
  if (share > 0 && share < 1) return [];
  const what = `${formatPercent(share)} is not a part of the traffic`;
  return [{ path, what, allowed: "more than 0% and less than 100%", remedy: "write 10% for instance" }];
}

function checkGate(name: string, { kind, rollout: { gate } }: Service): Find[] {
  if (!gate) return [];
  const path = ["services", name, "rollout", "gate"];
  const { errorRate, p95, metric } = gate;
  if (errorRate === undefined && p95 === undefined && metric === undefined) {
    return [
      {
        path,
        what: "asks for nothing",
        allowed: "errorRate, p95, metric",
        remedy: "add errorRate: 1% for instance, or remove it",
      },
    ];
  }
  if (kind !== "worker") return [];
  return (["errorRate", "p95"] as const)
    .filter((key) => gate[key] !== undefined)
    .map((key) => ({
      path: [...path, key],
      what: "a worker answers no requests, so this is never measured",
      allowed: "metric",
      remedy: "name a metric that the service declares",
    }));
}

function checkGateMetric(name: string, { rollout, metrics }: Service): Find[] {
  const metric = rollout.gate?.metric?.name;
  if (metric === undefined || metric === "") return [];
  const known = Object.keys(metrics?.declares ?? {});
  if (known.includes(metric)) return [];
  const near = suggest(metric, known);
  return [
    {
      path: ["services", name, "rollout", "gate", "metric", "name"],
      follows: [["services", name, "metrics"]],
      what: `${metric} is not declared by ${name}`,
      ...(known.length > 0 && { allowed: known.join(", ") }),
      remedy:
        near === undefined ? `declare it under services.${name}.metrics.declares` : `did you mean ${near}?`,
    },
  ];
}

/** A metric has one type and one set of labels, whoever declares it. */
export function checkMetrics(app: App): Find[] {
  const seen = new Map<string, { readonly by: string; readonly shape: string }>();
  return Object.entries(app.services).flatMap(([name, { metrics }]) =>
    Object.entries(metrics?.declares ?? {}).flatMap(([metric, { type, labels }]): Find[] => {
      const shape = `${type} of [${[...labels].sort().join(", ")}]`;
      const first = seen.get(metric);
      if (!first) seen.set(metric, { by: name, shape });
      if (!first || first.shape === shape) return [];
      return [
        {
          path: ["services", name, "metrics", "declares", metric],
          what: `${metric} is a ${shape} here and a ${first.shape} in ${first.by}`,
          remedy: "declare the same type and labels in both, or rename one",
        },
      ];
    }),
  );
}
