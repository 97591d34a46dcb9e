import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { differencesPostgres, refusePostgres } from "../../../components/gcp/postgres/refusals.ts";
import { parseTier, tierOf } from "../../../components/gcp/postgres/tiers.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { cores, days, gibibytes, hours, mebibytes } from "../../../src/config/units.ts";
import { makeApp, makePostgres, makeRedis, makeService } from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";
import { KEY } from "../../helpers/gcp-data.ts";

type Changes = Partial<DataOf<"postgres">>;
const backup = { every: days(1), keep: days(14), drill: "never" } as const;

function ask<T>(
  question: (app: App, settings: GcpSettings) => T,
  changes: Changes,
  { settings = {}, app = {} }: { settings?: Partial<GcpSettings>; app?: Partial<App> } = {},
): T {
  const whole = makeApp({ data: { db: makePostgres(changes), cache: makeRedis() }, ...app });
  return question(whole, makeGcp(whole, settings).settings);
}

const refuse = (changes: Changes, context: Parameters<typeof ask>[2] = {}) =>
  ask(refusePostgres, changes, context).map(formatProblem);
const differences = (changes: Changes, context: Parameters<typeof ask>[2] = {}) =>
  ask(differencesPostgres, changes, context);

describe("machines", () => {
  test.each([
    [0.5, mebibytes(512), "db-f1-micro"],
    [0.5, gibibytes(1), "db-g1-small"],
    [0.5, gibibytes(2), "db-custom-1-3840"],
    [1, mebibytes(512), "db-custom-1-3840"],
    [1, gibibytes(6.5), "db-custom-1-6656"],
    [1.5, gibibytes(4), "db-custom-2-4096"],
    [3, gibibytes(8.1), "db-custom-4-8448"],
    [8, gibibytes(4), "db-custom-8-7424"],
    [96, gibibytes(624), "db-custom-96-638976"],
  ])("%d cores with %d bytes are %s, ENTERPRISE (TPG#20498)", (cpu, memory, name) => {
    expect(tierOf({ cpu: cores(cpu), memory })).toMatchObject({ name, edition: "ENTERPRISE" });
    expect(parseTier(name)).toEqual(tierOf({ cpu: cores(cpu), memory }));
  });

  test("a fast one belongs to the other edition", () => {
    expect(parseTier("db-perf-optimized-N-8")).toEqual({
      name: "db-perf-optimized-N-8",
      edition: "ENTERPRISE_PLUS",
      shared: false,
      memory: gibibytes(64),
    });
  });

  const remedy = "write db-custom-2-7680 for instance, or leave it out to have it follow from cpu and memory";
  test.each([
    [
      "db-n1-standard-1",
      "db-n1-standard-1 is not a machine of Cloud SQL; allowed: db-f1-micro, db-g1-small, db-custom-<cpus>-<MiB>, db-perf-optimized-N-<cpus>",
    ],
    ["db-custom-3-7680", "db-custom-3-7680 has 3 cpus; allowed: 1, or an even number up to 96"],
    ["db-custom-2-3072", "db-custom-2-3072 has 3072 MiB for 2 cpus; allowed: 3840–13312, in steps of 256"],
    ["db-custom-1-6912", "db-custom-1-6912 has 6912 MiB for 1 cpus; allowed: 3840–6656, in steps of 256"],
    ["db-custom-2-7700", "db-custom-2-7700 has 7700 MiB for 2 cpus; allowed: 3840–13312, in steps of 256"],
  ])("%s is refused", (tier, message) => {
    const settings = { data: { db: { tier } } };
    expect(refuse({}, { settings })).toEqual([`settings.data.db.tier: ${message}; ${remedy}`]);
    expect(differences({}, { settings })).toEqual([]);
  });
});

describe("what Cloud SQL can't do is refused", () => {
  test("nothing of an app that it can carry", () => {
    expect(refuse({})).toEqual([]);
    expect(
      refuse({ highAvailability: true, replicas: 2, backup, extensions: ["vector", "uuid-ossp"] }),
    ).toEqual([]);
  });

  test.each<[Changes, string]>([
    [
      { version: 12 },
      "data.db.version: Cloud SQL has no PostgreSQL 12; allowed: 13, 14, 15, 16, 17, 18; set version: 16",
    ],
    [
      { cpu: cores(128) },
      "data.db.cpu: 128 cores are more than Cloud SQL's largest machine has; allowed: up to 96; set cpu: 96",
    ],
    [
      { memory: gibibytes(16) },
      "data.db.memory: 16Gi is too much for cpu 1: Cloud SQL gives 6.5Gi per core; allowed: up to 6656Mi; set cpu: 4 or memory: 6656Mi",
    ],
    [
      { cpu: cores(96), memory: gibibytes(700) },
      "data.db.memory: 700Gi is too much for cpu 96: Cloud SQL gives 6.5Gi per core; allowed: up to 624Gi; set memory: 624Gi",
    ],
    [
      { cpu: cores(0.5), storage: gibibytes(4000) },
      "data.db.storage: 4000Gi is more than db-f1-micro takes; allowed: up to 3062Gi; set cpu: 1 for a machine of its own",
    ],
    [
      { storage: gibibytes(70_000) },
      "data.db.storage: 70000Gi is more than db-custom-1-3840 takes; allowed: up to 65536Gi; set storage: 65536Gi",
    ],
    [
      { highAvailability: true },
      "data.db.backup: highAvailability stands on the log that backups keep, and there are none; set backup: { every: 24h, keep: 7d }, or leave highAvailability out",
    ],
    [
      { replicas: 1 },
      "data.db.backup: replicas stands on the log that backups keep, and there are none; set backup: { every: 24h, keep: 7d }, or leave replicas out",
    ],
    [
      { backup: { ...backup, keep: days(400) } },
      "data.db.backup.keep: 400d is longer than Cloud SQL keeps a backup; allowed: up to 365d; set keep: 365d",
    ],
    [
      { replicas: 11, backup },
      "data.db.replicas: 11 replicas are more than an instance of Cloud SQL has; allowed: 0–10; set replicas: 10",
    ],
  ])("%o", (changes, message) => {
    expect(refuse(changes)).toEqual([message]);
  });

  test("an extension that it does not have", () => {
    const [message] = refuse({ extensions: ["pg_trgm", "timescaledb"] });
    expect(message).toMatch(
      /^data\.db\.extensions\.1: Cloud SQL does not have the extension timescaledb; allowed: address_standardizer, .*, vector; remove it, or run the database on another target$/,
    );
  });

  test("a replica away from the key", () => {
    const context = { settings: { encryptionKey: KEY }, app: { regions: ["us-central1", "europe-west1"] } };
    expect(refuse({ replicas: 1, backup }, context)).toEqual([
      "data.db.replicas: a replica in europe-west1 would need a key of its own there, and encryptionKey is one of us-central1; set replicas: 0, or leave encryptionKey out",
    ]);
    expect(refuse({ replicas: 1, backup }, { settings: { encryptionKey: KEY } })).toEqual([]);
  });

  test("init files that are too large for secrets", () => {
    const file = join(mkdtempSync(join(tmpdir(), "init-")), "seed.sql");
    writeFileSync(file, "x".repeat(1024 ** 2 + 1));
    expect(refuse({ init: [file] })).toEqual([
      "data.db.init: the files have 2 MiB together, and the setup job gets them as secrets; allowed: up to 1 MiB; keep the tables here and load the rows by a service of kind job",
    ]);
  });

  test("services under a role's name", () => {
    const services = Object.fromEntries(
      ["api", "postgres", "cloudsqladmin"].map((name) => [name, makeService({ uses: { db: "read" } })]),
    );
    expect(refuse({}, { app: { services } }).map((line) => line.split(":")[0])).toEqual([
      "services.postgres",
      "services.cloudsqladmin",
    ]);
  });
});

describe("what it does otherwise is said", () => {
  const grows =
    "data.db: the disk grows by itself up to 20Gi; a larger storage later raises that limit, and nothing makes the disk smaller";

  test("the least of memory and of disk", () => {
    expect(differences({ storage: gibibytes(5) })).toEqual([
      "data.db: the machine is db-custom-1-3840 with 3840Mi of memory, the least that Cloud SQL has for this cpu",
      "data.db: the disk has 10Gi, the least that Cloud SQL has",
      grows,
    ]);
    expect(differences({ memory: mebibytes(3840) })).toEqual([grows]);
  });

  test("backups between two days, and drills", () => {
    const often = { every: hours(1), keep: days(14), drill: "monthly" } as const;
    expect(differences({ memory: mebibytes(3840), backup: often }).slice(1)).toEqual([
      "data.db: backups are daily; in between any moment of the last 7 days can be restored from the log",
      "data.db: Cloud SQL does not restore backups to prove them; a monthly drill is yours to run",
    ]);
  });

  test("who reads from a replica", () => {
    const services = {
      api: makeService({ uses: { db: "write" } }),
      web: makeService({ uses: { db: "read" } }),
    };
    const said = (regions: string[]) =>
      differences({ memory: mebibytes(3840), backup, replicas: 1 }, { app: { services, regions } }).slice(1);
    expect(said([])).toEqual(["data.db: web read from a replica, which may be a moment behind"]);
    expect(said(["us-central1", "europe-west1"])).toEqual([]);
  });
});
