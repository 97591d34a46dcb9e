/** Apps that are written in a program: read as app.yaml is, refused in the same words, handed to the classes part by part. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { deployment as dockerDeployment } from "../../components/docker/parts.ts";
import {
  Bucket,
  CloudRunService,
  cloudRunDeployment,
  computeDeployment,
  deployment,
  type GcpGrant,
  Identity,
  Images,
  Network,
  Postgres,
  Registry,
  Secrets,
} from "../../components/gcp/index.ts";
import type { DataOf } from "../../src/config/model.ts";
import { days } from "../../src/config/units.ts";
import { leaks, runProgram } from "../helpers/program.ts";

const settings = { project: "acme-prod", region: "us-central1" };
const principal = "serviceAccount:api@acme-prod.iam.gserviceaccount.com";
const seed = "5eed".repeat(16);

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing was refused";
}

describe("a part in a program", () => {
  it("has the schema's units and the defaults of its environment's preset", () => {
    const written = {
      name: "shop",
      settings,
      data: { media: { kind: "bucket", expireAfter: "90d" } },
    } as const;
    expect(deployment(written).part("media").spec).toEqual({
      kind: "bucket",
      storage: 10 * 1024 ** 3,
      cdn: false,
      versioning: false,
      expireAfter: days(90),
    });
    const prod = deployment({ ...written, environment: "prod" });
    expect(prod.part("media").spec).toMatchObject({ versioning: true, backup: { keep: days(30) } });
    expect(prod.deployment.app.protect).toBe(true);
    const like = deployment({ ...written, environment: "blue", preset: "prod", protect: false });
    expect(like.part("media").spec.versioning).toBe(true);
    expect(like.deployment.app).toMatchObject({ environment: "blue", preset: "prod", protect: false });
  });

  it("has the type of its kind", () => {
    const shop = deployment({
      name: "shop",
      settings,
      data: { media: { kind: "bucket" }, db: { kind: "postgres" } },
    });
    expectTypeOf(shop.part("media").spec).toEqualTypeOf<DataOf<"bucket">>();
    expectTypeOf(shop.part("db").spec).toEqualTypeOf<DataOf<"postgres">>();
    // @ts-expect-error a name that was not written
    expect(() => shop.part("nothing")).toThrow("There is no data part nothing.");
    const wrong = (secrets: Secrets, network: Network) =>
      // @ts-expect-error a bucket is no database
      new Postgres("media", { ...shop.part("media"), secrets, network });
    expect(wrong).toBeTypeOf("function");
  });

  it("is refused by the schema, the rules and the target, all at once and by the paths of what was written", () => {
    expect(
      messageOf(() =>
        deployment({
          name: "shop",
          settings,
          data: { db: { kind: "postgres", version: 9, storage: "10 G" } },
          users: { api: { uses: { dbx: "write" }, principal } },
        }),
      ),
    ).toBe(
      [
        "data.db.storage: 10 G is not a size; allowed: a number with Ki, Mi, Gi or Ti; write 10Gi",
        "data.db.version: 9 is not a version of postgres that is kept up; allowed: 13–18; write 13",
        "users.api.uses.dbx: there is no service or data dbx; allowed: db; did you mean db?",
      ].join("\n"),
    );
    expect(
      messageOf(() =>
        deployment({ name: "shop", settings, data: { media: { kind: "bucket", backup: { keep: "200d" } } } }),
      ),
    ).toBe(
      "data.media.backup.keep: 200d is longer than Cloud Storage keeps what was deleted; allowed: up to 90d; set keep: 90d",
    );
    expect(messageOf(() => deployment({ name: "shop", settings: { ...settings, project: "Acme" } }))).toBe(
      "settings.project: Acme is not a project id; write acme-prod for instance",
    );
  });

  it("refuses a key of another kind in the type and in the program", () => {
    const make = () =>
      deployment({
        name: "shop",
        settings,
        // @ts-expect-error a bucket has no replicas
        data: { media: { kind: "bucket", replicas: 2 } },
      });
    expect(messageOf(make)).toBe(
      "data.media.replicas: data of kind bucket has no replicas; allowed: kind, storage, cdn, versioning, expireAfter, backup; remove it or change the kind",
    );
  });

  it("takes a seed of 64 hex digits, and every value that the app needs", () => {
    const shop = deployment({ name: "shop", settings, secrets: { TOKEN: "required" } });
    expect(messageOf(() => shop.secrets({ seed: "" }))).toBe(
      "seed: is not 64 hex digits; make one with: openssl rand -hex 32\nsecrets.TOKEN: is required and has no value; put it into values",
    );
    expect(shop.secrets({ seed, values: { TOKEN: "t" } })).toMatchObject({ seed, values: { TOKEN: "t" } });
  });
});

describe("users", () => {
  const shop = () =>
    deployment({
      name: "shop",
      settings,
      data: { db: { kind: "postgres", pool: { max: 10, total: 100 } }, media: { kind: "bucket" } },
      users: {
        api: { uses: { db: "write", media: "write" }, principal, instances: 3 },
        report: {
          uses: { db: "read" },
          principal: "serviceAccount:report@acme-prod.iam.gserviceaccount.com",
        },
      },
    });

  it("are who a part lets in, each with its own access", () => {
    const { consumers } = shop().part("db");
    expect(consumers).toEqual({
      api: { access: "write", identity: { service: "api", principal } },
      report: {
        access: "read",
        identity: { service: "report", principal: "serviceAccount:report@acme-prod.iam.gserviceaccount.com" },
      },
    });
    expect(Object.keys(shop().part("media").consumers)).toEqual(["api"]);
  });

  it("are paths of the network", () => {
    expect(shop().network().links).toEqual([
      { type: "use", from: "api", to: "db", access: "write" },
      { type: "use", from: "api", to: "media", access: "write" },
      { type: "use", from: "report", to: "db", access: "read" },
    ]);
  });

  it("get logins at a database with network and secrets of the program's own, and no secret is plain", async () => {
    const { resources, result } = await runProgram((): GcpGrant => {
      const parts = shop();
      const secrets = new Secrets("secrets", parts.secrets({ seed }));
      const network = new Network("network", parts.network());
      return new Postgres("db", { ...parts.part("db"), secrets, network }).grant("api", "write");
    });
    expect(Object.keys(result.env)).toEqual([
      "DB_HOST",
      "DB_PORT",
      "DB_NAME",
      "DB_USER",
      "DB_SSLMODE",
      "DB_POOL_MAX",
    ]);
    expect(Object.keys(result.secrets)).toEqual(["DB_PASSWORD", "DB_URL"]);
    expect(resources.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "gcp:sql/databaseInstance:DatabaseInstance",
        "gcp:servicenetworking/connection:Connection",
      ]),
    );
    expect(leaks(resources, [seed])).toEqual([]);
  });

  it("need a principal on Google Cloud, in the type", () => {
    const make = () =>
      deployment({
        name: "shop",
        settings,
        data: { media: { kind: "bucket" } },
        // @ts-expect-error who it is
        users: { api: { uses: { media: "write" } } },
      });
    expect(() => make().part("media")).toThrow(
      'api uses media; say who it is: part("media", { api: identity }).',
    );
  });
});

describe("services of a program", () => {
  const api = { kind: "web", image: "us-docker.pkg.dev/acme/shop/api:1", port: 8080, health: "/" } as const;

  it("run on Cloud Run beside the data that they use", async () => {
    const make = () => {
      const shop = cloudRunDeployment({
        name: "shop",
        settings,
        services: { api: { ...api, uses: { media: "write" } } },
        data: { media: { kind: "bucket" } },
      });
      const { deployment: at } = shop;
      const secrets = new Secrets("secrets", shop.secrets({ seed }));
      const network = new Network("network", shop.network());
      const images = new Images("images", { registry: new Registry("registry", { deployment: at }) });
      const identity = new Identity("api", { deployment: at, service: "api" });
      const media = new Bucket("media", { ...shop.part("media", { api: identity }), secrets });
      const grants = { media: media.grant("api", "write") };
      return new CloudRunService("api", {
        ...shop.service("api"),
        identity,
        network,
        images,
        vault: secrets,
        grants,
      });
    };
    const { resources } = await runProgram(make, { outputs: accountOf });
    const service = resources.find(({ type }) => type === "gcp:cloudrunv2/service:Service");
    const named = (name: string) => expect.objectContaining({ name });
    expect(service?.inputs).toMatchObject({
      template: {
        containers: [
          {
            image: "us-docker.pkg.dev/acme/shop/api:1",
            envs: expect.arrayContaining(["MEDIA_BUCKET", "MEDIA_ENDPOINT", "MEDIA_ACCESS_KEY"].map(named)),
          },
        ],
      },
    });
  });

  it("are refused by the place where they run", () => {
    const gpu = { ...api, kind: "model", gpu: { kind: "nvidia-b200" } } as const;
    expect(messageOf(() => computeDeployment({ name: "shop", settings, services: { api: gpu } }))).toMatch(
      /^services\.api\.gpu/,
    );
    const shop = cloudRunDeployment({ name: "shop", settings, services: { api } });
    expect(() => shop.service("web")).toThrow("There is no service web.");
  });
});

describe("on a Docker host", () => {
  it("what is written is refused before the host is looked at", async () => {
    const make = dockerDeployment({ name: "shop", data: { cache: { kind: "redis", memory: "1 G" } } });
    await expect(make).rejects.toThrow(
      "data.cache.memory: 1 G is not a size; allowed: a number with Ki, Mi, Gi or Ti; write 1Gi",
    );
  });
});

/** What the provider makes of an account's id. */
function accountOf(type: string, name: string): Record<string, string> {
  if (type !== "gcp:serviceaccount/account:Account") return {};
  const email = `${name}@acme-prod.iam.gserviceaccount.com`;
  return { email, member: `serviceAccount:${email}` };
}
