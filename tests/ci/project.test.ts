/** What is read from a repository, and what is refused, word for word. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loginOf } from "../../src/ci/logins.ts";
import { readPipeline, type StackSource, type Wanted } from "../../src/ci/project.ts";
import { loadAppText } from "../../src/config/load.ts";
import { targets } from "../../stacks/targets.ts";

let root: string;
let project: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "atelier-project-")));
  execFileSync("git", ["init", "--quiet", root]);
  project = join(root, "deploy", "shop");
  await mkdir(project, { recursive: true });
  await write("package-lock.json", "{}");
  await write("Pulumi.yaml", "name: shop\n");
  await write("Pulumi.prod.yaml", "config: {}\n");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(project, name), text);

function source(
  changes: Partial<StackSource> & { readonly domain?: string; readonly protect?: boolean } = {},
): StackSource {
  const { domain = "shop.example", protect = false, ...rest } = changes;
  const text = `name: shop
services: { web: { kind: web, image: "us-central1-docker.pkg.dev/acme/shop/web:1", port: 80, health: / } }
routes: { /: web }
edge: { domain: ${domain} }
protect: ${protect}
`;
  const { app } = loadAppText(text, { file: join(root, "app.yaml"), environment: "dev" });
  return { stack: "prod", app, target: "gcp-cloud-run", settings: {}, ofEnvironment: [], ...rest };
}

const read = (wanted: Partial<Wanted> = {}) => readPipeline({ project, deployed: source(), ...wanted });

describe("a pipeline", () => {
  it("knows the project's place, the app's address and the branch", () => {
    expect(read()).toEqual({
      stack: "prod",
      branch: "main",
      folder: "deploy/shop",
      login: "google",
      url: "https://shop.example",
      secrets: "passphrase",
      backend: false,
    });
  });

  it("stands at the root where the project does", async () => {
    await writeFile(join(root, "package-lock.json"), "{}");
    expect(read({ project: root }).folder).toBe(".");
  });

  it("takes the branch that the stack's settings let in", () => {
    const deployed = source({ settings: { github: { repository: "acme/shop", branch: "release" } } });
    expect(read({ deployed }).branch).toBe("release");
  });

  it("needs no passphrase where a key management service gives the key", async () => {
    await write(
      "Pulumi.prod.yaml",
      "secretsprovider: gcpkms://projects/acme/locations/global/keyRings/a/cryptoKeys/b\n",
    );
    expect(read().secrets).toBe("kms");
    await write("Pulumi.prod.yaml", "secretsprovider: passphrase\n");
    expect(read().secrets).toBe("passphrase");
  });

  it("knows when Pulumi.yaml says where the state lives", async () => {
    await write("Pulumi.yaml", "name: shop\nbackend: { url: gs://acme-state }\n");
    expect(read().backend).toBe(true);
  });

  it("has previews of their own target, ceiling and time", () => {
    const previews = { source: source({ stack: "preview" }), ceiling: 50, hours: 72 };
    expect(read({ previews }).previews).toEqual({
      login: "google",
      secrets: "passphrase",
      ceiling: 50,
      hours: 72,
    });
  });
});

describe("refusals", () => {
  const preview = (changes: Parameters<typeof source>[0], ceiling = 50, hours = 72) => ({
    previews: { source: source({ stack: "preview", ...changes }), ceiling, hours },
  });

  it.each<[name: string, wanted: () => Partial<Wanted>, said: string]>([
    [
      "a stack whose name could end a command",
      () => ({ deployed: source({ stack: "prod; rm -rf ~" }) }),
      '--stack: "prod; rm -rf ~" can\'t stand in a workflow; allowed: up to 100 letters, digits and hyphens, a letter or digit first; name the stack prod for instance',
    ],
    [
      "a stack that is an expression",
      () => ({ deployed: source({ stack: "${{ secrets.A }}" }) }),
      '--stack: "${{ secrets.A }}" can\'t stand in a workflow; allowed: up to 100 letters, digits and hyphens, a letter or digit first; name the stack prod for instance',
    ],
    [
      "a branch that git could not have",
      () => ({ branch: "a..b" }),
      '--branch: "a..b" is no branch that a workflow could name; write main for instance',
    ],
    [
      "a branch that the cloud would not let in",
      () => ({ branch: "main", deployed: source({ settings: { github: { branch: "release" } } }) }),
      "--branch: the stack's settings let workflows of release in, not of main; leave --branch out, or set github.branch: main there",
    ],
    [
      "a Docker host",
      () => ({ deployed: source({ target: "docker" }) }),
      "Pulumi.prod.yaml: runs on docker: one host is deployed from itself; a workflow on another machine does not reach its Docker; allowed: gcp-cloud-run, gcp-compute; name a stack on a cloud with --stack",
    ],
    [
      "previews without a domain",
      () => preview({ domain: "localhost" }),
      "Pulumi.preview.yaml: names no domain for previews; add atelier:set: { edge.domain: preview.acme.example }; pull request 12 gets pr-12 in front of it",
    ],
    [
      "previews that nobody could take away",
      () => preview({ protect: true }),
      "Pulumi.preview.yaml: protects its data, so a preview could not be taken away; add atelier:set: { protect: false }",
    ],
    [
      "previews that app.yaml has keys for, which they would not get",
      () => preview({ ofEnvironment: ["services.web.scale.max"] }),
      "Pulumi.preview.yaml: app.yaml sets services.web.scale.max for the environment dev, and previews have environments of their own, such as pr-12; move what stands in environments.dev to atelier:set there",
    ],
    [
      "no ceiling",
      () => preview({}, Number.NaN),
      "--ceiling: is no amount of US dollars a month above 0; write --ceiling 50",
    ],
    [
      "half hours",
      () => preview({}, 50, 1.5),
      "--hours: is no number of hours; allowed: whole hours, 1–720; write --hours 72",
    ],
  ])("%s", (_, wanted, said) => {
    expect(() => read(wanted())).toThrow(said);
  });

  it("a project in no repository, and one without a lock file, at once", async () => {
    await rm(join(root, ".git"), { recursive: true });
    await rm(join(project, "package-lock.json"));
    expect(() => read()).toThrow(
      `${project}: is in no git repository; run git init there, or go to a clone of it\n` +
        `${join(project, "package-lock.json")}: is missing, and workflows install with npm ci; run npm install there and commit package-lock.json`,
    );
  });

  it("a folder whose name the shell would split", async () => {
    const odd = join(root, "my shop");
    await mkdir(odd);
    await writeFile(join(odd, "package-lock.json"), "{}");
    expect(() => read({ project: odd })).toThrow(
      "my shop: is a folder whose name can't stand in a workflow; allowed: letters, digits and . _ - + @; give the project's folder a plainer name",
    );
  });
});

it("knows for every target whether a workflow can deploy it", () => {
  expect(Object.keys(loginOf).sort()).toEqual(Object.keys(targets).sort());
});
