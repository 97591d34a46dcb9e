/** What a rule is: a sentence that holds, what it looks at, and what to do where it does not.
 *
 * A rule is pure. The same one is asked by the engine (pack.ts) and by a plan (judge.ts), and gets the same values:
 * inputs as the program gives them, secrets opened, `UNKNOWN` for what only the cloud can know. A message therefore
 * never quotes a value that may be secret.
 */
import { z } from "zod";
import type { Dockerfile } from "./dockerfile/parse.ts";
import { at, type Properties, shown, UNKNOWN, type Value } from "./values.ts";
import type { Workflow } from "./workflow/parse.ts";

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where a rule belongs; one group of the coverage table each. */
export const PLATFORMS = ["gcp", "docker", "dockerfile", "workflow", "aws", "kubernetes"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** A resource as rules see it. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly inputs: Properties;
  readonly protect: boolean;
}

/** The same among all others. */
export interface LinkedResource extends Resource {
  /** Urns of everything that it waits for. */
  readonly dependencies: readonly string[];
}

export interface Context<S = unknown> {
  /** Whether real users depend on it: more is asked then. */
  readonly production: boolean;
  /** The rule's own settings, complete with defaults. */
  readonly settings: S;
}

/** A broken rule on one of several resources. */
export interface Violation {
  readonly resource: Resource;
  readonly message: string;
}

interface Common {
  /** Kebab case, begins with its platform: `gcp-sql-tls`. */
  readonly name: string;
  readonly platform: Platform;
  readonly severity: Severity;
  /** What holds, as a sentence. */
  readonly description: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Checks of other tools that it stands for, as in third-party-checks.tsv. Empty for what no other tool has. */
  readonly ids: readonly string[];
  /** Asked in production alone. */
  readonly productionOnly?: true;
}

/** Full names of types, or a pattern that they match. */
export type Types = readonly string[] | RegExp;

/** What a rule looks at, and the function that says what is wrong; one sentence for each fault. */
export type Look =
  | {
      readonly subject: "resource";
      readonly types: Types;
      readonly judge: (resource: Resource, context: Context) => readonly string[];
    }
  | {
      readonly subject: "stack";
      readonly types: Types;
      readonly judge: (resources: readonly LinkedResource[], context: Context) => readonly Violation[];
    }
  | {
      readonly subject: "dockerfile";
      readonly judge: (file: Dockerfile, context: Context) => readonly string[];
    }
  | {
      readonly subject: "workflow";
      readonly judge: (file: Workflow, context: Context) => readonly string[];
    };

export type Rule = Common & Look & { readonly settings: z.ZodObject };

/** A rule without settings. */
export const rule = (common: Common, look: Look): Rule => ({ ...common, ...look, settings: NONE });

const NONE = z.strictObject({});

/** A rule with settings: `look` gets a reader that gives its own, typed. */
export function ruleWith<S extends z.ZodObject>(
  common: Common,
  settings: S,
  look: (settingsOf: (context: Context) => z.output<S>) => Look,
): Rule {
  const known = new WeakMap<Context, z.output<S>>();
  const settingsOf = (context: Context): z.output<S> => {
    const read = known.get(context) ?? settings.parse(context.settings);
    known.set(context, read);
    return read;
  };
  return { ...common, ...look(settingsOf), settings };
}

export const concerns = (types: Types, type: string): boolean =>
  types instanceof RegExp ? types.test(type) : types.includes(type);

/** Looks at one input: it is one of `allowed`, or not known yet. */
export function expects(path: string, ...allowed: readonly Value[]): (resource: Resource) => string[] {
  return ({ inputs }) => {
    const value = at(inputs, path);
    if (value === UNKNOWN || (value !== undefined && allowed.includes(value))) return [];
    return [`${path} is ${shown(value)}; allowed: ${allowed.map(shown).join(", ")}`];
  };
}

/** Looks at one input: something stands there. */
export function needs(path: string): (resource: Resource) => string[] {
  return ({ inputs }) => {
    const value = at(inputs, path);
    return value === undefined || value === null || value === "" ? [`${path} is not set`] : [];
  };
}

/** Both, or all. */
export const every =
  (...looks: readonly ((resource: Resource) => readonly string[])[]) =>
  (resource: Resource): string[] =>
    looks.flatMap((look) => look(resource));
