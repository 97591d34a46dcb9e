/** The stack's config: where and in which environment an app runs. Pure: from a plain record, as the engine gives it
 * (texts, objects as JSON) or as it stands in Pulumi.<stack>.yaml.
 */
import { resolve } from "node:path";
import type { z } from "zod";
import { foreignFindings } from "./foreign-issues.ts";
import type { Overrides } from "./overrides.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { suggest } from "./suggest.ts";
import { show } from "./unreadable.ts";

export interface StackConfig {
  /** Absolute path of app.yaml. */
  readonly app: string;
  readonly environment: string;
  readonly target: string;
  /** The block `atelier:<target>`; the target's own schema reads it. */
  readonly settings: unknown;
  /** `atelier:set`: dotted key → value. */
  readonly overrides: Overrides;
  /** `atelier:secrets`: values of required secrets. A value that is still encrypted is left out. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `atelier:policies`, as it is written; the rules read it. */
  readonly policies?: unknown;
  /** `atelier:seed`, from which generated secrets derive. */
  readonly seed?: string;
}

export interface StackOptions {
  /** Folder that `atelier:app` is relative to. */
  readonly directory: string;
  /** Names of all targets, where they are known. */
  readonly targets?: readonly string[];
}

const KEYS = ["app", "environment", "target", "set", "secrets", "seed", "policies"] as const;

/** @throws ConfigError with all problems at once */
export function parseStackConfig(
  config: Readonly<Record<string, unknown>>,
  options: StackOptions,
): StackConfig {
  const { stack, problems } = readStackConfig(config, options);
  if (problems.length > 0) throw new ConfigError(problems);
  return stack;
}

/** What can be read, and everything that is wrong. Keys of other namespaces are left alone. */
export function readStackConfig(
  config: Readonly<Record<string, unknown>>,
  { directory, targets }: StackOptions,
): { readonly stack: StackConfig; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const own = new Map(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith("atelier:") ? [[key.slice(8), value]] : [],
    ),
  );
  const text = (key: string, fallback: string | undefined, example: string): string => {
    const value = own.get(key) ?? fallback;
    if (key === "seed" && isMap(value) && Object.hasOwn(value, "secure")) return "";
    if (typeof value === "string" && value !== "") return value;
    const what = value === undefined ? "is not set" : `${show(value)} is not a text`;
    problems.push({
      path: [`atelier:${key}`],
      what,
      remedy: `set it: pulumi config set atelier:${key} ${example}`,
    });
    return example;
  };
  const object = (key: string): Record<string, unknown> => {
    const value = decoded(own.get(key));
    if (isMap(value)) return value;
    if (value !== undefined) {
      const remedy = `write key: value lines below atelier:${key} in Pulumi.<stack>.yaml`;
      problems.push({ path: [`atelier:${key}`], what: `${show(value)} is not a map`, remedy });
    }
    return {};
  };
  const target = text("target", undefined, targets?.[0] ?? "NAME");
  const known = [...KEYS, target, ...(targets ?? [])];
  for (const key of own.keys()) if (!known.includes(key)) problems.push(unknownKey(key, known));
  if (targets && own.has("target") && !targets.includes(target))
    problems.push(unknownTarget(target, targets));
  const stack: StackConfig = {
    app: resolve(directory, text("app", "app.yaml", "app.yaml")),
    environment: text("environment", "dev", "dev"),
    target,
    settings: object(target),
    overrides: object("set"),
    secrets: textsOf(object("secrets"), problems),
    ...(own.has("policies") && { policies: decoded(own.get("policies")) }),
    ...(own.has("seed") && { seed: text("seed", undefined, "<64 hex digits>") }),
  };
  return { stack, problems };
}

/** The settings of a target, read by the schema that it owns. */
export function parseSettings<S>(
  target: { readonly name: string; readonly settings: z.ZodType<S> },
  settings: unknown,
): S {
  return readSettings(target.settings, settings ?? {}, `atelier:${target.name}`);
}

/** @param root how the block is called in messages
 * @throws ConfigError with all problems at once
 */
export function readSettings<S>(schema: z.ZodType<S>, settings: unknown, root: string): S {
  const result = schema.safeParse(settings);
  if (result.success) return result.data;
  const problems = foreignFindings(result.error, settings, schema).map(
    ({ path, what, allowed, remedy }): Problem => ({
      path: [root, ...path],
      what,
      ...(allowed !== undefined && { allowed }),
      remedy,
    }),
  );
  throw new ConfigError(problems);
}

function unknownTarget(target: string, targets: readonly string[]): Problem {
  const near = suggest(target, targets);
  const remedy = near ? `did you mean ${near}?` : `set it: pulumi config set atelier:target ${targets[0]}`;
  return {
    path: ["atelier:target"],
    what: `there is no target ${show(target)}`,
    allowed: targets.join(", "),
    remedy,
  };
}

function unknownKey(key: string, known: readonly string[]): Problem {
  const near = suggest(key, known);
  return {
    path: [`atelier:${key}`],
    what: `${show(key)} is not a key of the stack's config`,
    ...(near === undefined && { allowed: known.map((name) => `atelier:${name}`).join(", ") }),
    remedy: near ? `did you mean atelier:${near}?` : `remove it: pulumi config rm atelier:${key}`,
  };
}

function textsOf(values: Readonly<Record<string, unknown>>, problems: Problem[]): Record<string, string> {
  const texts = Object.entries(values).flatMap(([name, value]): [string, string][] => {
    if (typeof value === "string") return [[name, value]];
    if (isMap(value) && Object.hasOwn(value, "secure")) return [];
    problems.push({
      path: ["atelier:secrets", name],
      what: "is not a text",
      remedy: `set it: pulumi config set --secret --path 'atelier:secrets.${name}'`,
    });
    return [];
  });
  return Object.fromEntries(texts);
}

/** The engine hands objects over as JSON. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
