/** A plan before a provider: the real protocol, a real program for Google Cloud, and a provider whose rules are known. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createProgress } from "../../bootstrap/progress.mjs";
import { hide } from "../../rehearsal/values.ts";
import { formatProblem } from "../../src/config/problem.ts";
import type { Plan } from "../../src/plan/model.ts";
import { type Verdict, type VerifyOptions, verifyPlan } from "../../src/verify/verify.ts";
import { makeApp, makeService } from "../helpers/app.ts";
import { ROOT } from "../helpers/stack.ts";
import { type PlannedExample, planExample } from "./examples.ts";
import { type Behaviour, type Provider, serveProvider } from "./provider.ts";
import { planOf, resource } from "./resources.ts";

let project = "";
let provider: Provider | undefined;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "atelier-project-"));
  await writeFile(join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterEach(async () => {
  provider?.close();
  provider = undefined;
  await rm(project, { recursive: true, force: true });
});

const SHOP = makeApp({ services: { api: makeService() } });

/** What a caller says, apart from where plugins are. */
function optionsFor(changes: Partial<VerifyOptions> = {}): VerifyOptions {
  return {
    app: SHOP,
    resolved: { services: { api: {} } },
    settings: {},
    place: (problem) => problem,
    env: { PATH: process.env.PATH, HOME: project },
    project,
    progress: createProgress({ write: () => true }),
    ...changes,
  };
}

/** Has the plan checked by one provider that stands for `packages`. */
async function verify(
  plan: Plan,
  behaviour: Behaviour,
  changes: Partial<VerifyOptions> = {},
  packages = ["gcp"],
) {
  provider = await serveProvider(behaviour);
  const { port } = provider;
  const env = { HOME: project, PULUMI_DEBUG_PROVIDERS: packages.map((name) => `${name}:${port}`).join(",") };
  return { verdict: await verifyPlan(plan, optionsFor({ env, ...changes })), seen: provider };
}

const linesOf = ({ problems }: Verdict) => problems.map(formatProblem);
const SERVICE = "gcp:cloudrunv2/service:Service";
const INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";

describe("ClosetGPT in production on Google Cloud", { timeout: 180_000 }, () => {
  let example: PlannedExample;
  const packages = ["gcp", "docker-build"];
  beforeAll(async () => {
    example = await planExample("closetgpt", "gcp-cloud-run");
  }, 60_000);
  const known = () => ({
    app: example.app,
    settings: example.settings,
    resolved: example.loaded.resolved,
    place: example.loaded.place,
    replan: example.replan,
    searchTime: 120,
  });

  it("is fine, when every resource is checked and previewed, and nothing is created", async () => {
    const { verdict, seen } = await verify(example.plan, {}, known(), packages);
    expect(linesOf(verdict)).toEqual([]);
    expect(verdict.ok).toBe(true);
    expect(verdict.unknown).toBe(0);
    const custom = example.plan.resources.filter(
      (one) => one.custom && !one.type.startsWith("pulumi:providers:"),
    );
    expect(seen.checked).toHaveLength(custom.length);
    expect(seen.previewed).toHaveLength(custom.length);
    expect(seen.created).toEqual([]);
    expect(
      verdict.packages.map(({ name, resources, checked, version }) => [name, resources - checked, version]),
    ).toEqual([
      ["docker-build", 0, "7.7.7"],
      ["gcp", 0, "7.7.7"],
    ]);
  });

  it("is asked with the planned project and region, and without an account", async () => {
    const { seen } = await verify(example.plan, {}, known(), packages);
    const google = seen.configured.find(({ settings }) => settings.project !== undefined);
    expect(google?.settings).toMatchObject({ project: "acme-prod", region: "us-central1" });
    expect(google?.variables).toMatchObject({ "gcp:config:project": "acme-prod" });
  });

  it("has each mistake at the line that it comes from, all at once", async () => {
    const memory = "template.containers[0].resources.limits.memory";
    const rules: Behaviour["rules"] = {
      [SERVICE]: { allowed: { [memory]: ["2Gi", "512Mi"] } },
      "gcp:firestore/database:Database": { required: ["moon"] },
    };
    const { verdict } = await verify(example.plan, { rules }, known(), packages);
    const [service, database, ...others] = linesOf(verdict);
    expect(service).toBe(
      `examples/closetgpt/app.yaml:26:13: services.backend.memory: gcp refuses ${memory} of gcp.cloudrunv2.Service ` +
        `closetgpt-prod-backend-us-central1: expected ${memory} to be one of ["2Gi","512Mi"], got 1024Mi; ` +
        "it comes from this key: write another value there",
    );
    expect(database).toMatch(
      /^examples\/closetgpt\/app\.yaml:\d+:\d+: data\.closet: gcp refuses moon of gcp\.firestore\.Database closet: Missing required property 'moon'; look at what this part says$/,
    );
    expect(others).toEqual([]);
    expect(verdict.ok).toBe(false);
  });
});

describe("a provider's answers", () => {
  const google = resource({ type: "pulumi:providers:gcp", name: "google", inputs: { project: "acme" } });
  const parent = resource({ type: "atelier:gcp:ContainerService", name: "api" });
  const service = resource({
    type: SERVICE,
    name: "api",
    inputs: { location: "mars" },
    parent,
    provider: google,
  });

  it("count when only the preview fails", async () => {
    const { verdict } = await verify(planOf([google, parent, service]), {
      refusePreview: () => "diffing urn:x: 1 error occurred:\n\t* location: mars is no region\n",
    });
    expect(linesOf(verdict)).toEqual([
      "services.api: gcp refuses location of gcp.cloudrunv2.Service api: location: mars is no region; look at what this part says",
    ]);
  });

  it("are one problem for resources that are alike", async () => {
    const twin = { ...service, name: "api-2", urn: `${service.urn}-2` };
    const { verdict } = await verify(planOf([google, parent, service, twin]), {
      rules: { [SERVICE]: { allowed: { location: ["europe-west1"] } } },
    });
    expect(linesOf(verdict)).toEqual([
      'services.api: gcp refuses location of gcp.cloudrunv2.Service api and 1 more: expected location to be one of ["europe-west1"], got mars; look at what this part says',
    ]);
  });

  it("are told in the order of the plan, whichever comes first", async () => {
    const all = ["a", "b", "c"].map((name) => ({ ...service, name, urn: `${service.urn}-${name}` }));
    const { verdict } = await verify(planOf([google, parent, ...all]), {
      rules: { [SERVICE]: { required: ["moon"] } },
      // The first one is asked last.
      delay: (name) => (name === "a" ? 300 : 0),
    });
    expect(linesOf(verdict)[0]).toContain("gcp.cloudrunv2.Service a and 2 more");
  });

  it("never show a secret", async () => {
    const secret = { ...service, inputs: { password: hide("correct horse") } };
    const { verdict } = await verify(planOf([google, parent, secret]), {
      rules: { [SERVICE]: { allowed: { password: ["x"] } } },
    });
    expect(linesOf(verdict)[0]).toContain('one of ["x"], got [secret]');
  });

  it("about the provider itself stand at what its settings come from, and leave the rest unchecked", async () => {
    const replan = async (_: unknown, settings: unknown) =>
      planOf([
        { ...google, inputs: { project: (settings as { project: string }).project } },
        parent,
        service,
      ]);
    const settings = { project: "Acme Prod", region: "us-central1" };
    const plan = await replan(SHOP, settings);
    const refuseSettings: Behaviour["refuseSettings"] = () => [
      { property: "project", reason: "no such project name" },
    ];
    const { verdict, seen } = await verify(plan, { refuseSettings }, { settings, replan });
    expect(linesOf(verdict)).toEqual([
      "atelier:gcp-cloud-run.project: gcp refuses project of the provider google: no such project name; it comes from this key: write another value there",
      "plugin gcp 9.37.0: could not be asked, so that 1 resource was not checked: its configuration is refused (no such project name); set that right, then try again",
    ]);
    expect(seen.checked).toEqual([]);
  });

  it("do not come: that is said with the call and the time", async () => {
    const { verdict } = await verify(planOf([google, parent, service]), { silent: true }, { timeout: 0.5 });
    expect(linesOf(verdict)).toEqual([
      `plugin gcp 9.37.0: could not be asked, so that 1 resource was not checked: no answer to Check within 0.5 s, asked about ${SERVICE} api; set that right, then try again`,
    ]);
  });

  it("come side by side, but not all at once", async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...service,
      name: `s${index}`,
      urn: `${service.urn}${index}`,
    }));
    let open = 0;
    let most = 0;
    const { verdict, seen } = await verify(planOf([google, parent, ...many]), {
      onCheck: () => {
        open++;
        most = Math.max(most, open);
      },
      refusePreview: () => {
        open--;
        return undefined;
      },
    });
    expect(seen.previewed).toHaveLength(60);
    expect(verdict.ok).toBe(true);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe("what no provider may do in a preview", () => {
  it("is switched off: images are not built", async () => {
    const image = resource({
      type: "docker-build:index:Image",
      name: "api",
      inputs: { buildOnPreview: true },
    });
    const { seen } = await verify(planOf([image]), {}, {}, ["docker-build"]);
    expect(seen.previewed[0]?.inputs).toEqual({ buildOnPreview: false });
  });
});

describe("a package whose provider does not look at keys itself", () => {
  it("has them compared with its schema", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const map = resource({ type, name: "settings", inputs: { daat: { a: "b" } } });
    const schema = { resources: { [type]: { inputProperties: { data: { type: "object" } } } } };
    const { verdict } = await verify(planOf([map]), { schema }, {}, ["kubernetes"]);
    expect(linesOf(verdict)).toEqual([
      "kubernetes refuses daat of kubernetes.core.v1.ConfigMap settings: there is no such key; did you mean data?; look at what this part says",
    ]);
  });
});

describe("a plugin that is missing", () => {
  /** A Pulumi that cannot download anything. */
  async function closedPulumi(): Promise<string> {
    const bin = join(project, "bin");
    await mkdir(bin);
    const files = {
      pulumi: `case "$1" in version) echo v3.259.0;; *) echo "warning: Error downloading plugin: Get \\"https://get.pulumi.com/x\\": no such host" >&2; echo "error: failed all 5 attempts" >&2; exit 1;; esac`,
      "pulumi-language-nodejs": "exit 0",
      "pulumi-resource-docker": "exit 0",
    };
    for (const [name, script] of Object.entries(files)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    await mkdir(join(project, "home/plugins/resource-docker-v5.2.0"), { recursive: true });
    return bin;
  }

  it("is named with the reason and how to get it, and what it would have checked", async () => {
    const bin = await closedPulumi();
    const env = {
      PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: project,
      PULUMI_HOME: join(project, "home"),
    };
    const plan = planOf([resource({ type: SERVICE, name: "api" }), resource({ type: INSTANCE, name: "db" })]);
    const verdict = await verifyPlan(plan, optionsFor({ env }));
    expect(linesOf(verdict)).toEqual([
      'plugin gcp 9.37.0: is missing, so that 2 resources were not checked: pulumi plugin install failed: Get "https://get.pulumi.com/x": no such host; install it where its download can be reached: pulumi plugin install resource gcp v9.37.0',
    ]);
    expect(verdict.ok).toBe(false);
    expect(verdict.packages).toMatchObject([{ name: "gcp", resources: 2, checked: 0 }]);
    expect(verdict.packages[0]).not.toHaveProperty("plugin");
  });

  it("may be of a package that nobody installed", async () => {
    const verdict = await verifyPlan(planOf([resource({ type: "moon:a:B", name: "x" })]), optionsFor());
    expect(linesOf(verdict)).toEqual([
      "plugin moon: is missing, so that 1 resource was not checked: no package @pulumi/moon tells which version to install; add @pulumi/moon to package.json and install it",
    ]);
  });
});

describe("a plugin as a process", () => {
  /** A plugin in a folder that Pulumi.yaml names: the provider above behind a real process. */
  async function put(behaviour: string): Promise<void> {
    const program = join(project, "pulumi-resource-gcp");
    const script = join(project, "plugin.ts");
    await writeFile(
      script,
      `import { serveProvider } from ${JSON.stringify(join(ROOT, "tests/verify/provider.ts"))};
       import { writeFileSync } from "node:fs";
       writeFileSync(${JSON.stringify(join(project, "seen.json"))}, JSON.stringify([process.pid, process.env]));
       const { port } = await serveProvider(${behaviour});
       console.log(port);`,
    );
    await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${script}\n`);
    await chmod(program, 0o755);
    await writeFile(join(project, "Pulumi.yaml"), "plugins: { providers: [{ name: gcp, path: . }] }\n");
  }

  async function seen(): Promise<[number, Record<string, string>]> {
    return (await import(join(project, "seen.json"), { with: { type: "json" } })).default;
  }

  const isRunning = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  const plan = planOf([resource({ type: SERVICE, name: "api" }), resource({ type: SERVICE, name: "web" })]);
  const secrets = {
    GOOGLE_APPLICATION_CREDENTIALS: "/secret.json",
    AWS_SECRET_ACCESS_KEY: "s",
    GOOGLE_CREDENTIALS: "{}",
  };

  it("answers, sees no credentials and no home, and is gone afterwards with all that it wrote", async () => {
    await put("{}");
    const before = await readdir(tmpdir());
    const env = { PATH: process.env.PATH, HOME: project, ...secrets };
    const verdict = await verifyPlan(plan, optionsFor({ env }));
    expect(linesOf(verdict)).toEqual([]);
    const [pid, environment] = await seen();
    expect(isRunning(pid)).toBe(false);
    expect(environment).toMatchObject({
      GOOGLE_OAUTH_ACCESS_TOKEN: "fake",
      HTTPS_PROXY: "http://127.0.0.1:1",
    });
    for (const name of Object.keys(secrets)) expect(environment).not.toHaveProperty(name);
    expect(environment.HOME).not.toBe(project);
    const left = (await readdir(tmpdir())).filter(
      (name) => name.startsWith("atelier-verify-") && !before.includes(name),
    );
    expect(left).toEqual([]);
  });

  it("dies in the middle: that is said with its last words, and what was not checked", async () => {
    await put(
      '{ onCheck: (_: string, name: string) => { if (name === "web") { console.error("out of memory"); process.exit(7); } } }',
    );
    const verdict = await verifyPlan(plan, optionsFor());
    expect(linesOf(verdict)[0]).toMatch(
      /^plugin gcp 9\.37\.0: could not be asked, so that (1 resource was|2 resources were) not checked: it ended with 7: out of memory \(.*\); set that right, then try again$/,
    );
    expect(verdict.ok).toBe(false);
  });

  it("hangs, and is ended all the same", async () => {
    await put("{ silent: true }");
    const verdict = await verifyPlan(plan, optionsFor({ timeout: 5 }));
    expect(linesOf(verdict)[0]).toContain("no answer to Check within 5 s");
    expect(isRunning((await seen())[0])).toBe(false);
  });
});
