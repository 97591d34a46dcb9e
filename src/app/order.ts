/** The order in which services come to be: what a service uses or waits for comes first. */
import type { App } from "../config/model.ts";

/** Names of all services. The configuration has refused cycles; a name in one comes where it is met. */
export function startOrder(app: Pick<App, "services">): string[] {
  const ordered = new Set<string>();
  const entered = new Set<string>();
  const visit = (name: string) => {
    const service = app.services[name];
    if (!service || entered.has(name)) return;
    entered.add(name);
    for (const needed of [...service.after, ...Object.keys(service.uses)]) visit(needed);
    ordered.add(name);
  };
  for (const name of Object.keys(app.services)) visit(name);
  return [...ordered];
}
