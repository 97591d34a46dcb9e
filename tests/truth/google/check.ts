/** Compares what a program registers with Google's own schemas: every field is there and may be set, every value is of
 * its type, its list of words and its form.
 */
import type { Json, Registered } from "../../helpers/program.ts";
import type { Document, Documents, Schema } from "./documents.ts";
import type { Mapping, Rule, Rules, Service } from "./mapping.ts";

export interface Finding {
  readonly type: string;
  readonly resource: string;
  /** `template.containers[0].envs`. */
  readonly path: string;
  readonly problem:
    | "unknown field"
    | "unknown word"
    | "wrong type"
    | "wrong form"
    | "not to be set"
    | "outdated";
  readonly value: Json;
  readonly allowed: string;
}

export interface Checked {
  readonly findings: readonly Finding[];
  /** Fields and texts that were compared. */
  readonly values: number;
  /** Rules of the tables that were of use. */
  readonly used: ReadonlySet<Rule>;
}

/** Everything that is wrong about the resources. Types without a mapping are not looked at. */
export function checkResources(
  resources: readonly Registered[],
  services: readonly Service[],
  documents: Documents,
): Checked {
  const checker = new Checker(documents, services);
  for (const resource of resources) checker.check(resource);
  return checker;
}

interface Place {
  readonly resource: Registered;
  readonly document: Document;
  /** Rules of this service's schemas. */
  readonly schemas: Readonly<Record<string, Rules>>;
}

/** A schema, and the name under which the tables know it. */
interface Known {
  readonly name: string;
  readonly schema: Schema;
  readonly rules: Rules;
}

class Checker implements Checked {
  readonly findings: Finding[] = [];
  values = 0;
  readonly used = new Set<Rule>();
  readonly #documents: Documents;
  readonly #services: readonly Service[];

  constructor(documents: Documents, services: readonly Service[]) {
    this.#documents = documents;
    this.#services = services;
  }

  check(resource: Registered): void {
    for (const { types, schemas = {} } of this.#services) {
      const mapping = types[resource.type];
      if (!mapping) continue;
      const document = this.#documents[mapping.document];
      const place = { resource, document, schemas };
      const root = this.#root(place, mapping);
      this.#object(place, root, resource.inputs as { [key: string]: Json }, "");
    }
  }

  #root({ document, schemas }: Place, { schema, fields = {} }: Mapping): Known {
    const [root = "", ...path] = schema.split(".");
    const found: Target = { name: root, schema: document.schemas[root] ?? {} };
    const inner = path.length > 0 ? fieldOf(document, found, path.join(".")) : found;
    const target = inner && (itemOf(document, inner) ?? resolve(document, inner));
    if (!target?.schema.properties && !isEmptyObject(target?.schema ?? {})) {
      throw new Error(`${document.name}.${document.version} has no schema ${schema}.`);
    }
    return { name: schema, schema: target?.schema ?? {}, rules: { ...schemas[schema], ...fields } };
  }

  #object(place: Place, known: Known, value: { readonly [key: string]: Json }, path: string): void {
    const { schema, rules, name } = known;
    for (const [key, child] of Object.entries(value)) {
      if (key.startsWith("__")) continue;
      const at = path === "" ? key : `${path}.${key}`;
      const rule = rules[key];
      if (rule) this.used.add(rule);
      this.values++;
      if (rule) this.#words(place, rule, child, at);
      if (rule?.json) this.#json(place, known, child, at);
      if (rule?.provider || rule?.json) continue;
      const target = fieldOf(place.document, { schema, name }, rule?.api ?? key);
      if (!target) {
        const fields = Object.keys(schema.properties ?? {}).join(", ");
        this.#report(place, at, "unknown field", child, `${name}: ${fields}`);
        continue;
      }
      this.#field(place, target, child, at, rule);
    }
  }

  #json(place: Place, known: Known, value: Json, path: string): void {
    const parsed = JSON.parse(String(unwrap(value))) as Json;
    this.#value(place, { name: known.name, schema: known.schema }, parsed, path);
  }

  #field(place: Place, target: Target, value: Json, path: string, rule?: Rule): void {
    const { schema } = target;
    const open = unwrap(value);
    if (schema.readOnly) this.#report(place, path, "not to be set", open, "Google fills it in");
    if (schema.deprecated) this.#report(place, path, "outdated", open, schema.description ?? "");
    const resolved = resolve(place.document, target);
    if (rule?.shape === "one") {
      const item = itemOf(place.document, resolved);
      if (!item || Array.isArray(open)) this.#report(place, path, "wrong type", open, "one of a list");
      else this.#value(place, item, open, path);
    } else if (rule?.shape === "entries") {
      this.#entries(place, resolved, open, path);
    } else {
      this.#value(place, resolved, open, path);
    }
  }

  #entries(place: Place, target: Target, value: Json, path: string): void {
    const { additionalProperties: schema } = target.schema;
    if (Array.isArray(value) && schema) {
      const entry = resolve(place.document, { name: `${target.name}.*`, schema });
      this.#items(place, entry, value, path);
    } else {
      this.#report(place, path, "wrong type", value, "a list of entries");
    }
  }

  #items(place: Place, item: Target, values: readonly Json[], path: string): void {
    for (const [index, each] of values.entries()) this.#value(place, item, unwrap(each), `${path}[${index}]`);
  }

  #value(place: Place, target: Target, value: Json, path: string): void {
    const { schema, name } = target;
    if (Array.isArray(value)) {
      const item = itemOf(place.document, target);
      if (item) this.#items(place, item, value, path);
      else this.#report(place, path, "wrong type", value, schema.type ?? "no list");
    } else if (!isMap(value)) {
      this.#scalar(place, schema, value, path);
    } else if (schema.properties) {
      this.#object(place, { name, schema, rules: place.schemas[name] ?? {} }, value, path);
    } else if (schema.additionalProperties) {
      this.#map(place, target, value, path);
    } else if (schema.type !== "any" && !isEmptyObject(schema)) {
      this.#report(place, path, "wrong type", value, schema.type ?? "");
    }
  }

  #map(place: Place, target: Target, value: { readonly [key: string]: Json }, path: string): void {
    const { additionalProperties } = target.schema;
    if (!additionalProperties) return;
    for (const [key, child] of Object.entries(value)) {
      const each = resolve(place.document, { name: `${target.name}.*`, schema: additionalProperties });
      this.#value(place, each, unwrap(child), `${path}.${key}`);
    }
  }

  #scalar(place: Place, schema: Schema, value: Json, path: string): void {
    this.values++;
    if (!isOfType(schema, value)) {
      const format = schema.format ? ` (${schema.format})` : "";
      this.#report(place, path, "wrong type", value, `${schema.type}${format}`);
    } else if (typeof value === "string") {
      this.#text(place, schema, value, path);
    }
  }

  #text(place: Place, schema: Schema, value: string, path: string): void {
    const index = schema.enum?.indexOf(value);
    if (index === -1) this.#report(place, path, "unknown word", value, schema.enum?.join(", ") ?? "");
    if (index !== undefined && schema.enumDeprecated?.[index]) {
      this.#report(place, path, "outdated", value, schema.enum?.join(", ") ?? "");
    }
    const form = formOf(schema);
    if (form && !form.test(value)) this.#report(place, path, "wrong form", value, form.source);
  }

  /** Words and form that a table says. */
  #words(place: Place, { values, format, why }: Rule, value: Json, path: string): void {
    for (const text of textsIn(value)) {
      this.values++;
      if (values && !values.includes(text)) {
        this.#report(place, path, "unknown word", text, `${values.join(", ")} (${why})`);
      }
      if (format && !format.test(text))
        this.#report(place, path, "wrong form", text, `${format.source} (${why})`);
    }
  }

  #report(
    { resource }: Place,
    path: string,
    problem: Finding["problem"],
    value: Json,
    allowed: string,
  ): void {
    this.findings.push({ type: resource.type, resource: resource.name, path, problem, value, allowed });
  }
}

interface Target {
  readonly name: string;
  readonly schema: Schema;
}

/** The field at a dotted path below a schema. */
function fieldOf(document: Document, from: Target, path: string): Target | undefined {
  let at: Target = { ...from, schema: from.schema };
  const parts = path.split(".");
  for (const [index, part] of parts.entries()) {
    const holder = index === 0 ? at : resolve(document, at);
    const schema = holder.schema.properties?.[part];
    if (!schema) return undefined;
    at = { name: `${holder.name}.${part}`, schema };
  }
  return at;
}

/** Follows references; what is written in place keeps its path as its name. */
function resolve(document: Document, { name, schema }: Target): Target {
  if (schema.$ref === undefined) return { name, schema };
  const found = document.schemas[schema.$ref];
  if (!found) throw new Error(`${document.name} has no schema ${schema.$ref}.`);
  return resolve(document, { name: schema.$ref, schema: found });
}

const itemOf = (document: Document, { name, schema }: Target): Target | undefined =>
  schema.items && resolve(document, { name, schema: schema.items });

const isEmptyObject = ({ type, properties, additionalProperties }: Schema): boolean =>
  type === "object" && !properties && !additionalProperties;

const WHOLE = /^-?\d+$/;

/** The provider gives numbers where Google's JSON has texts, because JSON has no 64 bits, and the other way round. */
function isOfType({ type, format = "" }: Schema, value: Json): boolean {
  if (value === null) return false;
  if (type === "any") return true;
  if (type === "boolean") return typeof value === "boolean";
  if (type === "integer") return typeof value === "number" && Number.isInteger(value) && fits(format, value);
  if (type === "number") return typeof value === "number";
  if (type !== "string") return false;
  if (/^u?int64$/.test(format)) {
    return typeof value === "number" ? Number.isInteger(value) : WHOLE.test(String(value));
  }
  return typeof value === "string";
}

const fits = (format: string, value: number): boolean =>
  format === "uint32" ? value >= 0 && value < 2 ** 32 : format !== "int32" || Math.abs(value) < 2 ** 31;

const DURATION = /^-?\d+(\.\d{1,9})?s$/;

function formOf({ format, pattern }: Schema): RegExp | undefined {
  if (format === "google-duration") return DURATION;
  return pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
}

const isMap = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A secret's value, without its mark. */
function unwrap(value: Json): Json {
  return isMap(value) && "4dabf18193072939515e22adb298388d" in value && "value" in value
    ? unwrap(value.value ?? null)
    : value;
}

function textsIn(value: Json): string[] {
  const open = unwrap(value);
  if (typeof open === "string") return [open];
  if (Array.isArray(open)) return open.flatMap(textsIn);
  return isMap(open) ? Object.values(open).flatMap(textsIn) : [];
}
