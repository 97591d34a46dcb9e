/** Rules across fields: what each value alone cannot show. Each is a pure function of the app. */
import type { App } from "../model.ts";
import { checkAuth } from "./auth.ts";
import { checkAlerts, checkEdge } from "./edge.ts";
import type { Find } from "./find.ts";
import { checkDataLimits, checkServiceLimits } from "./limits.ts";
import { checkAfter, checkOwnNames, checkSecretNames, checkSomeService, checkUses } from "./names.ts";
import { checkOrder } from "./order.ts";
import { checkPorts } from "./ports.ts";
import { checkReach } from "./reach.ts";
import { checkMetrics, checkRollouts } from "./rollout.ts";
import { checkRoutes, checkSamePath } from "./routes.ts";
import { checkVariables } from "./variables.ts";

type Rule = (app: App) => readonly Find[];

const NAMES: readonly Rule[] = [checkOwnNames, checkUses, checkAfter, checkRoutes, checkSamePath];
const REST: readonly Rule[] = [
  checkSecretNames,
  checkOrder,
  checkVariables,
  checkServiceLimits,
  checkDataLimits,
  checkAuth,
  checkRollouts,
  checkMetrics,
  checkPorts,
  checkEdge,
  checkAlerts,
];

/** `broken`: parts of it could not be read, so that nothing is said about what seems unused. `parts`: there is more
 * beside it, which may be what reaches and uses it.
 */
export type Extent = "whole" | "broken" | "parts";

export function checkRules(app: App, extent: Extent): Find[] {
  const some = extent === "parts" ? [] : checkSomeService(app);
  const names = [...some, ...NAMES.flatMap((rule) => rule(app))];
  const reach = extent === "whole" && names.length === 0 ? checkReach(app) : [];
  return [...names, ...reach, ...REST.flatMap((rule) => rule(app))];
}
