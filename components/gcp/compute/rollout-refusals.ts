/** Rollouts that a group of machines does not know. */
import type { App, Service } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { regionsOf } from "../deployment.ts";
import { serviceSettings } from "./deployment.ts";
import type { ComputeSettings } from "./settings.ts";

export function refuseRollout({
  app,
  settings,
  name,
  spec,
}: {
  readonly app: App;
  readonly settings: ComputeSettings;
  readonly name: string;
  readonly spec: Service;
}): Problem[] {
  const { strategy, gate } = spec.rollout;
  const { stable } = serviceSettings(settings, name);
  const own = ["atelier:gcp-compute", "services", name, "stable"];
  const regions = regionsOf({ app, settings });
  return [
    ...(gate
      ? [
          {
            path: ["services", name, "rollout", "gate"],
            what: "a gate on measurements is not carried by gcp-compute: a new instance counts once its liveness check passes",
            remedy: `change it for this target under environments.${app.environment}.services.${name}.rollout, or watch a canary with alerts and take it back by hand`,
          },
        ]
      : []),
    ...(stable && strategy !== "canary"
      ? [
          {
            path: own,
            what: `${name} has the strategy ${strategy}, which keeps no stable version beside the new one`,
            allowed: "with rollout.strategy: canary",
            remedy: "remove stable or set strategy: canary",
          },
        ]
      : []),
    ...regionsWithout(stable, regions).map((region) => ({
      path: own,
      what: `names no template for ${region}, where the canary would be the only version`,
      remedy: `add the template of ${region} from the stack output templates`,
    })),
    ...elsewhere(stable ?? {}).map(([region, template]) => ({
      path: [...own, region],
      what: `${template} is not a template of ${region}`,
      remedy: "name the one that the stack output templates shows for the region",
    })),
  ];
}

const regionsWithout = (stable: Readonly<Record<string, string>> | undefined, regions: readonly string[]) =>
  stable ? regions.filter((region) => stable[region] === undefined) : [];

const elsewhere = (stable: Readonly<Record<string, string>>) =>
  Object.entries(stable).filter(([region, template]) => !template.includes(`/regions/${region}/`));
