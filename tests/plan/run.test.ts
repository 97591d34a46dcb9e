/** Plans of every example on every target in every environment, made in this process. */
import { beforeAll, describe, expect, it } from "vitest";
import { UNKNOWN } from "../../rehearsal/values.ts";
import type { Plan } from "../../src/plan/model.ts";
import { planProgram } from "../../src/plan/run.ts";
import { count } from "../../src/plan/tree.ts";
import { hasUnknown } from "../../src/plan/values.ts";
import { EXAMPLES } from "../helpers/google-stack.ts";
import { choose, ENVIRONMENTS, planOf, TARGETS } from "../helpers/plan.ts";
import { leaks } from "../helpers/program.ts";

const cells = EXAMPLES.flatMap((example) =>
  TARGETS.flatMap((target) => ENVIRONMENTS.map((environment) => ({ example, target, environment }))),
);

describe.each(cells)("$example on $target in $environment", (cell) => {
  let first: Plan;
  let complete: Plan;
  beforeAll(async () => {
    [{ plan: first }, { plan: complete }] = await Promise.all([
      planOf(cell),
      planOf(cell, { complete: true }),
    ]);
  });

  it("is planned the same each time, with every resource that a deployment has", async () => {
    const { plan: again } = await planOf(cell);
    expect(count(first).resources).toBeGreaterThan(50);
    expect(again).toEqual(first);
    // Nothing hides behind a value that only a deployment makes known.
    const urns = (all: typeof first) => all.resources.map(({ urn }) => urn).sort();
    expect(urns(complete)).toEqual(urns(first));
    expect(complete.resources.filter(({ inputs }) => hasUnknown(inputs)).map(({ urn }) => urn)).toEqual([]);
    expect(new Set(urns(first)).size).toBe(first.resources.length);
  });

  it("names parents and dependencies that it has itself", () => {
    const { subject, resources } = first;
    const urns = new Set(resources.map(({ urn }) => urn));
    const named = resources.flatMap(({ parent, dependencies, propertyDependencies }) => [
      parent,
      ...dependencies,
      ...Object.values(propertyDependencies).flat(),
    ]);
    const stack = `urn:pulumi:${subject.stack}::${subject.project}::pulumi:pulumi:Stack::${subject.project}-${subject.stack}`;
    expect([...new Set(named)].filter((urn) => urn !== stack && !urns.has(urn))).toEqual([]);
  });

  it("shows no secret in the plain", async () => {
    const { app } = await choose(cell);
    const required = Object.entries(app.secrets).flatMap(([name, { source }]) =>
      source === "required" ? [`value of ${name}`] : [],
    );
    const registered = complete.resources.map(({ name, inputs }) => ({ name, inputs: inputs as never }));
    expect(leaks(registered as never, required)).toEqual([]);
  });
});

it("says what only a deployment makes known", async () => {
  const { plan } = await planOf({ example: "flashfit-ai", target: "gcp-cloud-run", environment: "prod" });
  const rule = plan.resources.find(({ name }) => name.endsWith("edge-https-v4"));
  expect(rule?.inputs.ipAddress).toBe(UNKNOWN);
});

it("carries the target's refusals beside the plan, and what nobody said", async () => {
  const { refusals, assumed } = await choose({
    example: "closetgpt",
    target: "gcp-cloud-run",
    environment: "dev",
  });
  expect(refusals.map(({ path }) => path.join("."))).toEqual(["edge.domain"]);
  expect(assumed).toMatchObject({ project: "your-project" });
});

it("passes on what the program throws, and leaves no rejection behind", async () => {
  const { app, subject } = await choose({ example: "closetgpt", target: "docker", environment: "dev" });
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on("unhandledRejection", hear);
  const open = () => {
    throw new Error("no adapters");
  };
  await expect(planProgram({ app, subject, open })).rejects.toThrow("no adapters");
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.off("unhandledRejection", hear);
  expect(unheard).toEqual([]);
});
