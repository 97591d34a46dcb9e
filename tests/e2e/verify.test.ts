/** Plans before real plugins: the docker provider's own checks, without a Docker host; and Google's where its plugin can
 * be downloaded.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { createProgress } from "../../bootstrap/progress.mjs";
import { type Environment, run } from "../../engine/command.ts";
import { openEngine } from "../../engine/open.ts";
import type { Properties } from "../../rehearsal/values.ts";
import { formatProblem } from "../../src/config/problem.ts";
import type { Plan, PlannedResource } from "../../src/plan/model.ts";
import { formatVerdict } from "../../src/verify/report.ts";
import { type Verdict, verifyPlan } from "../../src/verify/verify.ts";
import { makeApp } from "../helpers/app.ts";
import { ROOT } from "../helpers/stack.ts";
import { type PlannedExample, planExample } from "../verify/examples.ts";
import { planOf, resource } from "../verify/resources.ts";

const CONTAINER = "docker:index/container:Container";
const APP = "examples/flashfit-ai/app.yaml";

const progress = createProgress({ write: () => true });
let env: Environment = {};
beforeAll(async () => {
  const opened = await openEngine({ project: ROOT, env: process.env, progress });
  // A host that cannot be reached: nothing here may ask for it.
  env = { ...opened.env, DOCKER_HOST: "tcp://127.0.0.1:1" };
});

const linesOf = ({ problems }: Verdict) => problems.map(formatProblem);

describe("FlashFit in production on Docker, before the real plugin", () => {
  let example: PlannedExample;
  beforeAll(async () => {
    example = await planExample("flashfit-ai", "docker");
  });

  const verify = (plan: Plan, replan: PlannedExample["replan"]) =>
    verifyPlan(plan, {
      app: example.app,
      settings: example.settings,
      resolved: example.loaded.resolved,
      place: example.loaded.place,
      replan,
      env,
      project: ROOT,
      progress,
      searchTime: 300,
    });

  /** The same program with a mistake in it. */
  const broken = (change: (one: PlannedResource) => Properties) => {
    const apply = (plan: Plan): Plan => ({
      ...plan,
      resources: plan.resources.map((one) => ({ ...one, inputs: { ...one.inputs, ...change(one) } })),
    });
    return [
      apply(example.plan),
      async (...args: Parameters<PlannedExample["replan"]>) => apply(await example.replan(...args)),
    ] as const;
  };

  it("holds: every resource was checked and previewed, and no plugin is left", async () => {
    const verdict = await verify(example.plan, example.replan);
    expect(linesOf(verdict)).toEqual([]);
    expect(verdict.ok).toBe(true);
    expect(verdict.unknown).toBe(0);
    const [docker, ...others] = verdict.packages;
    expect(others).toEqual([]);
    expect(docker?.resources).toBeGreaterThan(100);
    expect(docker?.checked).toBe(docker?.resources);
    expect(formatVerdict(verdict)).toMatch(
      /^docker 5\.2\.0 {2}\d+ resources checked in .+ s, ready after .+ s\nno problem; \d+ resources checked by the real providers in .+ s\n$/,
    );
    const { stdout } = await run("ps", ["--ppid", String(process.pid), "-o", "args="], { env: process.env });
    expect(stdout).not.toContain("pulumi-resource-docker");
  });

  it("has a memory that is none at the line that says it", async () => {
    const isApi = ({ type, name }: PlannedResource) => type === CONTAINER && /-api-\d-\w+$/.test(name);
    const [plan, replan] = broken((one) => (isApi(one) ? { memory: `${one.inputs.memory} MB` } : {}));
    const lines = linesOf(await verify(plan, replan));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      new RegExp(
        `^${APP}:\\d+:\\d+: services\\.api\\.memory: docker refuses memory of docker\\.Container flashfit-prod-api-1-\\w+ and 2 more: ` +
          `memory: strconv\\.ParseInt: parsing "2048 MB": invalid syntax; it comes from this key: write another value there$`,
      ),
    );
  });

  it("has a mistake of Atelier's own at the part, and says that it is none of the app's", async () => {
    const isGrafana = ({ type, name }: PlannedResource) => type === CONTAINER && name.endsWith("-grafana");
    const [plan, replan] = broken((one) => (isGrafana(one) ? { restart: "sometimes" } : {}));
    expect(linesOf(await verify(plan, replan))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${APP}:\\d+:\\d+: monitoring: docker refuses restart of docker\\.Container flashfit-prod-grafana: .*sometimes.*; ` +
            `no key was found that it comes from: if this part is as you want it, the mistake is Atelier's, so report it$`,
        ),
      ),
    ]);
  });
});

describe("mistakes that the real docker plugin finds", () => {
  const reasonOf = async (type: string, inputs: Properties): Promise<string[]> => {
    const verdict = await verifyPlan(planOf([resource({ type, name: "it", inputs })], "docker"), {
      app: makeApp(),
      settings: {},
      resolved: {},
      place: (problem) => problem,
      env,
      project: ROOT,
      progress,
    });
    return linesOf(verdict).map((line) =>
      line.replace("docker refuses ", "").replace("; look at what this part says", ""),
    );
  };

  it.each([
    [
      "a value that is none of those allowed",
      CONTAINER,
      { image: "x", healthcheck: { tests: ["CMD", "true"], interval: "5 parsecs" } },
      ["healthcheck.interval of docker.Container it: '5 parsecs' is not a valid duration"],
    ],
    [
      "a missing input",
      CONTAINER,
      {},
      [
        'image of docker.Container it: Missing required argument. The argument "image" is required, but no definition was found',
      ],
    ],
    [
      "a missing key of a block",
      CONTAINER,
      { image: "x", ports: [{ external: 80 }] },
      [
        'ports[0].internal of docker.Container it: Missing required argument. The argument "ports.0.internal" is required, but no definition was found',
      ],
    ],
    [
      "an input, and a key of a block, that there are not",
      CONTAINER,
      { image: "x", imgae: "y", ports: [{ internal: 1, extrenal: 2 }] },
      [
        "imgae of docker.Container it: Invalid or unknown key",
        "ports[0].extrenal of docker.Container it: Invalid or unknown key",
      ],
    ],
    [
      "inputs that exclude each other",
      "docker:index/remoteImage:RemoteImage",
      { name: "a", build: { context: "/srv" }, pullTriggers: ["a"] },
      [
        'build of docker.RemoteImage it: Conflicting configuration arguments. "build": conflicts with pull_triggers',
      ],
    ],
    [
      "a type that there is not",
      "docker:index/bogus:Bogus",
      {},
      ["docker.Bogus it: unrecognized resource type (Check): docker:index/bogus:Bogus"],
    ],
    ["nothing in what is right", CONTAINER, { image: "x", name: "a" }, []],
  ])("are %s", async (_, type, inputs, lines) => {
    expect((await reasonOf(type, inputs)).sort()).toEqual(lines);
  });
});

describe("ClosetGPT in production on Google Cloud", () => {
  it("holds before the real plugins, or says in one line each which could not be had and how to get them", async () => {
    const example = await planExample("closetgpt", "gcp-cloud-run");
    const { app, settings, loaded, plan } = example;
    const verdict = await verifyPlan(plan, {
      app,
      settings,
      resolved: loaded.resolved,
      place: loaded.place,
      env,
      project: ROOT,
      progress,
    });
    const missing = verdict.packages.filter(({ plugin }) => plugin === undefined);
    expect(verdict.ok).toBe(missing.length === 0);
    expect(linesOf(verdict).sort()).toEqual(
      missing.map(({ name, version, resources }) =>
        expect.stringMatching(
          new RegExp(
            `^plugin ${name} ${version}: is missing, so that ${resources} resources were not checked: pulumi plugin install failed: .+; ` +
              `install it where its download can be reached: pulumi plugin install resource ${name} v${version}$`,
          ),
        ),
      ),
    );
  });
});
