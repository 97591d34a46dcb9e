/** A plan is what the real engine registers: for every example on every target, `pulumi preview` under the real engine
 * against simulated providers shows the same resources with the same inputs, parents, dependencies and protection.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviours } from "../../rehearsal/behaviours.ts";
import { Cloud } from "../../rehearsal/cloud.ts";
import { type Rehearsal, serve } from "../../rehearsal/server.ts";
import { isMap, type Properties, UNKNOWN, type Value } from "../../rehearsal/values.ts";
import type { App } from "../../src/config/model.ts";
import { standIns } from "../../src/plan/run.ts";
import type { State } from "../../src/plan/simulation.ts";
import { maskedAll } from "../../src/plan/values.ts";
import { EXAMPLES } from "../helpers/google-stack.ts";
import { choose, planOf, TARGETS } from "../helpers/plan.ts";
import { ROOT, TestStack } from "../helpers/stack.ts";

interface Shown {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
}

/** What a plan cannot know of a Docker host, said. */
const HOST = { images: "debian", subnets: "10.213.0.0/16", socketGroup: 999 };

/** As much disk as any host has. */
const SMALL = "1Gi";

const cells = EXAMPLES.flatMap((example) =>
  TARGETS.map((target) => ({ example, target, environment: "prod" })),
);

describe.each(cells)("$example on $target", (cell) => {
  let server: Rehearsal | undefined;
  let stack: TestStack | undefined;
  let settings: Readonly<Record<string, unknown>> = {};
  let set: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    const { app, assumed } = await choose(cell);
    settings = { ...assumed, ...(cell.target === "docker" && HOST) };
    set = cell.target === "docker" ? smallDisks(app) : {};
    const behaviour = behaviours({ settings });
    server = await serve(new Cloud(behaviour), behaviour.isSecret);
    const { port } = server;
    const { values } = standIns(app);
    stack = await TestStack.create({
      config: {
        "atelier:app": `${ROOT}/examples/${cell.example}/app.yaml`,
        "atelier:environment": cell.environment,
        "atelier:target": cell.target,
        [`atelier:${cell.target}`]: settings,
        "atelier:set": set,
      },
      seed: standIns(app).seed,
      secrets: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`atelier:secrets.${name}`, value]),
      ),
      env: {
        PULUMI_DEBUG_PROVIDERS: ["gcp", "docker", "docker-build"].map((one) => `${one}:${port}`).join(","),
      },
    });
  });
  afterAll(async () => {
    await stack?.remove();
    server?.close();
  });

  it("is planned as the engine registers it", async () => {
    if (!stack) throw new Error("The stack was not made.");
    const { stdout } = await stack.must(["preview", "--json", "--non-interactive"]);
    const registered = (JSON.parse(stdout) as { steps: readonly Step[] }).steps.flatMap(shownStep);
    const edits = Object.entries(set).map(([key, value]) => `${key}=${value}`);
    const { states } = await planOf({ ...cell, settings, set: edits });
    const planned = [...states.values()].map(shownState);
    const same = renamed(registered, [...states.values()]);
    expect(names(planned)).toEqual(names(same));
    expect(sorted(planned)).toEqual(sorted(same));
    console.log(`${cell.example} on ${cell.target}: ${planned.length} resources are as the engine has them`);
  });
});

function smallDisks({ data }: App): Readonly<Record<string, string>> {
  const stored = Object.entries(data).filter(([, one]) => "storage" in one);
  return Object.fromEntries(stored.map(([name]) => [`data.${name}.storage`, SMALL]));
}

interface Step {
  readonly newState?: {
    readonly type: string;
    readonly urn: string;
    readonly inputs?: Properties;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
    readonly protect?: boolean;
  };
}

/** The stack itself and default providers are the engine's own. */
function shownStep({ newState }: Step): Shown[] {
  if (!newState || newState.type === "pulumi:pulumi:Stack") return [];
  const { type, urn, inputs = {}, parent = "", dependencies = [], protect = false } = newState;
  if (type.startsWith("pulumi:providers:") && /::default(_|$)/.test(urn)) return [];
  return [
    {
      type,
      name: nameIn(urn),
      inputs: plain(inputs),
      parent: withoutStack(parent),
      dependencies: dependencies.map(withoutStack).sort(),
      protect,
    },
  ];
}

function shownState({ resource, inputs }: State): Shown {
  const { type, name, parent, dependencies, protect } = resource;
  return {
    type,
    name,
    inputs: plain(maskedAll(inputs)),
    parent: withoutStack(parent),
    dependencies: dependencies.map(withoutStack).sort(),
    protect,
  };
}

const nameIn = (urn: string) => urn.split("::").at(-1) ?? "";
const withoutStack = (urn: string) =>
  urn
    .split("::")
    .slice(2)
    .join("::")
    .replace(/^pulumi:pulumi:Stack::.*/, "");

/** Without the bridge's own bookkeeping and the hash that the engine makes of a file; what is unknown is called as the
 * plan calls it.
 */
function plain(inputs: Properties): Properties {
  const visit = (value: Value): Value => {
    if (value === UNKNOWN) return "[unknown]";
    if (Array.isArray(value)) return value.map(visit);
    return isMap(value)
      ? Object.fromEntries(
          Object.entries(value).flatMap(([key, child]) => (isHash(key, value) ? [] : [[key, visit(child)]])),
        )
      : value;
  };
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, value]) => [key, visit(value)]),
  );
}

const FILE = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

const isHash = (key: string, { "4dabf18193072939515e22adb298388d": kind }: Properties): boolean =>
  key === "hash" && typeof kind === "string" && FILE.includes(kind);

/** The engine rolls the last seven digits of automatic names; here they are as in the plan. */
function renamed(registered: readonly Shown[], states: readonly State[]): Shown[] {
  const planned = new Map(
    states.map(({ resource, inputs }) => [`${resource.type} ${resource.name}`, inputs]),
  );
  const pairs = registered.flatMap(({ type, name, inputs }): [string, string][] => {
    const ours = planned.get(`${type} ${name}`)?.name;
    const theirs = inputs.name;
    const automatic = typeof ours === "string" && typeof theirs === "string" && ours !== theirs;
    return automatic && ours.slice(0, -7) === theirs.slice(0, -7) ? [[theirs, ours]] : [];
  });
  const text = pairs.reduce(
    (all, [theirs, ours]) => all.replaceAll(theirs, ours),
    JSON.stringify(registered),
  );
  return JSON.parse(text) as Shown[];
}

const key = ({ type, name, parent }: Shown) => `${type} ${name} ${parent}`;
const names = (all: readonly Shown[]) => all.map(key).sort();
const sorted = (all: readonly Shown[]) => [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1));
