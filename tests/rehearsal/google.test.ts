import { describe, expect, test } from "vitest";
import { Cloud, CloudError } from "../../rehearsal/cloud.ts";
import { googleBehaviour } from "../../rehearsal/google/behaviour.ts";
import { googleOutputs } from "../../rehearsal/google/outputs.ts";
import { replacesOn } from "../../rehearsal/google/replacements.ts";
import { changedPaths, type Properties, UNKNOWN } from "../../rehearsal/values.ts";

const PROJECT = { project: "acme-prod", number: "123456789012" };
const cloud = () => new Cloud(googleBehaviour(PROJECT));

const SQL = "gcp:sql/databaseInstance:DatabaseInstance";
const RUN = "gcp:cloudrunv2/service:Service";
const ACCOUNT = "gcp:serviceaccount/account:Account";
const DOCUMENTS = "gcp:firestore/database:Database";
const SHARE = "gcp:filestore/instance:Instance";

describe("a change", () => {
  const diff = (type: string, olds: Properties, news: Properties) => cloud().diff(type, olds, news);

  test("of a field that Google can change keeps the resource", () => {
    expect(
      diff(SQL, { name: "db", settings: { tier: "a" } }, { name: "db", settings: { tier: "b" } }),
    ).toEqual({ changed: ["settings"], replaces: [] });
  });

  test("of one that it cannot makes a new one", () => {
    expect(diff(RUN, { location: "us-central1" }, { location: "us-east1" })).toEqual({
      changed: ["location"],
      replaces: ["location"],
    });
  });

  test("deep inside makes a new one where just that field is fixed", () => {
    expect(
      diff(
        SQL,
        { settings: { tier: "a", diskType: "PD_SSD" } },
        { settings: { tier: "b", diskType: "PD_HDD" } },
      ),
    ).toEqual({ changed: ["settings"], replaces: ["settings"] });
    expect(
      diff(
        SHARE,
        { fileShares: { name: "a", capacityGb: 100 } },
        { fileShares: { name: "a", capacityGb: 200 } },
      ),
    ).toEqual({ changed: ["fileShares"], replaces: [] });
  });

  test("of anything in a member of a role makes a new one", () => {
    const type = "gcp:projects/iAMMember:IAMMember";
    expect(diff(type, { condition: { title: "a" } }, { condition: { title: "b" } }).replaces).toEqual([
      "condition",
    ]);
  });

  test("is found at its innermost paths, whatever is a secret on the way", () => {
    const hidden = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" };
    expect(changedPaths("a", { b: [{ c: 1, d: "x" }] }, { b: [{ c: 2, d: hidden }] })).toEqual(["a.b.c"]);
    expect(changedPaths("a", undefined, { b: { c: 1 } })).toEqual(["a.b.c"]);
    expect(changedPaths("a", [1], [1, 2])).toEqual(["a"]);
    expect(replacesOn(RUN, "template.containers.image")).toBe(false);
  });
});

describe("names", () => {
  test("are made where the program gives none, and stay", () => {
    const google = cloud();
    const first = google.check(SQL, "shop-dev-db", {}, {}, "seed");
    expect(first.name).toMatch(/^shop-dev-db-[0-9a-f]{7}$/);
    expect(google.check(SQL, "shop-dev-db", {}, first, "another seed")).toEqual(first);
  });

  test("are left alone on what Google names, and on templates, which the provider names", () => {
    const google = cloud();
    expect(google.check(ACCOUNT, "api", { accountId: "api" }, {}, "seed")).toEqual({ accountId: "api" });
    const type = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    expect(google.check(type, "api", { namePrefix: "api-" }, {}, "seed")).toEqual({ namePrefix: "api-" });
    const { outputs } = google.create(type, "api", { namePrefix: "api-", region: "us-central1" });
    expect(outputs.name).toMatch(/^api-\d{26}$/);
    expect(outputs.selfLink).toBe(
      `https://www.googleapis.com/compute/v1/projects/acme-prod/regions/us-central1/instanceTemplates/${outputs.name}`,
    );
  });

  test("are as long as Google takes them", () => {
    const { nameLength } = googleBehaviour(PROJECT);
    const lengths = [RUN, SQL, "gcp:redis/instance:Instance", "gcp:compute/uRLMap:URLMap"].map(nameLength);
    expect(lengths).toEqual([49, 67, 40, 63]);
  });
});

describe("before a resource is made", () => {
  test("only what the provider works out itself is known", () => {
    expect(cloud().preview(ACCOUNT, "api", { accountId: "shop-dev-api" })).toEqual({
      accountId: "shop-dev-api",
      project: "acme-prod",
      email: "shop-dev-api@acme-prod.iam.gserviceaccount.com",
      member: "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com",
      id: UNKNOWN,
      name: UNKNOWN,
      uniqueId: UNKNOWN,
    });
    const service = cloud().preview(RUN, "api", { name: "api", location: "us-central1" });
    expect(service).toMatchObject({ name: "api", uri: UNKNOWN, id: UNKNOWN });
  });
});

describe("protection", () => {
  const remove = (type: string, inputs: Properties) => {
    const google = cloud();
    const { id } = google.create(type, "one", inputs);
    return () => google.delete(type, id);
  };

  test.each<[string, string, Properties]>([
    ["a Cloud Run service that says nothing", RUN, { name: "api" }],
    ["a database that says nothing", SQL, { name: "db" }],
    [
      "a database's own switch",
      SQL,
      { name: "db", deletionProtection: false, settings: { deletionProtectionEnabled: true } },
    ],
    ["a Redis", "gcp:redis/instance:Instance", { name: "cache", deletionProtection: true }],
    ["a secret", "gcp:secretmanager/secret:Secret", { secretId: "a", deletionProtection: true }],
    ["a share", SHARE, { name: "a", deletionProtectionEnabled: true }],
    [
      "documents",
      DOCUMENTS,
      { name: "a", deletionPolicy: "DELETE", deleteProtectionState: "DELETE_PROTECTION_ENABLED" },
    ],
  ])("keeps %s", (_, type, inputs) => {
    expect(remove(type, inputs)).toThrow(CloudError);
  });

  test.each<[string, string, Properties]>([
    ["a Cloud Run service", RUN, { name: "api", deletionProtection: false }],
    ["a database", SQL, { name: "db", deletionProtection: false }],
    ["a Redis", "gcp:redis/instance:Instance", { name: "cache" }],
    [
      "documents that are only forgotten",
      DOCUMENTS,
      { name: "a", deleteProtectionState: "DELETE_PROTECTION_ENABLED" },
    ],
    ["a network", "gcp:compute/network:Network", { name: "a" }],
  ])("lets %s go", (_, type, inputs) => {
    expect(remove(type, inputs)).not.toThrow();
  });
});

describe("secrets", () => {
  const { isSecret } = googleBehaviour(PROJECT);

  test.each([
    ["gcp:sql/user:User", "password"],
    ["gcp:redis/instance:Instance", "authString"],
    ["gcp:storage/hmacKey:HmacKey", "secret"],
    ["gcp:projects/apiKey:ApiKey", "keyString"],
    ["gcp:firestore/userCreds:UserCreds", "securePassword"],
    ["gcp:secretmanager/secretVersion:SecretVersion", "secretData"],
    ["gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey", "keyValue"],
  ])("of %s: %s", (type, key) => {
    expect(isSecret(type, key)).toBe(true);
    expect(isSecret(type, "id")).toBe(false);
  });
});

describe("ids", () => {
  const idOf = (type: string, inputs: Properties) => googleOutputs(type, "logical", inputs, PROJECT).id;

  test.each<[string, Properties, string]>([
    ["gcp:compute/globalAddress:GlobalAddress", { name: "a" }, "projects/acme-prod/global/addresses/a"],
    ["gcp:compute/uRLMap:URLMap", { name: "a" }, "projects/acme-prod/global/urlMaps/a"],
    ["gcp:compute/sSLPolicy:SSLPolicy", { name: "a" }, "projects/acme-prod/global/sslPolicies/a"],
    [
      "gcp:compute/subnetwork:Subnetwork",
      { name: "a", region: "us-east1" },
      "projects/acme-prod/regions/us-east1/subnetworks/a",
    ],
    [
      "gcp:compute/regionBackendService:RegionBackendService",
      { name: "a", region: "us-east1" },
      "projects/acme-prod/regions/us-east1/backendServices/a",
    ],
    [RUN, { name: "a", location: "us-east1" }, "projects/acme-prod/locations/us-east1/services/a"],
    [
      "gcp:certificatemanager/certificateMap:CertificateMap",
      { name: "a" },
      "projects/acme-prod/locations/global/certificateMaps/a",
    ],
    [
      "gcp:redis/instance:Instance",
      { name: "a", region: "us-east1" },
      "projects/acme-prod/locations/us-east1/instances/a",
    ],
    ["gcp:secretmanager/secret:Secret", { secretId: "a" }, "projects/acme-prod/secrets/a"],
    [DOCUMENTS, { name: "a", locationId: "nam5" }, "projects/acme-prod/databases/a"],
    [ACCOUNT, { accountId: "a" }, "projects/acme-prod/serviceAccounts/a@acme-prod.iam.gserviceaccount.com"],
    ["gcp:storage/bucket:Bucket", { name: "a" }, "a"],
  ])("of %s are the provider's", (type, inputs, id) => {
    expect(idOf(type, inputs)).toBe(id);
  });

  test("of two members of roles are two", () => {
    const type = "gcp:storage/bucketIAMMember:BucketIAMMember";
    expect(idOf(type, { bucket: "a", role: "r", member: "m" })).not.toBe(
      idOf(type, { bucket: "b", role: "r", member: "m" }),
    );
  });

  test("take nothing from what the program said", () => {
    const outputs = googleOutputs(DOCUMENTS, "papers", { name: "papers", locationId: "nam5" }, PROJECT);
    expect(outputs).not.toHaveProperty("locationId");
  });
});
