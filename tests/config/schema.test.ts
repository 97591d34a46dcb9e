/** schema/app.schema.json is what the zod schema says, and documents every key. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { type Json, jsonSchema } from "../../src/config/json-schema.ts";

const root = resolve(import.meta.dirname, "../..");
const schema = JSON.parse(JSON.stringify(jsonSchema())) as Json;

it("is current", () => {
  const written = readFileSync(resolve(root, "schema/app.schema.json"), "utf8");
  expect(written, "run node src/config/generate-schema.ts").toBe(`${JSON.stringify(schema, null, 2)}\n`);
});

it("is draft 2020-12, refuses unknown keys and asks for name, services and kinds", () => {
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    additionalProperties: false,
    required: ["name", "services"],
  });
  expect(at("$defs", "Service")).toMatchObject({ additionalProperties: false, required: ["kind"] });
});

it("gives each kind of data its own keys", () => {
  const kinds = at("properties", "data", "additionalProperties", "anyOf") as Json[];
  expect(kinds.map(({ title }) => title)).toEqual([
    "postgres",
    "redis",
    "documents",
    "vectors",
    "bucket",
    "auth",
  ]);
  expect(Object.keys(kinds[3]?.properties as Json)).toEqual([
    "dimensions",
    "storage",
    "staleAfter",
    "backup",
    "kind",
  ]);
});

it("documents every key", () => {
  const bare = propertiesOf(schema, []).filter(([, { description, $ref }]) => !description && !$ref);
  expect(bare.map(([path]) => path)).toEqual([]);
});

it("lets an environment take any key away, and leave out kinds", () => {
  const environment = at("$defs", "Environment", "properties", "services", "anyOf") as Json[];
  expect(environment[1]).toEqual({ type: "null" });
  expect(at("$defs", "ServiceOfEnvironment")).not.toHaveProperty("required");
});

it("is named by every app.yaml of the repository", () => {
  for (const file of ["examples/flashfit-ai/app.yaml", "tests/fixtures/config/app.yaml"]) {
    const named =
      /^# yaml-language-server: \$schema=(\S+)/.exec(readFileSync(resolve(root, file), "utf8"))?.[1] ?? "";
    expect(resolve(root, file, "..", named)).toBe(resolve(root, "schema/app.schema.json"));
  }
});

function at(...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Json)[key], schema);
}

/** Every property of every map in the schema; what environments repeat is left out. */
function propertiesOf(node: unknown, path: readonly string[]): [path: string, property: Json][] {
  if (typeof node !== "object" || node === null || path.at(-1)?.endsWith("Environment")) return [];
  const own =
    path.at(-1) === "properties"
      ? Object.entries(node).map(([key, value]): [string, Json] => [[...path, key].join("."), value as Json])
      : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => propertiesOf(value, [...path, key]))];
}
