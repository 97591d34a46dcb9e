/** What Memorystore can't do for a Redis, with the reason and the way out; and what it does otherwise. */

import { consumersOf } from "../../../src/app/links.ts";
import { prefixOf } from "../../../src/config/connections.ts";
import type { App, Redis } from "../../../src/config/model.ts";
import { formatBytes } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { gibibytes } from "../../../src/config/units.ts";
import type { GcpSettings } from "../settings.ts";
import { MOST_GIB, sizeOf, VERSIONS } from "./instance.ts";

interface Question {
  readonly app: App;
  readonly name: string;
  readonly spec: Redis;
}

/** Every reason why Memorystore does not take the app's Redis. */
export function refuseRedis(app: App, { data }: GcpSettings): Problem[] {
  return caches(app).flatMap((question) => [
    ...refuseVersion(question),
    ...refuseMemory(question),
    ...refuseBackup(question),
    ...refuseTier(question.name, data[question.name]?.tier),
  ]);
}

/** What is honoured in another way, one sentence each. */
export function differencesRedis(app: App): string[] {
  return caches(app).flatMap(({ name, spec }) => {
    const readers = Object.entries(consumersOf(app, name)).flatMap(([service, access]) =>
      access === "read" ? [service] : [],
    );
    const ca = `${prefixOf(name)}CA`;
    return [
      `data.${name}: the connection is encrypted (rediss://) by a certificate authority of this instance alone; clients trust it by ${ca}_FILE, or ${ca} where secretsAs is environment`,
      ...(gibibytes(sizeOf(spec)) > spec.memory
        ? [`data.${name}: memory is ${sizeOf(spec)}Gi, the next step that Memorystore has`]
        : []),
      ...(spec.persistence === "append-only"
        ? [
            `data.${name}: Memorystore has no append-only file; a snapshot is taken every hour, and what was written since is lost when ${spec.highAvailability ? "both machines fail" : "the machine fails"}`,
          ]
        : []),
      ...(readers.length > 0
        ? [
            `data.${name}: Memorystore has one login for everybody, so nothing but their own code keeps ${readers.join(", ")} from writing`,
          ]
        : []),
    ];
  });
}

function caches(app: App): Question[] {
  return Object.entries(app.data).flatMap(([name, spec]) =>
    spec.kind === "redis" ? [{ app, name, spec }] : [],
  );
}

function refuseVersion({ name, spec: { version } }: Question): Problem[] {
  if (VERSIONS[version] !== undefined) return [];
  return [
    {
      path: ["data", name, "version"],
      what: `Memorystore has no Redis ${version}`,
      allowed: Object.keys(VERSIONS).join(", "),
      remedy: "set version: 7",
    },
  ];
}

function refuseMemory({ name, spec }: Question): Problem[] {
  if (sizeOf(spec) <= MOST_GIB) return [];
  return [
    {
      path: ["data", name, "memory"],
      what: `${formatBytes(spec.memory)} is more than one instance of Memorystore has`,
      allowed: `up to ${MOST_GIB}Gi`,
      remedy: `set memory: ${MOST_GIB}Gi, or divide the data into two parts`,
    },
  ];
}

function refuseBackup({ name, spec: { backup } }: Question): Problem[] {
  if (!backup) return [];
  return [
    {
      path: ["data", name, "backup"],
      what: "Memorystore keeps its last snapshot alone, and nothing to go back to",
      remedy: "set backup: none and persistence: snapshot, or keep in postgres what must not be lost",
    },
  ];
}

/** Its tier follows from highAvailability, its size from memory; a name would say one of them twice. */
function refuseTier(name: string, tier: string | undefined): Problem[] {
  if (tier === undefined) return [];
  return [
    {
      path: ["settings", "data", name, "tier"],
      what: `${tier} is a machine, and Memorystore has none to choose`,
      remedy: `remove it; set memory and highAvailability of data.${name}`,
    },
  ];
}
