import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import { Secret } from "@pulumi/gcp/secretmanager/secret.js";
import { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { ComponentResource } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Apis, apisOf, MODULES } from "../../../components/gcp/apis.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import type { App, Service } from "../../../src/config/model.ts";
import { dollars, gibibytes, mebibytes } from "../../../src/config/units.ts";
import {
  makeApp,
  makeBucket,
  makeDocuments,
  makePostgres,
  makeRedis,
  makeService,
  makeVectors,
} from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";
import { KEY } from "../../helpers/gcp-data.ts";
import { runProgram } from "../../helpers/program.ts";

const GROUND = ["compute", "dns", "iam", "logging", "monitoring", "secretmanager"];
const needed = (app: Partial<App>, settings: Partial<GcpSettings> = {}, instances = false) =>
  apisOf({ deployment: makeGcp(makeApp(app), settings), instances }).filter((api) => !GROUND.includes(api));

const built: Service["source"] = { type: "build", context: "/srv", dockerfile: "Dockerfile", args: {} };
const operators: App["routes"] = {
  "/grafana": {
    to: { type: "operators", tool: "grafana" },
    strip: false,
    rateLimit: { paths: {} },
    bodyLimit: mebibytes(1),
  },
};

describe("an app's interfaces are exactly those that it needs", () => {
  test("an empty one has the ground alone", () => {
    expect(apisOf({ deployment: makeGcp(makeApp()), instances: false })).toEqual(GROUND);
  });

  test.each<[string, Partial<App>, string[]]>([
    ["a service", { services: { api: makeService() } }, ["run"]],
    ["a cron", { services: { nightly: makeService({ kind: "cron" }) } }, ["cloudscheduler", "run"]],
    ["static files", { services: { web: makeService({ kind: "static" }) } }, ["run", "storage"]],
    ["a built image", { services: { api: makeService({ source: built }) } }, ["artifactregistry", "run"]],
    [
      "a built image, protected",
      { protect: true, services: { api: makeService({ source: built }) } },
      ["artifactregistry", "containerscanning", "run"],
    ],
    ["postgres", { data: { db: makePostgres() } }, ["run", "servicenetworking", "sqladmin"]],
    ["redis", { data: { cache: makeRedis() } }, ["redis", "servicenetworking"]],
    ["documents", { data: { items: makeDocuments() } }, ["firebaserules", "firestore"]],
    ["a bucket", { data: { media: makeBucket() } }, ["storage"]],
    ["an index", { data: { index: makeVectors() } }, ["storage"]],
    [
      "an index on a share",
      { data: { index: makeVectors({ storage: gibibytes(500) }) } },
      ["file", "run", "servicenetworking"],
    ],
    ["a login", { routes: operators }, ["certificatemanager", "iap"]],
  ])("%s", (_, app, expected) => {
    expect(needed(app)).toEqual(expected);
  });

  test("on instances those of instances, and Cloud Run's for jobs alone", () => {
    expect(needed({ services: { api: makeService() } }, {}, true)).toEqual(["iap", "oslogin"]);
    expect(needed({ services: { migrate: makeService({ kind: "job" }) } }, {}, true)).toEqual([
      "iap",
      "oslogin",
      "run",
    ]);
  });

  test("and what the settings ask for", () => {
    const budget = { monthly: dollars(500), ai: {} };
    expect(needed({ budget })).toEqual([]);
    expect(needed({ budget }, { billingAccount: "01A2B3-4C5D6E-7F8A9B" })).toEqual(["billingbudgets"]);
    expect(needed({}, { github: { repository: "acme/shop", branch: "main" } })).toEqual([
      "iamcredentials",
      "sts",
    ]);
    expect(needed({}, { encryptionKey: KEY })).toEqual(["cloudkms"]);
  });
});

describe("an interface", () => {
  const run = () =>
    runProgram(() => {
      const deployment = makeGcp(makeApp({ data: { media: makeBucket() } }));
      const apis = new Apis("apis", { deployment, instances: false });
      const root = new ComponentResource("test:Root", "root", {}, { transformations: [apis.first] });
      const parent = { parent: root };
      const first = new Secret("first", { secretId: "first", replication: { auto: {} } }, parent);
      new Secret(
        "second",
        { secretId: "second", replication: { auto: {} } },
        { ...parent, dependsOn: [first] },
      );
      new Bucket("bucket", { location: "US" }, parent);
      new ServiceIdentity("agent", { service: "storage.googleapis.com" }, parent);
      return apis;
    });

  test("stays switched on when the stack goes", async () => {
    const { get } = await run();
    expect(get("storage.googleapis.com")).toMatchObject({
      type: "gcp:projects/service:Service",
      parent: "apis",
      inputs: { service: "storage.googleapis.com", disableOnDestroy: false },
    });
  });

  test("comes before whatever asks it, and before nothing else", async () => {
    const { get } = await run();
    expect(get("first").dependencies).toEqual(["secretmanager.googleapis.com"]);
    expect(get("second").dependencies).toEqual(["first", "secretmanager.googleapis.com"]);
    expect(get("bucket").dependencies).toEqual(["storage.googleapis.com"]);
    expect(get("agent").dependencies).toEqual(["storage.googleapis.com"]);
    expect(get("root").dependencies).toEqual([]);
  });

  test("can be waited for by name", async () => {
    const { result } = await run();
    expect(result.of("storage", "run")).toHaveLength(1);
  });
});

test("every module of the provider that is used is in the table", () => {
  const folder = join(import.meta.dirname, "../../../components/gcp");
  const used = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(/"@pulumi\/gcp\/([a-z0-9]+)\//g),
    ])
    .flatMap(([, module]) => (module === undefined || module === "types" ? [] : [module]));
  expect([...new Set(used)].filter((module) => !(module in MODULES))).toEqual([]);
});
