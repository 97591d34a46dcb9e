import { describe, expect, test } from "vitest";
import { refuseSecrets } from "../../../components/gcp/secrets/refusals.ts";
import type { Secrets } from "../../../components/gcp/secrets.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import type { App, Secret } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makeService } from "../../helpers/app.ts";
import { identityOf, makeGcp } from "../../helpers/gcp.ts";
import {
  answers,
  gcpSecrets,
  KEY,
  passwordOf,
  READER,
  resolved,
  SECRET,
  SEED,
  VERSION,
} from "../../helpers/gcp-data.ts";
import { hidden, leaks, runProgram } from "../../helpers/program.ts";

const generate = (version = 1): Secret => ({ source: "generate", format: "hex", bytes: 32, version });

const appOf = (secrets: Record<string, Secret> = {}, changes: Partial<App> = {}) =>
  makeApp({
    services: {
      api: makeService({ secrets: Object.keys(secrets) }),
      web: makeService({ secrets: Object.keys(secrets).slice(0, 1) }),
    },
    secrets,
    ...changes,
  });

const run = <T>(
  app: App,
  use: (secrets: Secrets) => T,
  { settings = {}, values = {} }: { settings?: Partial<GcpSettings>; values?: Record<string, string> } = {},
) => runProgram(() => use(gcpSecrets(makeGcp(app, settings), values)), { outputs: answers });

describe("a secret of the app's own (CG-08)", () => {
  test("is a secret with one version and a delay before anything is destroyed", async () => {
    const app = appOf({ OPENAI_API_KEY: { source: "required" } });
    const { get } = await run(app, (secrets) => secrets.get("OPENAI_API_KEY"), {
      values: { OPENAI_API_KEY: "sk-1" },
    });
    const secret = get("shop-dev-secret-OPENAI_API_KEY", SECRET);
    expect(secret.inputs).toEqual({
      secretId: "shop-dev-secret-OPENAI_API_KEY",
      replication: { auto: {} },
      versionDestroyTtl: "86400s",
      deletionProtection: false,
      labels: { app: "shop", environment: "dev" },
    });
    expect(secret).toMatchObject({ parent: "secrets", options: { protect: false } });
    expect(get("shop-dev-secret-OPENAI_API_KEY-version", VERSION)).toMatchObject({
      parent: "secrets",
      inputs: {
        secret: "shop-dev-secret-OPENAI_API_KEY-id",
        secretData: hidden("sk-1"),
        deletionPolicy: "ABANDON",
      },
    });
  });

  test("is read by exactly the services that name it, each by one membership (SA-18)", async () => {
    const app = appOf({ JWT: generate(), OTHER: generate() });
    const { resources } = await run(app, (secrets) => [
      secrets.get("JWT"),
      secrets.get("OTHER"),
      secrets.get("JWT").readers(identityOf("api").principal, "api"),
    ]);
    const readers = resources.filter(({ type }) => type === READER);
    expect(readers.map(({ name }) => name)).toEqual([
      "shop-dev-secret-JWT-api",
      "shop-dev-secret-JWT-web",
      "shop-dev-secret-OTHER-api",
    ]);
    expect(readers[0]?.inputs).toEqual({
      secretId: "shop-dev-secret-JWT-id",
      role: "roles/secretmanager.secretAccessor",
      member: "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com",
    });
  });

  test("is referred to by its pinned version", async () => {
    const { result } = await run(appOf({ JWT: generate() }), (secrets) => secrets.get("JWT"));
    expect(await resolved(result.reference)).toBe("projects/1/secrets/shop-dev-secret-JWT/versions/7");
    expect(await resolved(result.secret)).toBe("shop-dev-secret-JWT");
    expect(await resolved(result.version)).toBe("7");
  });

  test("keeps its name when its value turns, and the old version stays for revisions that run", async () => {
    const versionOf = async (version: number) =>
      (await run(appOf({ JWT: generate(version) }), (secrets) => secrets.get("JWT"))).get(
        "shop-dev-secret-JWT-version",
      ).inputs;
    const [first, second] = [await versionOf(1), await versionOf(2)];
    expect(second.secret).toBe(first.secret);
    expect(second.secretData).not.toEqual(first.secretData);
    expect(second.deletionPolicy).toBe("ABANDON");
  });

  test("is protected with the app, unlike what derives from the seed again", async () => {
    const app = appOf({ JWT: generate() }, { protect: true });
    const { get } = await run(app, (secrets) => [secrets.get("JWT"), secrets.password("db/api")]);
    expect(get("shop-dev-secret-JWT")).toMatchObject({
      inputs: { deletionProtection: true },
      options: { protect: true },
    });
    expect(get("shop-dev-password-db_api")).toMatchObject({
      inputs: { deletionProtection: false },
      options: { protect: false },
    });
  });
});

describe("a secret that lies there already", () => {
  const existing = (name: string) => appOf({ KEY: { source: "existing", name } });

  test.each([
    [
      "projects/other-prod/secrets/openai/versions/12",
      "projects/other-prod/secrets/openai/versions/12",
      "projects/other-prod/secrets/openai",
      "12",
    ],
    ["openai/versions/3", "projects/acme-prod/secrets/openai/versions/3", "openai", "3"],
  ])(
    "%s is referred to by its version, and its readers are let at it",
    async (name, reference, secret, version) => {
      const { result, resources } = await run(existing(name), (secrets) => secrets.get("KEY"));
      expect(await resolved(result.reference)).toBe(reference);
      expect(await resolved(result.secret)).toBe(secret);
      expect(await resolved(result.version)).toBe(version);
      expect(resources.filter(({ type }) => type === SECRET || type === VERSION)).toEqual([]);
      expect(resources.filter(({ type }) => type === READER).map(({ inputs }) => inputs.secretId)).toEqual([
        reference.replace(/\/versions\/.*/, ""),
        reference.replace(/\/versions\/.*/, ""),
      ]);
    },
  );

  test.each([
    [
      "openai",
      "secrets.KEY.existing: openai does not say which version; allowed: projects/<project>/secrets/<secret>/versions/<number>; write projects/acme-prod/secrets/openai/versions/1, with the version's number from gcloud secrets versions list openai",
    ],
    [
      "projects/acme-prod/secrets/openai/versions/latest",
      "secrets.KEY.existing: projects/acme-prod/secrets/openai/versions/latest does not say which version; allowed: projects/<project>/secrets/<secret>/versions/<number>; write projects/acme-prod/secrets/openai/versions/1, with the version's number from gcloud secrets versions list openai",
    ],
  ])("%s is refused: it would change under a service that runs", (name, message) => {
    expect(refuseSecrets(existing(name), makeGcp(makeApp()).settings).map(formatProblem)).toEqual([message]);
  });
});

describe("a customer's key", () => {
  test("holds where it lies, after Secret Manager was let at it (TPG#7611, TPG#17333)", async () => {
    const { get } = await run(appOf({ JWT: generate() }), (secrets) => secrets.get("JWT"), {
      settings: { encryptionKey: KEY },
    });
    const secret = get(/^shop-dev-secret-JWT-[0-9a-f]{6}$/);
    expect(secret.inputs.replication).toEqual({
      userManaged: {
        replicas: [{ location: "us-central1", customerManagedEncryption: { kmsKeyName: KEY } }],
      },
    });
    expect(secret.dependencies).toContain("secrets-agent-key");
    expect(get("secrets-agent").inputs).toEqual({ service: "secretmanager.googleapis.com" });
    expect(get("secrets-agent-key")).toMatchObject({
      inputs: {
        cryptoKeyId: KEY,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:secrets-agent@google",
      },
      options: { retainOnDelete: true },
    });
  });

  test("comes with another name, because a secret is deleted before it is replaced", async () => {
    const nameWith = async (settings: Partial<GcpSettings>) => {
      const { resources } = await run(appOf({ JWT: generate() }), (s) => s.get("JWT"), { settings });
      return resources.find(({ type }) => type === SECRET)?.name;
    };
    const other = KEY.replace("cryptoKeys/data", "cryptoKeys/next");
    const names = [
      await nameWith({}),
      await nameWith({ encryptionKey: KEY }),
      await nameWith({ encryptionKey: other }),
    ];
    expect(new Set(names).size).toBe(3);
  });

  test("of another region is refused", () => {
    const { settings } = makeGcp(makeApp(), { encryptionKey: KEY, region: "europe-west1" });
    expect(refuseSecrets(makeApp(), settings).map(formatProblem)).toEqual([
      "settings.encryptionKey: the key lies in us-central1, and the data in europe-west1; allowed: a key in europe-west1; make one there: gcloud kms keys create data --location europe-west1 --keyring <ring> --purpose encryption",
    ]);
    expect(refuseSecrets(makeApp(), makeGcp(makeApp(), { encryptionKey: KEY }).settings)).toEqual([]);
  });
});

describe("the platform's own", () => {
  const app = appOf();

  test("a password is stable and one secret, whoever asks", async () => {
    const { result, resources } = await run(app, (secrets) => [
      secrets.password("db/api", { reader: identityOf("api") }),
      secrets.password("db/api", { reader: identityOf("api") }),
      secrets.password("db/api", { reader: identityOf("web") }),
    ]);
    expect(await resolved((result[0] as (typeof result)[number]).value)).toBe(passwordOf(app, "db/api"));
    expect(
      resources
        .map(({ name }) => name)
        .filter((name) => name !== "secrets")
        .sort(),
    ).toEqual([
      "shop-dev-password-db_api",
      "shop-dev-password-db_api-api",
      "shop-dev-password-db_api-version",
      "shop-dev-password-db_api-web",
    ]);
  });

  test("a password in two versions at once is a defect", async () => {
    const ask = (secrets: Secrets) => {
      secrets.password("db/api");
      return () => secrets.password("db/api", { version: 2 });
    };
    const { result } = await run(app, ask);
    expect(result).toThrow("The password db/api is asked for in versions 1 and 2.");
  });

  test("a text is stored once and read by whom it is meant for", async () => {
    const { get, resources } = await run(app, (secrets) => [
      secrets.store("db/api/url", "postgresql://x", { reader: identityOf("api") }),
      secrets.store("db/api/url", "postgresql://x"),
    ]);
    expect(get("shop-dev-value-db_api_url-version").inputs.secretData).toEqual(hidden("postgresql://x"));
    expect(resources.filter(({ type }) => type === SECRET)).toHaveLength(1);
    expect(get("shop-dev-value-db_api_url-api").inputs.member).toBe(identityOf("api").principal);
  });

  test("names are valid at the longest", async () => {
    const longest = makeApp({ name: "a".repeat(20), environment: "e".repeat(20) });
    const part = "p".repeat(30);
    const { resources } = await run(longest, (secrets) =>
      secrets.store(`${part}/${part}/url`, "x", { reader: identityOf(part) }),
    );
    for (const { inputs } of resources.filter(({ type }) => type === SECRET)) {
      expect(inputs.secretId).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
    }
  });

  test("nothing leaks", async () => {
    const secrets = { JWT: generate(), KEY: { source: "required" } as const };
    const all = appOf(secrets);
    const { resources } = await run(
      all,
      (made) => [
        made.get("JWT"),
        made.get("KEY"),
        made.password("db/api"),
        made.store("db/url", "canary-url"),
      ],
      { values: { KEY: "canary-key" } },
    );
    expect(resources.length).toBeGreaterThan(8);
    expect(leaks(resources, ["canary-key", "canary-url", passwordOf(all, "db/api"), SEED])).toEqual([]);
  });
});
