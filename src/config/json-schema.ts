/** The zod schema of app.yaml → JSON Schema, draft 2020-12. */
import { z } from "zod";
import { app, overlay } from "./schema/app.ts";
import { DATA_KINDS, dataKeys } from "./schema/data.ts";
import { keys, named, partName } from "./schema/leaf.ts";
import { service } from "./schema/services.ts";

export type Json = { [key: string]: unknown };

/** In app.yaml itself a service and a data part say their kind; an environment may leave it out, and may say `null`. */
export function jsonSchema(): Json {
  const { $defs = {}, ...top } = convert(
    app
      .omit({ environments: true })
      .extend(writtenParts())
      .meta(app.meta() ?? {}),
  );
  const environment = environmentDefs(convert(overlay));
  const environments = convert(app.shape.environments.unwrap());
  return {
    ...top,
    properties: {
      ...(top.properties as Json),
      environments: {
        ...environments,
        $schema: undefined,
        $defs: undefined,
        additionalProperties: { $ref: "#/$defs/Environment" },
      },
    },
    required: ["name", "services"],
    $defs: { ...($defs as Json), ...environment },
  };
}

function convert(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ zodSchema, jsonSchema }) => {
      const { examples, type } = z.globalRegistry.get(zodSchema) ?? {};
      // A leaf that says its type is narrower than the text or number that its parser takes.
      if (type !== undefined) delete jsonSchema.anyOf;
      // Examples are in the written form, which is what is described here.
      if (examples) jsonSchema.examples = examples as unknown[];
    },
  }) as Json;
}

function writtenParts() {
  return {
    services: named(
      "",
      partName(),
      service.required({ kind: true }).meta({ ...service.meta(), id: "Service" }),
    )
      .meta({ description: app.shape.services.unwrap().meta()?.description ?? "" })
      .optional(),
    data: named("", partName(), dataByKind())
      .meta({ description: app.shape.data.unwrap().meta()?.description ?? "" })
      .optional(),
  };
}

function dataByKind() {
  const kinds = DATA_KINDS.map((kind) =>
    keys(dataKeys[kind])
      .extend({ kind: z.literal(kind).meta({ description: "Kind of the data part." }) })
      .meta({ title: kind }),
  );
  return z.union(kinds);
}

const DEFS = "#/$defs/";
const ENVIRONMENT = "Environment";
const nameInEnvironment = (name: string) => (name === ENVIRONMENT ? name : `${name}OfEnvironment`);

/** The definitions of an environment, under names of their own. */
function environmentDefs({ $defs }: Json): Json {
  const own = Object.entries($defs as Record<string, Json>);
  return Object.fromEntries(own.map(([name, def]) => [nameInEnvironment(name), nullable(def)]));
}

/** Every key may be `null`, which takes it away. */
function nullable(schema: Json): Json {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === "$ref") return [key, DEFS + nameInEnvironment(String(value).slice(DEFS.length))];
    if (key === "properties")
      return [key, mapValues(value as Record<string, Json>, (inner) => orNull(nullable(inner)))];
    if (key === "additionalProperties" && typeof value === "object")
      return [key, orNull(nullable(value as Json))];
    if (key === "anyOf" || key === "oneOf") return [key, (value as Json[]).map(nullable)];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function orNull({ description, examples, ...rest }: Json): Json {
  return {
    ...(description !== undefined && { description }),
    ...(examples !== undefined && { examples }),
    anyOf: [rest, { type: "null" }],
  };
}

function mapValues(map: Record<string, Json>, change: (value: Json) => Json): Json {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
