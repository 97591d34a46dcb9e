/** The three presets: what an environment starts from, above the defaults and below app.yaml.
 *
 * dev: cheap and deletable, ports published, sources mounted. staging: like prod, smaller. prod: highly available,
 * protected, backed up.
 */
import type { PresetName } from "./model.ts";
import type { WrittenData } from "./schema/data.ts";
import type { Table } from "./tables.ts";

const backup = { every: "24h", keep: "14d", drill: "never" } satisfies WrittenData["backup"];
const provenBackup = { every: "24h", keep: "30d", drill: "monthly" } satisfies WrittenData["backup"];

export const presets: Readonly<Record<PresetName, Table>> = {
  dev: {
    app: {
      development: true,
      edge: { domain: "localhost", waf: "detect", hsts: { maxAge: "1h" } },
      monitoring: { retention: "2d", logs: { retention: "2d" } },
      usage: { users: 10 },
    },
    services: {},
    data: {},
  },
  staging: {
    app: { monitoring: { retention: "7d", logs: { retention: "7d" } }, usage: { users: 100 } },
    services: {},
    data: {
      postgres: { storage: "10Gi", backup },
      redis: { persistence: "snapshot" },
      documents: { storage: "10Gi", backup },
      vectors: { backup },
      bucket: { versioning: true },
    },
  },
  prod: {
    app: {
      protect: true,
      edge: { hsts: { maxAge: "730d" } },
      monitoring: { retention: "30d", logs: { retention: "30d" } },
      usage: { users: 1000 },
    },
    services: { web: { scale: { min: 2 } }, model: { scale: { min: 2 } }, static: { scale: { min: 2 } } },
    data: {
      postgres: { cpu: 1, memory: "2Gi", storage: "20Gi", highAvailability: true, backup: provenBackup },
      redis: { memory: "256Mi", persistence: "append-only", highAvailability: true },
      documents: { cpu: 1, memory: "2Gi", storage: "20Gi", highAvailability: true, backup: provenBackup },
      vectors: { backup: provenBackup },
      bucket: { versioning: true, backup: provenBackup },
    },
  },
};
