/** Inputs against a provider's own schema: keys that a type does not have, and keys that it does not do without. */
import { isMap, type Properties, reveal, type Value } from "../../rehearsal/values.ts";
import { suggest } from "../config/suggest.ts";
import type { Finding, InputPath } from "./model.ts";

/** The part of a package's schema that says which keys there are. */
export interface Schema {
  readonly resources?: Readonly<Record<string, ResourceSpec>>;
  readonly types?: Readonly<Record<string, ObjectSpec>>;
}

interface ResourceSpec {
  readonly inputProperties?: Readonly<Record<string, TypeSpec>>;
  readonly requiredInputs?: readonly string[];
}

interface ObjectSpec {
  readonly properties?: Readonly<Record<string, TypeSpec>>;
  readonly required?: readonly string[];
}

interface TypeSpec {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly oneOf?: readonly TypeSpec[];
}

type Found = Pick<Finding, "input" | "reason">;

/** Empty where the schema does not know the type: the provider says so itself. */
export function compareKeys(schema: Schema, type: string, inputs: Properties): Found[] {
  const spec = schema.resources?.[type];
  if (!spec?.inputProperties) return [];
  const object = { properties: spec.inputProperties, required: spec.requiredInputs ?? [] };
  return compareObject(schema, object, reveal(inputs), []);
}

function compareObject(schema: Schema, spec: ObjectSpec, value: Value, path: InputPath): Found[] {
  const { properties, required = [] } = spec;
  // An enumeration, or an object of which nothing is said.
  if (!isMap(value) || !properties) return [];
  const missing = required
    .filter((key) => value[key] === undefined || value[key] === null)
    .map((key) => ({ input: [...path, key], reason: "is required and missing" }));
  const present = Object.entries(value).flatMap(([key, child]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known) return compareValue(schema, known, child, [...path, key]);
    const near = suggest(key, Object.keys(properties));
    return [
      { input: [...path, key], reason: `there is no such key${near ? `; did you mean ${near}?` : ""}` },
    ];
  });
  return [...missing, ...present];
}

function compareValue(schema: Schema, spec: TypeSpec, value: Value, path: InputPath): Found[] {
  // Which of several shapes is meant is the provider's business.
  if (spec.oneOf) return [];
  const named = spec.$ref?.startsWith("#/types/") ? decodeURIComponent(spec.$ref.slice(8)) : undefined;
  if (named !== undefined) return compareObject(schema, schema.types?.[named] ?? {}, value, path);
  const { items, additionalProperties: values } = spec;
  if (items && Array.isArray(value)) {
    return value.flatMap((child, index) => compareValue(schema, items, child, [...path, index]));
  }
  if (!values || !isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => compareValue(schema, values, child, [...path, key]));
}
