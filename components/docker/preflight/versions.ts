/** Whether data on the host can be read by the version that is to run: no PostgreSQL starts on what another major version
 * wrote, and the container that could still read it would be gone by then.
 */
import type { App } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import type { EngineFacts } from "./engine.ts";

export function checkVersions(app: App, { versions }: Pick<EngineFacts, "versions">): Problem[] {
  return Object.entries(app.data).flatMap(([name, data]) => {
    const written = versions.get(name);
    if (data.kind !== "postgres" || written === undefined || written === String(data.version)) return [];
    return [
      {
        path: ["data", name, "version"],
        what: `${data.version} can't read what the volume holds, which PostgreSQL ${written} wrote`,
        allowed: written,
        remedy: `set version: ${written}, or dump it with pg_dump, remove the container and the volume, and restore it into the new one`,
      },
    ];
  });
}
