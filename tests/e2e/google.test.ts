/** Whole apps on Google Cloud under the real engine, against simulated providers: order, unknown values, secrets in the
 * state, what a change touches, and whether everything can be taken away again.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviours } from "../../rehearsal/behaviours.ts";
import { Cloud } from "../../rehearsal/cloud.ts";
import { type Rehearsal, serve } from "../../rehearsal/server.ts";
import { reveal } from "../../rehearsal/values.ts";
import {
  GOOGLE_TARGETS,
  type GoogleTarget,
  loadExample,
  PROJECT,
  SETTINGS,
} from "../helpers/google-stack.ts";
import { ROOT, TestStack } from "../helpers/stack.ts";

const DIGESTS = ["a", "b"].map((letter) => `us-docker.pkg.dev/acme/shop/backend@sha256:${letter.repeat(64)}`);
/** What rightly outlives the stack. */
const KEPT = [
  // Older versions need an image to go back to.
  "docker-build:index:Image",
  // Others in the project may use an interface, and whoever audits needs the past.
  "gcp:projects/service:Service",
  "gcp:projects/iAMAuditConfig:IAMAuditConfig",
];
const APP = "closetgpt";
const SERVICE = "backend";

describe.each(GOOGLE_TARGETS)("ClosetGPT in production on %s (CG-04, CG-08, CG-10)", (target) => {
  const behaviour = behaviours({ settings: PROJECT });
  const cloud = new Cloud(behaviour);
  let server: Rehearsal | undefined;
  let stack: TestStack | undefined;

  beforeAll(async () => {
    server = await serve(cloud, behaviour.isSecret);
    const providers = `gcp:${server.port},docker-build:${server.port}`;
    const values = Object.entries(loadExample(APP).secrets).filter(([, { source }]) => source === "required");
    const secrets = values.map(([name]) => [`atelier:secrets.${name}`, `canary-of-${name.toLowerCase()}`]);
    stack = await TestStack.create({
      config: configOf(target, {
        [`services.${SERVICE}.build`]: null,
        [`services.${SERVICE}.image`]: DIGESTS[0],
      }),
      secrets: Object.fromEntries(secrets),
      env: { PULUMI_DEBUG_PROVIDERS: providers },
    });
  });
  afterAll(async () => {
    await stack?.remove();
    server?.close();
  });

  it("can be looked at before anything is there", async () => {
    const steps = await must(stack).preview();
    expect(steps.every(({ op }) => op === "create")).toBe(true);
    expect(steps.length).toBeGreaterThan(150);
    expect(cloud.events).toEqual([]);
  });

  it("comes up", async () => {
    const up = await must(stack).up();
    expect(up.code, up.text).toBe(0);
    expect(cloud.live.length).toBeGreaterThan(150);
  });

  it("has no secret in the plain state", async () => {
    const state = await must(stack).state();
    const hidden = cloud.live.flatMap(({ type, inputs, outputs }) =>
      Object.entries({ ...outputs, ...inputs }).flatMap(([key, value]) => {
        const plain = reveal(value);
        return behaviour.isSecret(type, key) && typeof plain === "string" && plain.length > 8 ? [plain] : [];
      }),
    );
    expect(hidden.length).toBeGreaterThan(5);
    // The engine escapes texts as JSON does.
    expect(hidden.filter((value) => state.includes(JSON.stringify(value).slice(1, -1)))).toEqual([]);
  });

  it("has nothing to do the second time", async () => {
    expect(await must(stack).preview()).toEqual([]);
  });

  it("touches only the service whose image has a new digest", async () => {
    const before = cloud.events.length;
    await must(stack).configure(
      configOf(target, { [`services.${SERVICE}.build`]: null, [`services.${SERVICE}.image`]: DIGESTS[1] }),
    );
    await must(stack).must(["up", "--yes", "--skip-preview", "--non-interactive", "--color=never"]);
    const touched = [
      ...new Set(cloud.events.slice(before).map(({ verb, type }) => `${verb} ${type}`)),
    ].sort();
    console.log(`${target}, new digest of ${SERVICE}:\n${touched.join("\n")}`);
    expect(touched).toEqual(TOUCHED[target]);
    const others = cloud.events.slice(before).filter(({ id }) => !id.includes(SERVICE));
    expect(others).toEqual([]);
  });

  it("refuses to go while it is protected, and goes whole when it is not", async () => {
    const before = cloud.events.length;
    const refused = await must(stack).pulumi(["destroy", "--yes", "--non-interactive", "--color=never"]);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("protect");
    expect(cloud.events.length).toBe(before);
    await must(stack).configure(configOf(target, { protect: false }));
    const up = await must(stack).up();
    expect(up.code, up.text).toBe(0);
    const destroy = await must(stack).destroy();
    expect(destroy.code, destroy.text).toBe(0);
    // Nothing but what rightly outlives the stack; the simulation refuses to delete what something else still names.
    expect([...new Set(cloud.live.map(({ type }) => type))].filter((type) => !KEPT.includes(type))).toEqual(
      [],
    );
  });
});

const TOUCHED: Readonly<Record<GoogleTarget, readonly string[]>> = {
  "gcp-cloud-run": ["update gcp:cloudrunv2/service:Service"],
  "gcp-compute": [
    "create gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "delete gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "update gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
  ],
};

function configOf(
  target: GoogleTarget,
  overrides: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    "atelier:app": `${ROOT}/examples/${APP}/app.yaml`,
    "atelier:environment": "prod",
    "atelier:target": target,
    [`atelier:${target}`]: SETTINGS,
    "atelier:set": overrides,
  };
}

function must(stack: TestStack | undefined): TestStack {
  if (!stack) throw new Error("The stack was not made.");
  return stack;
}
