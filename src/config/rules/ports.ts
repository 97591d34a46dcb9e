/** Ports of services that development publishes on the host do not clash. Tools give way by themselves. */
import type { App } from "../model.ts";
import type { Find } from "./find.ts";

interface Published {
  readonly port: number;
  /** Said in a message: `services.api.port`. */
  readonly by: string;
  readonly path: readonly string[];
}

export function checkPorts(app: App): Find[] {
  if (!app.development) return [];
  const seen = new Map<number, string>();
  return published(app).flatMap(({ port, by, path }): Find[] => {
    const first = seen.get(port);
    if (first === undefined) seen.set(port, by);
    if (first === undefined) return [];
    const remedy = "choose another port, or set development: false for this environment";
    return [
      { path, what: `${port} is the port of ${first} already, and development publishes both`, remedy },
    ];
  });
}

function published(app: App): Published[] {
  return Object.entries(app.services).flatMap(([name, { port, metrics }]) => {
    const path = ["services", name];
    const own =
      port === undefined ? [] : [{ port, by: [...path, "port"].join("."), path: [...path, "port"] }];
    if (!metrics || metrics.port === port) return own;
    const measured = [...path, "metrics", "port"];
    return [...own, { port: metrics.port, by: measured.join("."), path: measured }];
  });
}
