/** What Cloud SQL can't do for a Postgres, with the reason and the way out; and what it does otherwise. A path that
 * begins with `settings` is one of the stack config's block `atelier:<target>`.
 */
import { statSync } from "node:fs";
import { consumersOf } from "../../../src/app/links.ts";
import type { App, Postgres } from "../../../src/config/model.ts";
import { formatBytes, formatDuration } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { suggest } from "../../../src/config/suggest.ts";
import { days, gibibytes, mebibytes } from "../../../src/config/units.ts";
import { refuseLogins } from "../../data/postgres/logins.ts";
import type { GcpSettings } from "../settings.ts";
import { EXTENSIONS } from "./extensions.ts";
import { diskOf, inDays, logDays, machineOf, replicaRegions } from "./instance.ts";
import { cpusFor, MOST_CPUS, mostMemory, parseTier } from "./tiers.ts";

const VERSIONS = [13, 14, 15, 16, 17, 18];
/** Roles of Google's own on every instance. */
const RESERVED = ["cloudsqladmin", "cloudsqlagent", "cloudsqlsuperuser"];
const MOST_BACKUP_DAYS = 365;
const MOST_DISK_GIB = 65_536;
const MOST_SHARED_DISK_GIB = 3062;
const MOST_REPLICAS = 10;
/** Init files come as secrets of 60 kB each, one mount per piece. */
const MOST_INIT = mebibytes(1);

interface Question {
  readonly app: App;
  readonly name: string;
  readonly spec: Postgres;
  readonly settings: GcpSettings;
}

const QUESTIONS: readonly ((question: Question) => Problem[])[] = [
  refuseVersion,
  refuseSize,
  refuseTier,
  refuseStorage,
  refuseExtensions,
  refuseBackup,
  refuseReplicas,
  refuseInit,
  ({ app, name }) => refuseLogins(Object.keys(consumersOf(app, name)), RESERVED),
];

/** Every reason why Cloud SQL does not take the app's databases. */
export function refusePostgres(app: App, settings: GcpSettings): Problem[] {
  return databases(app, settings).flatMap((question) => QUESTIONS.flatMap((refuse) => refuse(question)));
}

/** What is honoured in another way, one sentence each. */
export function differencesPostgres(app: App, settings: GcpSettings): string[] {
  // A tier that is wrong is refused; there is nothing to tell about it.
  return databases(app, settings)
    .filter((question) => refuseTier(question).length === 0)
    .flatMap((question) => [
      ...differentSize(question),
      ...differentBackup(question),
      ...(question.spec.replicas > 0 ? differentReaders(question) : []),
    ]);
}

function databases(app: App, settings: GcpSettings): Question[] {
  return Object.entries(app.data).flatMap(([name, spec]) =>
    spec.kind === "postgres" ? [{ app, name, spec, settings }] : [],
  );
}

function refuseVersion({ name, spec: { version } }: Question): Problem[] {
  if (VERSIONS.includes(version)) return [];
  return [
    {
      path: ["data", name, "version"],
      what: `Cloud SQL has no PostgreSQL ${version}`,
      allowed: VERSIONS.join(", "),
      remedy: "set version: 16",
    },
  ];
}

/** A named machine is what it is; cpu and memory then say nothing. */
function refuseSize({ name, spec: { cpu, memory }, settings }: Question): Problem[] {
  if (settings.data[name]?.tier !== undefined) return [];
  if (cpu > MOST_CPUS) {
    return [
      {
        path: ["data", name, "cpu"],
        what: `${cpu} cores are more than Cloud SQL's largest machine has`,
        allowed: `up to ${MOST_CPUS}`,
        remedy: `set cpu: ${MOST_CPUS}`,
      },
    ];
  }
  const most = mostMemory(cpu);
  if (memory <= most) return [];
  const enough = cpusFor(memory);
  return [
    {
      path: ["data", name, "memory"],
      what: `${formatBytes(memory)} is too much for cpu ${cpu}: Cloud SQL gives 6.5Gi per core`,
      allowed: `up to ${formatBytes(most)}`,
      remedy:
        enough > MOST_CPUS
          ? `set memory: ${formatBytes(most)}`
          : `set cpu: ${enough} or memory: ${formatBytes(most)}`,
    },
  ];
}

function refuseTier({ name, settings }: Question): Problem[] {
  const named = settings.data[name]?.tier;
  const tier = named === undefined ? undefined : parseTier(named);
  if (!tier || !("wrong" in tier)) return [];
  return [
    {
      path: ["settings", "data", name, "tier"],
      what: `${named} ${tier.wrong}`,
      allowed: tier.allowed,
      remedy: "write db-custom-2-7680 for instance, or leave it out to have it follow from cpu and memory",
    },
  ];
}

function refuseStorage(question: Question): Problem[] {
  const { name, spec, settings } = question;
  if (refuseTier(question).length > 0) return [];
  const machine = machineOf(name, spec, settings);
  const most = machine.shared ? MOST_SHARED_DISK_GIB : MOST_DISK_GIB;
  if (diskOf(spec) <= most) return [];
  return [
    {
      path: ["data", name, "storage"],
      what: `${formatBytes(spec.storage)} is more than ${machine.name} takes`,
      allowed: `up to ${most}Gi`,
      remedy: machine.shared ? "set cpu: 1 for a machine of its own" : `set storage: ${most}Gi`,
    },
  ];
}

function refuseExtensions({ name, spec }: Question): Problem[] {
  return spec.extensions.flatMap((extension, index) => {
    if (EXTENSIONS.includes(extension)) return [];
    const near = suggest(extension, EXTENSIONS);
    return [
      {
        path: ["data", name, "extensions", index],
        what: `Cloud SQL does not have the extension ${extension}`,
        ...(!near && { allowed: EXTENSIONS.join(", ") }),
        remedy: near ? `did you mean ${near}?` : "remove it, or run the database on another target",
      },
    ];
  });
}

function refuseBackup({ name, spec: { backup, highAvailability, replicas } }: Question): Problem[] {
  const path = ["data", name, "backup"];
  if (!backup && (highAvailability || replicas > 0)) {
    const why = highAvailability ? "highAvailability" : "replicas";
    return [
      {
        path,
        what: `${why} stands on the log that backups keep, and there are none`,
        remedy: `set backup: { every: 24h, keep: 7d }, or leave ${why} out`,
      },
    ];
  }
  if (!backup || inDays(backup.keep) <= MOST_BACKUP_DAYS) return [];
  return [
    {
      path: [...path, "keep"],
      what: `${formatDuration(backup.keep)} is longer than Cloud SQL keeps a backup`,
      allowed: `up to ${MOST_BACKUP_DAYS}d`,
      remedy: `set keep: ${MOST_BACKUP_DAYS}d`,
    },
  ];
}

function refuseReplicas({ app, name, spec, settings }: Question): Problem[] {
  const path = ["data", name, "replicas"];
  if (spec.replicas > MOST_REPLICAS) {
    return [
      {
        path,
        what: `${spec.replicas} replicas are more than an instance of Cloud SQL has`,
        allowed: `0–${MOST_REPLICAS}`,
        remedy: `set replicas: ${MOST_REPLICAS}`,
      },
    ];
  }
  const home = settings.region ?? app.regions[0];
  if (settings.encryptionKey === undefined || home === undefined) return [];
  const away = replicaRegions({ spec, deployment: { app, settings } }).find((region) => region !== home);
  if (away === undefined) return [];
  return [
    {
      path,
      what: `a replica in ${away} would need a key of its own there, and encryptionKey is one of ${home}`,
      remedy: "set replicas: 0, or leave encryptionKey out",
    },
  ];
}

function refuseInit({ name, spec: { init } }: Question): Problem[] {
  const size = init.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  if (size <= MOST_INIT) return [];
  return [
    {
      path: ["data", name, "init"],
      what: `the files have ${Math.ceil(size / mebibytes(1))} MiB together, and the setup job gets them as secrets`,
      allowed: "up to 1 MiB",
      remedy: "keep the tables here and load the rows by a service of kind job",
    },
  ];
}

function differentSize({ name, spec, settings }: Question): string[] {
  const machine = machineOf(name, spec, settings);
  const disk = diskOf(spec);
  return [
    ...(machine.memory > spec.memory && !machine.shared
      ? [
          `data.${name}: the machine is ${machine.name} with ${formatBytes(machine.memory)} of memory, the least that Cloud SQL has for this cpu`,
        ]
      : []),
    ...(gibibytes(disk) >= spec.storage + gibibytes(1)
      ? [`data.${name}: the disk has ${disk}Gi, the least that Cloud SQL has`]
      : []),
    `data.${name}: the disk grows by itself up to ${disk * 2}Gi; a larger storage later raises that limit, and nothing makes the disk smaller`,
  ];
}

function differentBackup({ name, spec: { backup, ...spec }, settings }: Question): string[] {
  if (!backup) return [];
  const { edition } = machineOf(name, { ...spec, backup }, settings);
  const back = logDays(backup, edition);
  return [
    ...(backup.every === days(1)
      ? []
      : [
          `data.${name}: backups are daily; in between any moment of the last ${back === 1 ? "day" : `${back} days`} can be restored from the log`,
        ]),
    ...(backup.drill === "never"
      ? []
      : [
          `data.${name}: Cloud SQL does not restore backups to prove them; a ${backup.drill} drill is yours to run`,
        ]),
  ];
}

function differentReaders({ app, name, spec, settings }: Question): string[] {
  const home = settings.region ?? app.regions[0];
  if (home === undefined) return [];
  const readers = Object.entries(consumersOf(app, name)).flatMap(([service, access]) =>
    access === "read" ? [service] : [],
  );
  const near = replicaRegions({ spec, deployment: { app, settings } }).includes(home);
  if (!near || readers.length === 0) return [];
  return [`data.${name}: ${readers.join(", ")} read from a replica, which may be a moment behind`];
}
