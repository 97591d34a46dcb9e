/** A service that answers requests is reached by somebody. Only asked once names hold. */
import type { App } from "../model.ts";
import type { Find } from "./find.ts";
import { serves } from "./names.ts";

export function checkReach(app: App): Find[] {
  const reached = new Set([
    ...Object.values(app.services).flatMap(({ uses }) => Object.keys(uses)),
    ...Object.values(app.routes).flatMap(({ to }) => (to.type === "service" ? [to.service] : [])),
  ]);
  return Object.entries(app.services)
    .filter(([name, service]) => serves(service) && !reached.has(name))
    .map(([name, { kind }]) => ({
      path: ["services", name],
      what: `${name} is a ${kind} service that no route and no uses reaches`,
      remedy: `add a route such as /${name}: ${name}, put it into another service's uses, or remove it`,
    }));
}
