/** What a change of one field changes, to the field, and what is lost with it. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { behaviours } from "../../rehearsal/behaviours.ts";
import type { Value } from "../../rehearsal/values.ts";
import { differenceOf } from "../../src/plan/difference.ts";
import type { State, States } from "../../src/plan/simulation.ts";
import { lossOf } from "../../src/plan/stateful.ts";
import { planOf } from "../helpers/plan.ts";
import { plannedResource } from "../helpers/planned.ts";
import { EDITS } from "./edits/edits.ts";
import { before, changesOf, EXPECTED } from "./edits/observe.ts";

const expected = JSON.parse(readFileSync(EXPECTED, "utf8")) as Record<string, Record<string, string[]>>;

it("has at least 40 edits, and one for each that is expected", () => {
  const edits = EDITS.flatMap(([example, target, all]) =>
    all.map((edit) => `${example} on ${target} ${edit}`),
  );
  const written = Object.entries(expected).flatMap(([cell, all]) =>
    Object.keys(all).map((edit) => `${cell} ${edit}`),
  );
  expect(edits.length).toBeGreaterThanOrEqual(40);
  expect(written).toEqual(edits);
});

describe.each(EDITS)("%s on %s", (example, target, edits) => {
  let states: States;
  beforeAll(async () => {
    states = await before({ example, target });
  });

  it("does not change without an edit", async () => {
    const again = await planOf({ example, target, environment: "prod" }, { before: states });
    expect(differenceOf(states, again.states, again.replaces)).toEqual({
      changes: [],
      unchanged: states.size,
    });
  });

  it.each(edits)("with %s", async (edit) => {
    expect(await changesOf(edit, { example, target }, states)).toEqual(
      expected[`${example} on ${target}`]?.[edit],
    );
  });
});

describe("a stateful resource", () => {
  it("loses its data with the change of any input that replaces it", async () => {
    const behaviour = behaviours();
    const plan = await planOf(
      { example: "flashfit-ai", target: "gcp-cloud-run", environment: "prod" },
      { complete: true },
    );
    const replaces = (type: string, path: string) => behaviour.replaces(type, path);
    const stateful = [...plan.states.values()].filter(({ resource }) => lossOf(resource) !== undefined);
    const checked = stateful.flatMap((state) =>
      Object.keys(state.resource.inputs)
        .filter((key) => replaces(state.resource.type, key))
        .map((key) => {
          const changed = changeInput(state, key, "other");
          const { changes } = differenceOf(only(state), only(changed), replaces);
          expect(changes).toMatchObject([{ kind: "replace", loses: lossOf(state.resource) }]);
          return `${state.resource.type}.${key}`;
        }),
    );
    expect(stateful.length).toBeGreaterThan(8);
    expect(new Set(checked).size).toBeGreaterThan(10);
  });

  it("comes first, and what only forgets or ignores a change does not count", () => {
    const bucket = made("gcp:storage/bucket:Bucket", "media", { location: "A" });
    const policy = made("gcp:compute/sSLPolicy:SSLPolicy", "tls", { description: "a" });
    const replaces = (_: string, path: string) => path === "location" || path === "description";
    const after = [changeInput(policy, "description", "b"), changeInput(bucket, "location", "B")];
    const { changes } = differenceOf(all([policy, bucket]), all(after), replaces);
    expect(changes.map(({ name, loses }) => [name, loses !== undefined])).toEqual([
      ["media", true],
      ["tls", false],
    ]);
    const kept = { ...bucket, resource: { ...bucket.resource, retainOnDelete: true } };
    expect(differenceOf(only(kept), new Map(), replaces).changes[0]).not.toHaveProperty("loses");
    const ignored = changeInput(bucket, "location", "B");
    const ignoring = { ...ignored, resource: { ...ignored.resource, ignoreChanges: ["location"] } };
    expect(differenceOf(only(bucket), only(ignoring), replaces).changes).toEqual([]);
  });
});

describe("lists", () => {
  it("are compared by name, so that an entry more is one change", () => {
    const envs = (...names: string[]) => names.map((name) => ({ name, value: name }));
    const service = made("gcp:cloudrunv2/service:Service", "api", { envs: envs("A", "C") });
    const { changes } = differenceOf(
      only(service),
      only(changeInput(service, "envs", envs("A", "B", "C"))),
      () => false,
    );
    expect(changes[0]?.inputs).toEqual([{ path: "envs[1]", to: { name: "B", value: "B" }, replaces: false }]);
  });
});

const only = (state: State): States => all([state]);
const all = (states: readonly State[]): States => new Map(states.map((state) => [state.resource.urn, state]));

function changeInput(state: State, key: string, value: Value): State {
  const inputs = { ...state.resource.inputs, [key]: value };
  return { ...state, inputs, resource: { ...state.resource, inputs } };
}

function made(type: string, name: string, inputs: State["inputs"]): State {
  const resource = plannedResource({ type, name, inputs });
  return { resource, inputs, outputs: inputs, id: name };
}
