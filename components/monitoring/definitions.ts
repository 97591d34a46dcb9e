/** All that monitoring shows and watches for an app: generated from what its services declare, and checked. */
import type { App } from "../../src/config/model.ts";
import { ConfigError } from "../../src/config/problem.ts";
import { checkDefinitions, type Definitions } from "./check.ts";
import { dashboardsOf } from "./dashboards/index.ts";
import { catalogueOf } from "./metric-catalogue.ts";
import { rulesOf } from "./rules/index.ts";

/** Throws a ConfigError when a definition names a metric or label that is not declared.
 *
 * @param own An app's own dashboards and rules, shown beside the generated ones and checked in the same way.
 * @param jobs Prometheus jobs that must be there: an alert tells when one is gone altogether.
 */
export function monitoringOf(
  app: App,
  { own, jobs }: { readonly own?: Definitions; readonly jobs?: readonly string[] } = {},
): Definitions {
  const definitions = {
    dashboards: [...dashboardsOf(app), ...(own?.dashboards ?? [])],
    rules: [...rulesOf(app, jobs), ...(own?.rules ?? [])],
  };
  const problems = checkDefinitions(definitions, catalogueOf(app));
  if (problems.length > 0) throw new ConfigError(problems);
  return definitions;
}
