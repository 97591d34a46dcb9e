/** What of the edge means something else on Google Cloud than its words say, one sentence each. */

import { saysPolicy } from "../../../src/app/edge-headers.ts";
import type { App } from "../../../src/config/model.ts";
import { advancedRules } from "./armor.ts";
import { limitedRoutes } from "./limits.ts";
import { setOf } from "./waf.ts";

/** What a project may have without asking for more. */
const USUAL_QUOTA = 20;

export function edgeDifferences(app: App): string[] {
  if (Object.keys(app.routes).length === 0) return [];
  const routes = limitedRoutes(app);
  return [
    ...routes.flatMap(([path, route]) => rateDifferences(app, path, route.rateLimit)),
    ...(routes.length > 0
      ? [
          "routes: a body above bodyLimit gets 403, not 413, and one that does not announce its length is limited by the service alone",
        ]
      : []),
    ...(app.edge.compression && hasUncached(app)
      ? [
          "edge.compression: Google compresses what Cloud CDN carries; other answers leave as the service wrote them",
        ]
      : []),
    ...(saysPolicy(app.edge)
      ? []
      : [
          "edge.headers: the default Content-Security-Policy takes the place of a service's own; set csp, or Content-Security-Policy: '' to leave it to the services",
        ]),
    ...(Object.values(app.routes).some(({ cache }) => cache)
      ? [
          "routes: Cloud CDN keeps files of static types by itself, and other answers only when the service marks them as public",
        ]
      : []),
    ...(Object.values(app.routes).some(({ to }) => to.type === "operators")
      ? ["routes: operators log in with Google accounts of the project's organization"]
      : []),
    ...Object.keys(app.edge.waf === "off" ? {} : app.edge.wafExclusions)
      .filter((id) => !setOf(id))
      .map(
        (id) =>
          `edge.wafExclusions.${id}: Cloud Armor does not carry this rule, so there is nothing to leave out`,
      ),
    ...(advancedRules(app) > USUAL_QUOTA
      ? [
          `edge: ${advancedRules(app)} rules with conditions are needed; a project may have ${USUAL_QUOTA} until it asks for a higher quota`,
        ]
      : []),
  ];
}

/** Each request is counted by one rule of Cloud Armor. */
function rateDifferences(
  app: App,
  path: string,
  { perMinute, perUser, paths }: App["routes"][string]["rateLimit"],
) {
  const longer = Object.keys(paths);
  const mark = app.edge.user.name;
  return [
    ...(perUser
      ? [
          `routes.${path}.rateLimit.perUser: counts per user and address, by the first 128 bytes of ${mark}${perMinute ? `; a request that carries it is not counted for its address, so made-up values get around perMinute` : ""}`,
        ]
      : []),
    ...(longer.length > 0 && (perMinute || perUser)
      ? [
          `routes.${path}.rateLimit.paths: requests below ${longer.join(", ")} are counted there and not for ${path}`,
        ]
      : []),
  ];
}

const hasUncached = (app: App) =>
  limitedRoutes(app).some(([, { cache, to }]) => !cache && to.type === "service");
