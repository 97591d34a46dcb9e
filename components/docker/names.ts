/** The name that everything of one deployment starts with. */
import type { App } from "../../src/config/model.ts";

/** `flashfit-dev`: unique on the host, prefix of every name. */
export function stackOf(app: Pick<App, "name" | "environment">): string {
  return `${app.name}-${app.environment}`;
}
