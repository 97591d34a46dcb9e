/** Rollouts that Cloud Run does not carry, or not in one run of `up`. */
import { formatPercent } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import type { Question } from "./deployment.ts";
import { shareOf } from "./rollout.ts";
import { answersRequests } from "./web.ts";

export function refuseRollout({ deployment, name, spec }: Question): Problem[] {
  const { app, settings } = deployment;
  const { rollout } = spec;
  const path = ["services", name, "rollout"];
  const here = `change it for this target under environments.${app.environment}.services.${name}.rollout`;
  if (rollout.strategy !== "canary") {
    const stray = settings.canary[name]
      ? [
          {
            path: ["atelier:gcp-cloud-run", "canary", name],
            what: `${name} rolls out by ${rollout.strategy}, so that nothing would follow it`,
            remedy: "remove it or set strategy: canary",
          },
        ]
      : [];
    if (!rollout.gate) return stray;
    const what = `a gate on measurements is not carried by gcp-cloud-run with ${rollout.strategy}: a new revision counts once it is ready`;
    return [
      ...stray,
      { path: [...path, "gate"], what, remedy: `set strategy: canary and rollback: manual; ${here}` },
    ];
  }
  if (!answersRequests(spec)) {
    const what = `canary is not carried for a ${spec.kind}, which gets no requests`;
    return [{ path: [...path, "strategy"], what, allowed: "rolling, blue-green", remedy: here }];
  }
  return [...refuseUnattended(path, { here, rollout }), ...refuseStart(path, { deployment, name, spec })];
}

function refuseUnattended(
  path: readonly string[],
  { here, rollout }: { readonly here: string; readonly rollout: Question["spec"]["rollout"] },
): Problem[] {
  if (!rollout.gate || rollout.rollback === "manual") return [];
  return [
    {
      path: [...path, "rollback"],
      what: "automatic needs somebody who watches the gate, and Cloud Run does not",
      allowed: "manual",
      remedy: `set rollback: manual, and go on or back by atelier:gcp-cloud-run: { canary: … } as the outputs say; ${here}`,
    },
  ];
}

function refuseStart(path: readonly string[], { deployment, name, spec }: Question): Problem[] {
  const { settings } = deployment;
  if (!settings.canary[name]) {
    return [
      {
        path: [...path, "strategy"],
        what: "canary needs to know which revision serves now",
        remedy: `run pulumi config set --path 'atelier:gcp-cloud-run.canary["${name}"].stable' with the revision that the stack's outputs name, or none before there is one`,
      },
    ];
  }
  const share = shareOf({ name, spec, settings });
  if (Number.isInteger(Math.round(share * 1e6) / 1e4)) return [];
  return [
    {
      path: [...path, "share"],
      what: `${formatPercent(share)} is not a share that Cloud Run can give`,
      allowed: "whole percents",
      remedy: `set share: ${Math.ceil(share * 100)}%`,
    },
  ];
}
