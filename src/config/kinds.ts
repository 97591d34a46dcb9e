/** Which keys each kind of service and data has. A key of another kind is an error, never silently dropped. */
import type { DataKind, ServiceKind } from "./model.ts";
import { dataKeys } from "./schema/data.ts";
import type { ParsedService } from "./schema/services.ts";

type ServiceKey = keyof ParsedService;

const PROCESS = [
  "kind",
  "build",
  "image",
  "command",
  "cpu",
  "memory",
  "reserve",
  "gpu",
  "timeout",
  "stopGrace",
  "uses",
  "env",
  "envNames",
  "secrets",
  "secretsAs",
  "egress",
  "after",
  "scratch",
  "user",
  "develop",
] as const satisfies readonly ServiceKey[];
const SERVER = [
  ...PROCESS,
  "port",
  "scale",
  "health",
  "streaming",
  "metrics",
  "rollout",
] as const satisfies readonly ServiceKey[];

export const serviceKeys: Readonly<Record<ServiceKind, readonly ServiceKey[]>> = {
  web: SERVER,
  model: SERVER,
  worker: [...PROCESS, "port", "scale", "health", "metrics", "rollout"],
  job: PROCESS,
  cron: [...PROCESS, "schedule"],
  static: [
    "kind",
    "build",
    "port",
    "cpu",
    "memory",
    "reserve",
    "scale",
    "health",
    "rollout",
    "stopGrace",
    "timeout",
    "fallback",
    "after",
    "env",
    "develop",
  ],
};

export const keysOfData = (kind: DataKind): readonly string[] => ["kind", ...Object.keys(dataKeys[kind])];
