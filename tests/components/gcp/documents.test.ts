import { describe, expect, test } from "vitest";
import { differencesOfDocuments, refuseDocuments } from "../../../components/gcp/documents/refusals.ts";
import { Documents } from "../../../components/gcp/documents.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { days, hours } from "../../../src/config/units.ts";
import { makeApp, makeAuth, makeDocuments, makeService } from "../../helpers/app.ts";
import { gcpDataArgs, makeGcp } from "../../helpers/gcp.ts";
import { makeVault, opened, plainAll } from "../../helpers/gcp-vault.ts";
import { leaks, runProgram } from "../../helpers/program.ts";

const DATABASE = "gcp:firestore/database:Database";
const MEMBER = "gcp:projects/iAMMember:IAMMember";
const CREDENTIALS = "gcp:firestore/userCreds:UserCreds";
const KEY = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";
const PASSWORD = "p/4ss+word";

interface Changes {
  readonly spec?: Partial<DataOf<"documents">>;
  readonly app?: Partial<App>;
  readonly settings?: Partial<GcpSettings>;
}

function appOf({ spec, app }: Changes): App {
  const services = {
    api: makeService({ uses: { items: "write" } }),
    web: makeService({ uses: { items: "read" } }),
  };
  const items = makeDocuments({ engine: "firestore", ...spec });
  return makeApp({ services, ...app, data: { items, ...app?.data } });
}

const create = (changes: Changes = {}) => {
  const vault = makeVault();
  const app = appOf(changes);
  return runProgram(
    () => {
      const part = new Documents("items", gcpDataArgs("documents", "items", app, vault, changes.settings));
      return { vault, api: part.grant("api", "write"), web: part.grant("web", "read") };
    },
    {
      outputs: (type, name) =>
        type === DATABASE
          ? { uid: "0a1b2c3d" }
          : type === CREDENTIALS
            ? {
                securePassword: PASSWORD,
                resourceIdentities: [{ principal: `principal://firestore.googleapis.com/${name}` }],
              }
            : type === "gcp:projects/serviceIdentity:ServiceIdentity"
              ? { member: "serviceAccount:service-1@gcp-sa-firestore.iam.gserviceaccount.com" }
              : type === "gcp:firebaserules/ruleset:Ruleset"
                ? { name: "r-1" }
                : {},
    },
  );
};

describe("CG-03: engine firestore", () => {
  test("is a native database of the app's own in the home region", async () => {
    const { get } = await create();
    const database = get("items", DATABASE);
    expect(database.inputs).toEqual({
      name: "shop-dev-items",
      locationId: "us-central1",
      type: "FIRESTORE_NATIVE",
      databaseEdition: "STANDARD",
      pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_DISABLED",
      deleteProtectionState: "DELETE_PROTECTION_DISABLED",
      deletionPolicy: "DELETE",
    });
    expect(database.options.protect).toBe(false);
    expect(database.parent).toBe("items");
  });

  test("goes when it is deleted (terradart#157: ABANDON leads to 409), also when it is protected", async () => {
    const { get } = await create({ app: { protect: true } });
    expect(get("items", DATABASE)).toMatchObject({
      inputs: { deletionPolicy: "DELETE", deleteProtectionState: "DELETE_PROTECTION_ENABLED" },
      options: { protect: true },
    });
  });

  test("a grant names project and database; a service logs in as itself", async () => {
    const { result } = await create();
    expect(await plainAll(result.api.env)).toEqual({
      ITEMS_HOST: "firestore.googleapis.com",
      ITEMS_PORT: "443",
      ITEMS_NAME: "shop-dev-items",
      ITEMS_PROJECT: "acme-prod",
    });
    expect(result.api.secrets).toEqual({});
    expect(result.vault.stored).toEqual([]);
  });

  test("SA-18: each service has one role, on this database alone", async () => {
    const { get, resources } = await create();
    expect(get("items-api", MEMBER).inputs).toEqual({
      project: "acme-prod",
      role: "roles/datastore.user",
      member: "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com",
      condition: {
        title: "shop-dev-items",
        description: "This database alone.",
        expression: 'resource.name == "projects/acme-prod/databases/shop-dev-items"',
      },
    });
    expect(get("items-web", MEMBER).inputs).toMatchObject({ role: "roles/datastore.viewer" });
    expect(resources.filter(({ type }) => type === MEMBER)).toHaveLength(2);
  });
});

describe("NW-02: engine mongodb", () => {
  const mongo = { spec: { engine: "mongodb" } } as const;

  test("opens MongoDB's door of a database and closes the native one", async () => {
    const { get } = await create(mongo);
    expect(get("items", DATABASE).inputs).toMatchObject({
      databaseEdition: "ENTERPRISE",
      type: "FIRESTORE_NATIVE",
      mongodbCompatibleDataAccessMode: "DATA_ACCESS_MODE_ENABLED",
      firestoreDataAccessMode: "DATA_ACCESS_MODE_DISABLED",
    });
  });

  test("keeps the contract with a user per service, whose password nobody sees", async () => {
    const { result, resources, get } = await create(mongo);
    expect(await plainAll(result.api.env)).toEqual({
      ITEMS_HOST: "0a1b2c3d.us-central1.firestore.goog",
      ITEMS_PORT: "443",
      ITEMS_NAME: "shop-dev-items",
      ITEMS_USER: "shop-dev-api",
    });
    expect(Object.keys(result.api.secrets)).toEqual(["ITEMS_PASSWORD", "ITEMS_URL"]);
    expect(get("items-api", CREDENTIALS).inputs).toEqual({
      database: "shop-dev-items",
      name: "shop-dev-api",
    });
    const url = result.vault.stored.find(({ purpose }) => purpose === "items/api/url");
    expect(url?.reader).toBe("api");
    expect(url && (await opened(url.value))).toEqual({
      value:
        "mongodb://shop-dev-api:p%2F4ss%2Bword@0a1b2c3d.us-central1.firestore.goog:443/shop-dev-items?loadBalanced=true&authMechanism=SCRAM-SHA-256&tls=true&retryWrites=false",
      hidden: true,
    });
    const password = result.vault.stored.find(({ purpose }) => purpose === "items/web/password");
    expect(password?.reader).toBe("web");
    expect(password && (await opened(password.value))).toEqual({ value: PASSWORD, hidden: true });
    expect(leaks(resources, [PASSWORD, encodeURIComponent(PASSWORD)])).toEqual([]);
  });

  test("the role is the user's, not the service account's", async () => {
    const { get } = await create(mongo);
    expect(get("items-web", MEMBER).inputs).toMatchObject({
      role: "roles/datastore.viewer",
      member: "principal://firestore.googleapis.com/items-web",
      condition: { expression: 'resource.name == "projects/acme-prod/databases/shop-dev-items"' },
    });
  });
});

describe("CG-13: backups", () => {
  const backup = (every: number, keep = 14) => ({
    every: hours(every),
    keep: days(keep),
    drill: "never" as const,
  });

  test.each([
    [1, "daily", { dailyRecurrence: {} }],
    [24, "daily", { dailyRecurrence: {} }],
    [7 * 24, "weekly", { weeklyRecurrence: { day: "SUNDAY" } }],
  ])("every %i h is a %s schedule, and any minute of seven days", async (every, rhythm, recurrence) => {
    const { get } = await create({ spec: { backup: backup(every) } });
    expect(get(`items-${rhythm}`, "gcp:firestore/backupSchedule:BackupSchedule").inputs).toEqual({
      database: "shop-dev-items",
      retention: "1209600s",
      ...recurrence,
    });
    expect(get("items", DATABASE).inputs).toMatchObject({
      pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
    });
  });

  test("longer than Firestore keeps them is refused", () => {
    const app = appOf({ spec: { backup: backup(24, 365) } });
    expect(
      refuseDocuments("items", app.data.items as DataOf<"documents">, makeGcp(app)).map(formatProblem),
    ).toEqual([
      "data.items.backup.keep: 365d is longer than Firestore keeps a backup; allowed: up to 98d; set keep: 98d",
    ]);
  });
});

describe("SA-15: place", () => {
  test.each([
    [["us-central1"], {}, "us-central1"],
    [["us-central1", "us-east1"], {}, "nam5"],
    [["europe-west1", "us-central1"], {}, "eur3"],
    [["asia-east1", "us-central1"], {}, "asia-east1"],
    [["us-central1", "us-east1"], { items: { location: "us-central1" } }, "us-central1"],
  ])("%j with %j lies in %s", async (regions, data, location) => {
    const { get } = await create({
      app: { regions },
      settings: { region: undefined, data } as Partial<GcpSettings>,
    });
    expect(get("items", DATABASE).inputs.locationId).toBe(location);
  });
});

describe("rules for browsers", () => {
  test("deny everything where the app signs users in", async () => {
    const { get } = await create({ app: { data: { users: makeAuth() } } });
    expect(get("items-rules", "gcp:firebaserules/ruleset:Ruleset").inputs).toEqual({
      source: {
        language: "FIREBASE_RULES",
        files: [
          { name: "firestore.rules", content: expect.stringContaining("allow read, write: if false;") },
        ],
      },
    });
    expect(get("items-rules", "gcp:firebaserules/release:Release").inputs).toEqual({
      name: "cloud.firestore/shop-dev-items",
      rulesetName: "projects/acme-prod/rulesets/r-1",
    });
  });

  test("are not there without users, nor where MongoDB's drivers alone get in", async () => {
    expect((await create()).named(/rules/)).toEqual([]);
    const mongo = await create({ spec: { engine: "mongodb" }, app: { data: { users: makeAuth() } } });
    expect(mongo.named(/rules/)).toEqual([]);
  });
});

describe("a customer's key", () => {
  test("is used after Firestore was let at it (TPG#7611, TPG#17333)", async () => {
    const { get } = await create({ settings: { encryptionKey: KEY } });
    const database = get("items", DATABASE);
    expect(database.inputs.cmekConfig).toEqual({ kmsKeyName: KEY });
    expect(database.dependencies).toContain("items-agent-key");
    expect(get("items-agent").inputs).toEqual({ service: "firestore.googleapis.com" });
  });

  test("of another place is refused", () => {
    const app = appOf({ app: { regions: ["us-central1", "us-east1"] } });
    const deployment = makeGcp(app, { encryptionKey: KEY });
    expect(
      refuseDocuments("items", app.data.items as DataOf<"documents">, deployment).map(formatProblem),
    ).toEqual([
      "data.items: a database in nam5 takes a key in us, and the target's encryptionKey lies in us-central1; allowed: a key in us; leave out encryptionKey, or keep the data in us-central1 alone",
    ]);
  });
});

test("what Firestore does otherwise is said", () => {
  const backup = { every: hours(1), keep: days(14), drill: "monthly" } as const;
  const app = appOf({
    spec: { engine: "mongodb", backup },
    app: { regions: ["us-central1", "europe-west1"] },
  });
  expect(differencesOfDocuments("items", app.data.items as DataOf<"documents">, makeGcp(app))).toEqual([
    "data.items: Firestore has no machine and always stands by in three places; cpu, memory, storage, version and highAvailability are not used",
    "data.items: Firestore answers as MongoDB does, without retryable writes, $out, $merge and change streams, and with documents up to 4 MiB",
    "data.items: the database lies in nam5, far from europe-west1",
    "data.items.backup: Firestore makes a daily backup, and can be read as it was at any minute of the last 7 days",
    "data.items.backup.drill: no drill is run for Firestore",
  ]);
});

test("names are valid at the longest", async () => {
  const name = "d".repeat(30);
  const vault = makeVault();
  const app = makeApp({
    name: "a".repeat(20),
    environment: "e".repeat(20),
    services: { ["s".repeat(30)]: makeService({ uses: { [name]: "write" } }) },
    data: { [name]: makeDocuments({ engine: "mongodb" }) },
  });
  const { get, resources } = await runProgram(
    () => new Documents(name, gcpDataArgs("documents", name, app, vault)),
  );
  const valid = /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/;
  expect(get(name, DATABASE).inputs.name).toMatch(valid);
  const [user] = resources.filter(({ type }) => type === CREDENTIALS);
  expect(user?.inputs.name).toMatch(valid);
});
