/** Where images lie, and how they get there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Input, output } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { differencesOfImages, Images, labelOf, refuseImages } from "../../../components/gcp/image.ts";
import { parseRegistry, Registry } from "../../../components/gcp/registry.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import { contextHash } from "../../../src/app/build-context.ts";
import type { App, Build, Service } from "../../../src/config/model.ts";
import { parseImage } from "../../../src/config/names.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makeService } from "../../helpers/app.ts";
import { identityOf, makeGcp } from "../../helpers/gcp.ts";
import { KEY, resolved } from "../../helpers/gcp-data.ts";
import { runProgram } from "../../helpers/program.ts";

const IMAGE = "docker-build:index:Image";
const DIGEST = `sha256:${"d".repeat(64)}`;
const outputs = (type: string): Record<string, unknown> => (type === IMAGE ? { digest: DIGEST } : {});

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "image-")), "Web_App");
  mkdirSync(folder);
  writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

const build = (changes: Partial<Build> = {}): Service["source"] => ({
  type: "build",
  context: folder,
  dockerfile: "Dockerfile",
  args: {},
  ...changes,
});

function run(use: (images: Images, registry: Registry) => unknown, options: Options = {}) {
  return runProgram(
    () => {
      const deployment = makeGcp(options.app ?? makeApp(), options.settings);
      const registry = new Registry("registry", { deployment });
      return use(new Images("images", { registry }), registry);
    },
    { outputs },
  );
}

interface Options {
  readonly app?: App;
  readonly settings?: Partial<GcpSettings>;
}

const referenceOf = (value: unknown) => resolved(output(value as Input<string>));

describe("the repository", () => {
  test("is the stack's own: tags stay what they are, old images go, the newest stay", async () => {
    const { get } = await run(() => undefined);
    expect(get("shop-dev")).toMatchObject({
      type: "gcp:artifactregistry/repository:Repository",
      parent: "registry",
      options: { protect: false },
      inputs: {
        repositoryId: "shop-dev",
        location: "us-central1",
        format: "DOCKER",
        mode: "STANDARD_REPOSITORY",
        dockerConfig: { immutableTags: true },
        cleanupPolicyDryRun: false,
        cleanupPolicies: [
          { id: "keep-newest", action: "KEEP", mostRecentVersions: { keepCount: 20 } },
          { id: "delete-loose", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "604800s" } },
          { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "15552000s" } },
        ],
        vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
        labels: { app: "shop", environment: "dev" },
      },
    });
  });

  test("is protected and scanned with the app", async () => {
    const { get } = await run(() => undefined, { app: makeApp({ protect: true }) });
    expect(get("shop-dev")).toMatchObject({
      options: { protect: true },
      inputs: { vulnerabilityScanningConfig: { enablementConfig: "INHERITED" } },
    });
  });

  test("is encrypted with the customer's key when there is one, once its agent may (CKV_GCP_84, TPG#7611)", async () => {
    const { get } = await run(() => undefined, { settings: { encryptionKey: KEY } });
    expect(get("shop-dev")).toMatchObject({
      inputs: { kmsKeyName: KEY },
      dependencies: ["registry-agent-key"],
    });
  });

  test("is not made when the settings name one; the stack's images have a folder of their own there", async () => {
    const registry = "europe-docker.pkg.dev/acme-shared/images";
    const { resources, result } = await run((_, made) => made.address, { settings: { registry } });
    expect(resources.filter(({ type }) => type.includes("repository:Repository"))).toEqual([]);
    expect(await referenceOf(result)).toBe(`${registry}/shop-dev`);
  });

  test("is read by each account on its own, which is one grant however often it is asked for", async () => {
    const { resources } = await run((_, registry) => [
      registry.readers(identityOf("api").principal, "api"),
      registry.readers(identityOf("api").principal, "api"),
      registry.writers(identityOf("ci").principal, "ci"),
    ]);
    const members = resources.filter(({ type }) => type.includes("repositoryIamMember"));
    expect(members.map(({ name, inputs }) => [name, inputs])).toEqual([
      [
        "api-image-reader",
        {
          location: "us-central1",
          project: "acme-prod",
          repository: "shop-dev",
          role: "roles/artifactregistry.reader",
          member: identityOf("api").principal,
        },
      ],
      ["ci-image-writer", expect.objectContaining({ role: "roles/artifactregistry.writer" })],
    ]);
  });

  test("that somebody else has is granted in its own project", async () => {
    const { get } = await run((_, registry) => registry.readers("serviceAccount:a@b", "api"), {
      settings: { registry: "europe-docker.pkg.dev/acme-shared/images" },
    });
    expect(get("api-image-reader").inputs).toMatchObject({
      location: "europe",
      project: "acme-shared",
      repository: "images",
    });
  });

  test("has a valid id at the limits of our names", async () => {
    const app = makeApp({ name: "a".repeat(20), environment: "e".repeat(20) });
    const { resources } = await run(() => undefined, { app });
    const made = resources.find(({ type }) => type.includes("repository:Repository"));
    expect(made?.inputs.repositoryId).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
  });

  test("is read from the settings in its three parts", () => {
    expect(parseRegistry("us-central1-docker.pkg.dev/acme/shop")).toEqual({
      location: "us-central1",
      project: "acme",
      repository: "shop",
    });
  });
});

describe("an image that is built", () => {
  test("is pushed under the hash of what goes into it and used by digest (CG-09)", async () => {
    const source = build({ target: "runtime", args: { NODE_ENV: "production" } });
    const { resources, result } = await run((images) => images.of("web", { source }));
    const hash = contextHash(folder, source as Build);
    expect(resources.find(({ type }) => type === IMAGE)).toMatchObject({
      name: `web-app-${hash.slice(0, 6)}`,
      parent: "images",
      dependencies: ["shop-dev"],
      inputs: {
        context: { location: folder },
        dockerfile: { location: join(folder, "Dockerfile") },
        buildArgs: { NODE_ENV: "production" },
        target: "runtime",
        tags: [`us-central1-docker.pkg.dev/acme-prod/shop-dev/web-app:${hash}`],
        push: true,
        buildOnPreview: false,
        platforms: ["linux/amd64"],
      },
    });
    expect(await referenceOf(result)).toBe(`us-central1-docker.pkg.dev/acme-prod/shop-dev/web-app@${DIGEST}`);
  });

  test("is another one after a change, and the one before stays for whoever goes back (pulumi-docker-build#606)", async () => {
    const made = async () => {
      const { resources } = await run((images) => images.of("web", { source: build() }));
      return resources.find(({ type }) => type === IMAGE);
    };
    const before = await made();
    writeFileSync(join(folder, "index.html"), "hello");
    const after = await made();
    expect(before?.options.retainOnDelete).toBe(true);
    expect(after?.name).not.toBe(before?.name);
    expect(after?.inputs.tags).not.toEqual(before?.inputs.tags);
  });

  test("is one for services that are built alike, and two for different targets", async () => {
    const { resources } = await run((images) => [
      images.of("web", { source: build() }),
      images.of("worker", { source: build() }),
      images.of("other", { source: build({ target: "other" }) }),
    ]);
    expect(resources.filter(({ type }) => type === IMAGE)).toHaveLength(2);
  });

  test("leaves its reference open in a preview, where nothing is built", async () => {
    const { result } = await runProgram(
      () => {
        const registry = new Registry("registry", { deployment: makeGcp(makeApp()) });
        return output(new Images("images", { registry }).of("web", { source: build() }));
      },
      { preview: true },
    );
    const { isKnown } = result as unknown as { isKnown: Promise<boolean> };
    expect(await isKnown).toBe(false);
  });

  test.each([
    ["/srv/api", "api"],
    ["/srv/Web_App", "web-app"],
    ["/srv/-x-", "x"],
    ["/srv/日本", "image"],
  ])("of %s is called %s", (context, label) => {
    expect(labelOf(context)).toBe(label);
  });
});

test("an image that is named is passed on as it is written", async () => {
  const source = parseImage(`ghcr.io/acme/api@${DIGEST}`);
  const { resources, result } = await run((images) => images.of("api", { source }));
  expect(result).toBe(`ghcr.io/acme/api@${DIGEST}`);
  expect(resources.filter(({ type }) => type === IMAGE)).toEqual([]);
});

describe("where images come from", () => {
  const appOf = (reference: string, changes: Partial<App> = {}) =>
    makeApp({ services: { api: makeService({ source: parseImage(reference) }) }, ...changes });

  test.each([
    "nginx:1.27",
    "docker.io/library/nginx:1.27",
    "us-docker.pkg.dev/acme/shop/api:1",
    "gcr.io/acme/api:1",
    "eu.gcr.io/acme/api:1",
  ])("Cloud Run takes %s", (reference) => {
    expect(refuseImages(appOf(reference))).toEqual([]);
  });

  test("Cloud Run takes none from elsewhere; an instance does", () => {
    expect(refuseImages(appOf("ghcr.io/acme/api:1")).map(formatProblem)).toEqual([
      "services.api.image: Cloud Run fetches no images from ghcr.io; allowed: Docker Hub and Artifact Registry; copy it to Artifact Registry, or name it by a remote repository there, such as us-central1-docker.pkg.dev/acme/ghcr/…",
    ]);
    expect(refuseImages(appOf("ghcr.io/acme/api:1"), ["api"])).toEqual([]);
  });

  test("a tag on a protected app is said, a digest is not", () => {
    const said = (reference: string, protect: boolean) =>
      differencesOfImages(makeGcp(appOf(reference, { protect })));
    expect(said("nginx:1.27", true)).toEqual([
      "services.api.image: nginx:1.27 is a tag, which may come to mean another image; add its digest, @sha256:…",
    ]);
    expect(said("nginx:1.27", false)).toEqual([]);
    expect(said(`nginx:1.27@${DIGEST}`, true)).toEqual([]);
  });

  test("a repository in another project is said", () => {
    const said = (registry: string) => differencesOfImages(makeGcp(makeApp(), { registry }));
    expect(said("us-central1-docker.pkg.dev/acme-shared/images")).toEqual([
      "settings.registry: us-central1-docker.pkg.dev/acme-shared/images lies in another project, where somebody has to give Cloud Run's agent of acme-prod roles/artifactregistry.reader",
    ]);
    expect(said("us-central1-docker.pkg.dev/acme-prod/images")).toEqual([]);
  });
});
