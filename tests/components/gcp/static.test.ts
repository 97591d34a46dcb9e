import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BackendBucket } from "@pulumi/gcp/compute/backendBucket.js";
import { afterAll, describe, expect, test } from "vitest";
import { isFingerprinted, staticFiles } from "../../../components/gcp/static/files.ts";
import { differencesOfStatic, isPlainFolder, refuseStatic } from "../../../components/gcp/static/refusals.ts";
import { StaticSite } from "../../../components/gcp/static.ts";
import type { Service } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { mebibytes } from "../../../src/config/units.ts";
import { makeApp, makeService } from "../../helpers/app.ts";
import { identityOf, makeGcp, network } from "../../helpers/gcp.ts";
import { makeVault, plain } from "../../helpers/gcp-vault.ts";
import { runProgram } from "../../helpers/program.ts";

const BUCKET = "gcp:storage/bucket:Bucket";
const OBJECT = "gcp:storage/bucketObject:BucketObject";
const MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember";

const FILES = {
  "index.html": "<h1>shop</h1>",
  "about/index.html": "<h1>about</h1>",
  "assets/app.3f9c2b1d.js": "run()",
  "logo.svg": "<svg/>",
  ".well-known/security.txt": "Contact: mailto:security@acme.example",
  ".env": "KEY=1",
};

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

function folder(files: Readonly<Record<string, string>> = FILES): string {
  const root = mkdtempSync(join(tmpdir(), "atelier-static-"));
  roots.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function specOf(context: string, changes: Partial<Service> = {}): Service {
  return makeService({
    kind: "static",
    source: { type: "build", context, dockerfile: "Dockerfile", args: {} },
    port: 8080,
    ...changes,
  });
}

const create = (changes: Partial<Service> = {}, files?: Readonly<Record<string, string>>) => {
  const spec = specOf(folder(files), changes);
  const app = makeApp({
    services: { site: spec },
    routes: {
      "/shop": {
        to: { type: "service", service: "site" },
        strip: false,
        rateLimit: { paths: {} },
        bodyLimit: mebibytes(1),
      },
    },
  });
  return runProgram(
    () => {
      const part = new StaticSite("site", {
        deployment: makeGcp(app),
        app,
        name: "site",
        spec,
        consumers: {},
        identity: identityOf("site"),
        network,
        grants: {},
        secrets: {},
        after: [],
      });
      const door = new BackendBucket("door", { bucketName: part.backend.bucket });
      part.backend.admit?.(door);
      return { part, grant: part.grant("api", "read"), stored: makeVault().stored };
    },
    { outputs: (type) => (type === BUCKET ? { projectNumber: 4711 } : {}) },
  );
};

describe("NW-04: files in a bucket", () => {
  test("each with its type, its age in caches and its checksum; what is hidden stays at home", async () => {
    const { resources } = await create();
    const objects = resources.filter(({ type }) => type === OBJECT).map(({ inputs }) => inputs);
    expect(objects.map(({ name, contentType, cacheControl }) => [name, contentType, cacheControl])).toEqual([
      [".well-known/security.txt", "text/plain; charset=utf-8", "public, max-age=3600"],
      ["assets/app.3f9c2b1d.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
      ["logo.svg", "image/svg+xml", "public, max-age=3600"],
      ["about/index.html", "text/html; charset=utf-8", "public, max-age=0, must-revalidate"],
      ["index.html", "text/html; charset=utf-8", "public, max-age=0, must-revalidate"],
    ]);
    expect(objects[4]).toMatchObject({
      bucket: "acme-prod-shop-dev-site",
      sourceMd5hash: "BzFjEE0QL+CLPO4YJn8vgA==",
    });
  });

  test("a changed file has another checksum, the same one the same", async () => {
    const md5 = async (files: Readonly<Record<string, string>>) =>
      (await create({}, files)).get("site/index.html").inputs.sourceMd5hash;
    expect(await md5({ "index.html": "a" })).toBe(await md5({ "index.html": "a", "other.txt": "x" }));
    expect(await md5({ "index.html": "a" })).not.toBe(await md5({ "index.html": "b" }));
  });

  test("pages wait for what they name", async () => {
    const { get } = await create();
    expect(get("site/index.html").dependencies).toEqual(
      expect.arrayContaining(["site/assets/app.3f9c2b1d.js", "site/logo.svg"]),
    );
    expect(get("site/assets/app.3f9c2b1d.js").dependencies).not.toContain("site/index.html");
  });

  test("an unknown ending is a download", () => {
    const [file] = staticFiles(folder({ "data.xyz": "1" }));
    expect(file?.type).toBe("application/octet-stream");
  });

  test.each([
    ["app.3f9c2b1d.js", true],
    ["index-BqX81_aZ.css", true],
    ["app.js", false],
    ["jquery-ui-widgets.js", false],
    ["page.3f9c2b1d.html", false],
  ])("%s may be kept for good: %s", (path, expected) => {
    expect(isFingerprinted(path)).toBe(expected);
  });
});

describe("the bucket", () => {
  test("is private and answers a folder with its page, never with a list", async () => {
    const { get } = await create();
    expect(get("site", BUCKET).inputs).toMatchObject({
      name: "acme-prod-shop-dev-site",
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      versioning: { enabled: true },
      website: { mainPageSuffix: "index.html" },
    });
    expect(get("site", BUCKET).inputs.website).not.toHaveProperty("notFoundPage");
  });

  test("CKV_GCP_28: nobody but the load balancer's own account reads it, once there is a load balancer", async () => {
    const { get, resources } = await create();
    const reader = get("site-load-balancer", MEMBER);
    expect(reader.inputs).toEqual({
      bucket: "acme-prod-shop-dev-site",
      role: "roles/storage.objectViewer",
      member: "serviceAccount:service-4711@https-lb.iam.gserviceaccount.com",
    });
    expect(reader.dependencies).toContain("door");
    expect(resources.filter(({ inputs }) => /^all/.test(String(inputs.member)))).toEqual([]);
  });

  test("is what the edge sends requests to, with the fallback of a single page", async () => {
    const { result, get } = await create({ fallback: "/index.html" });
    const { bucket, projectNumber: _, admit: __, ...backend } = result.part.backend;
    expect(backend).toEqual({
      type: "bucket",
      name: "site",
      cdn: true,
      private: false,
      fallback: "/index.html",
    });
    expect(await plain(bucket)).toBe("acme-prod-shop-dev-site");
    expect(get("site", BUCKET).inputs.website).toEqual({
      mainPageSuffix: "index.html",
      notFoundPage: "index.html",
    });
  });

  test("is reached by other services as by browsers", async () => {
    const { result } = await create();
    expect(result.grant.env).toEqual({
      SITE_URL: "https://shop.example/shop",
      SITE_HOST: "shop.example",
      SITE_PORT: "443",
    });
  });
});

describe("what is refused and said", () => {
  const refuse = (spec: Service) =>
    refuseStatic("site", spec).map((problem) =>
      formatProblem(problem).replace(/\/\S*atelier-static-\w+/, "/srv/site"),
    );

  test("a folder with its page is taken", () => {
    const spec = specOf(folder(), { fallback: "/index.html" });
    expect(refuse(spec)).toEqual([]);
    expect(isPlainFolder(spec)).toBe(true);
  });

  test("a Dockerfile is not a folder of files", () => {
    const spec = specOf(folder({ Dockerfile: "FROM nginx:1.27" }));
    expect(isPlainFolder(spec)).toBe(false);
    expect(refuse(spec)).toEqual([
      "services.site.build: /srv/site has a Dockerfile, and the files of a static service are taken from the folder as they lie there; allowed: a folder with index.html; build the files before and write build: ./dist for instance, or make site a web service",
    ]);
  });

  test("nothing there, no page, no fallback, variables", () => {
    expect(refuse(specOf(join(folder(), "dist")))).toEqual([
      "services.site.build: /srv/site/dist is not a folder; build the files before, or correct the path",
    ]);
    expect(refuse(specOf(folder({ "a.txt": "a" }), { fallback: "/app.html", env: { A: "1" } }))).toEqual([
      "services.site.build: /srv/site has no index.html; build the files before, or name the folder that they are in",
      "services.site.fallback: /app.html is not in /srv/site; write fallback: /index.html for instance",
      "services.site.env: files know no environment variables; put the values into the files when they are built, and remove env",
    ]);
  });

  test("what is not used is said", () => {
    expect(differencesOfStatic("site")).toEqual([
      "services.site: Cloud Storage serves the files; port, cpu, memory, scale, health, timeout, stopGrace and rollout are not used, and each file is replaced at once",
    ]);
  });
});
