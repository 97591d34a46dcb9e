import { describe, expect, it } from "vitest";
import { hide } from "../../rehearsal/values.ts";
import { compareKeys, type Schema } from "../../src/verify/schema.ts";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

/** In the form of the provider's own, where names of types are escaped in references. */
const schema: Schema = {
  resources: {
    [DEPLOYMENT]: {
      inputProperties: {
        metadata: { type: "object", additionalProperties: { type: "string" } },
        spec: { $ref: "#/types/kubernetes:apps%2Fv1:DeploymentSpec" },
        any: { $ref: "pulumi.json#/Any" },
      },
      requiredInputs: ["spec"],
    },
  },
  types: {
    "kubernetes:apps/v1:DeploymentSpec": {
      properties: {
        replicas: { type: "integer" },
        containers: { type: "array", items: { $ref: "#/types/kubernetes:core%2Fv1:Container" } },
        byName: { type: "object", additionalProperties: { $ref: "#/types/kubernetes:core%2Fv1:Container" } },
        port: { oneOf: [{ type: "integer" }, { type: "string" }] },
        mode: { $ref: "#/types/kubernetes:core%2Fv1:Mode" },
      },
    },
    "kubernetes:core/v1:Container": {
      properties: { name: { type: "string" }, image: { type: "string" } },
      required: ["name"],
    },
    "kubernetes:core/v1:Mode": {},
  },
};

const good = {
  metadata: { anything: "goes" },
  spec: {
    replicas: 2,
    containers: [{ name: "api", image: "api:1" }],
    byName: { a: { name: "b" } },
    port: { whatever: 1 },
    mode: "fast",
  },
  any: { thing: { at: "all" } },
};

const compare = (inputs: Parameters<typeof compareKeys>[2]) => compareKeys(schema, DEPLOYMENT, inputs);

describe("inputs against a schema", () => {
  it("are fine when every key is known and none is missing", () => {
    expect(compare(good)).toEqual([]);
  });

  it("have a key that there is not, at any depth", () => {
    expect(compare({ ...good, spce: {} })).toEqual([
      { input: ["spce"], reason: "there is no such key; did you mean spec?" },
    ]);
    expect(compare({ ...good, spec: { containers: [{ name: "a" }, { name: "b", imgae: "x" }] } })).toEqual([
      { input: ["spec", "containers", 1, "imgae"], reason: "there is no such key; did you mean image?" },
    ]);
    expect(compare({ ...good, spec: { byName: { a: { name: "a", zzz: 1 } } } })).toEqual([
      { input: ["spec", "byName", "a", "zzz"], reason: "there is no such key" },
    ]);
  });

  it("lack a key that is required, at any depth", () => {
    expect(compare({})).toEqual([{ input: ["spec"], reason: "is required and missing" }]);
    expect(compare({ spec: { containers: [{ image: "x" }] } })).toEqual([
      { input: ["spec", "containers", 0, "name"], reason: "is required and missing" },
    ]);
  });

  it("are looked into where they are secret", () => {
    expect(compare({ spec: hide({ repilcas: 1 }) })).toEqual([
      { input: ["spec", "repilcas"], reason: "there is no such key; did you mean replicas?" },
    ]);
  });

  it("are left to the provider when their type is not in it", () => {
    expect(compareKeys(schema, "kubernetes:core/v1:Pod", { x: 1 })).toEqual([]);
  });
});
