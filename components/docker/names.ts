/** The name that everything of one deployment starts with. */
import type { App } from "../../src/config/model.ts";

/** `flashfit-dev`: unique on the host, prefix of every name. */
export function stackOf(app: Pick<App, "name" | "environment">): string {
  return `${app.name}-${app.environment}`;
}

/** Project of emulators. Google's tools keep `demo-` for them and never call out for such a project. */
export function emulatedProject(app: Pick<App, "name" | "environment">): string {
  return `demo-${stackOf(app)}`;
}
